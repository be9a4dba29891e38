import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Language } from '../../model/text.ts';
import { Emblem } from '../../ui/emblem.tsx';
import { translateTo } from '../../ui/i18n/i18n.ts';
import { Phrases } from '../../ui/phrases.tsx';
import { catalogue, office } from '../content-state.ts';
import { RibbonPair } from '../frame/ribbon.tsx';
import { lazy } from '../lazy.tsx';
import { go, setLanguage } from '../session/session.ts';

const Rotation = lazy(() => import('./attract-rotation.tsx').then((m) => m.AttractRotation));

/** How often the whole picture moves by a few pixels, so that nothing burns in; ms. */
const shiftEvery = 45_000;

/** Touch to start, in either language, between posted prices and notices. Both languages stand side by side here. */
export function Attract(): JSX.Element {
  const [shift, setShift] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setShift((before) => (before + 1) % 8), shiftEvery);
    return () => clearInterval(timer);
  }, []);
  const start = (language: Language): void => {
    setLanguage(language);
    go({ screen: 'home' });
  };
  const here = office.value;
  return (
    <main class="attract" data-shift={shift}>
      {/* The whole screen starts the visit in Khmer; the two buttons below say so for keyboards and readers. */}
      <div class="attract__touch" onClick={() => start('km')} />
      <div class="attract__head">
        <Emblem class="attract__emblem" />
        <h1 class="attract__title"><Phrases text={here === undefined ? translateTo('km', 'appName') : here.title.km} /></h1>
        <p class="attract__subtitle" lang="en">{here === undefined ? translateTo('en', 'appName') : here.title.en}</p>
        <p class="attract__promise">{translateTo('km', 'attractPromise')}</p>
        <p class="attract__promise attract__promise--en" lang="en">{translateTo('en', 'attractPromise')}</p>
      </div>
      <div class="attract__rotation">{catalogue.value === undefined ? null : <Rotation catalogue={catalogue.value} office={here} />}</div>
      <div class="attract__start">
        <p class="attract__call" aria-hidden="true">{translateTo('km', 'touchToStart')} <span lang="en">{translateTo('en', 'touchToStart')}</span></p>
        <div class="attract__languages">
          <button type="button" class="attract__language" onClick={() => start('km')}>{translateTo('km', 'startKhmer')}</button>
          <button type="button" class="attract__language" lang="en" onClick={() => start('en')}>{translateTo('en', 'startEnglish')}</button>
        </div>
      </div>
      <RibbonPair />
    </main>
  );
}
