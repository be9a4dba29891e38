import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../ui/i18n/i18n.ts';
import { catalogue, contentState } from './content-state.ts';
import type { Catalogue } from './content/catalogue.ts';
import { Header } from './frame/header.tsx';
import { IdleWarning } from './frame/idle-warning.tsx';
import { NavBar } from './frame/nav-bar.tsx';
import { ViewPanel } from './frame/view-panel.tsx';
import { Attract } from './screens/attract.tsx';
import { Home } from './screens/home.tsx';
import { lazyScreens } from './screens/table.ts';
import { here, reach, visit, type Place } from './session/session.ts';

/** The whole app: the place on screen inside the frame that never moves. */
export function App({ secondsLeft, onTouched }: { readonly secondsLeft: ReadonlySignal<number | undefined>; readonly onTouched: () => void }): JSX.Element {
  const [view, setView] = useState(false);
  const place = here();
  const attract = place.screen === 'attract';

  useEffect(() => {
    if (attract) setView(false);
  }, [attract]);

  return (
    <div class="app" data-reach={reach.value} data-screen={place.screen} key={visit.value}>
      {attract ? (
        <Attract />
      ) : (
        <Frame place={place} onView={() => setView(true)} />
      )}
      {/* Not with the effect above alone: it comes a picture later, and the attract screen would flash the last visit's panel. */}
      {view && !attract ? <ViewPanel onClose={() => setView(false)} /> : null}
      {secondsLeft.value === undefined || attract ? null : <IdleWarning seconds={secondsLeft.value} onStay={onTouched} />}
    </div>
  );
}

/** A place between the office's name and the controls. */
export function Frame({ place, onView }: { readonly place: Place; readonly onView: () => void }): JSX.Element {
  return (
    <div class="frame">
      <Header />
      <PlaceScreen place={place} />
      <NavBar onView={onView} />
    </div>
  );
}

function PlaceScreen({ place }: { readonly place: Place }): JSX.Element {
  if (place.screen === 'home' || place.screen === 'attract') return <Home />;
  const known: Catalogue | undefined = catalogue.value;
  if (known === undefined) {
    return (
      <main class="notice-screen" aria-live="polite">
        <p>{t(contentState.value.kind === 'loading' ? 'loading' : 'contentUnavailable')}</p>
      </main>
    );
  }
  // A new place of the same screen starts afresh: its own scroll, its own answers.
  const key = JSON.stringify('id' in place ? [place.screen, place.id] : 'key' in place ? [place.screen, place.key] : [place.screen]);
  const Component = lazyScreens[place.screen];
  return <Component key={key} place={place} catalogue={known} />;
}
