import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Languages, LogOut, TriangleAlert } from 'lucide';
import { Icon, type IconDrawing } from '../ui/icons/icon.tsx';
import { language, t } from '../ui/i18n/i18n.ts';
import { Enrol } from './enrol.tsx';
import { hub } from './hub.ts';
import { Journal } from './journal.tsx';
import { SignIn } from './sign-in.tsx';
import { away, ended, leaving, route, session } from './state.ts';
import { Terminals } from './terminals.tsx';
import { Terminal } from './terminal.tsx';
import './words.ts';

/** The staff's app. */
export function App(): JSX.Element {
  document.title = `${t('studio:title')} · OWSO`;
  const who = session.value;
  return (
    <>
      <header class="bar">
        <p class="bar__name"><span class="bar__mark" aria-hidden="true" />{t('appName')} · {t('studio:title')}</p>
        {who?.demonstration === true ? <p class="chip bar__sample">{t('studio:demonstration')}</p> : null}
        <div class="bar__end">
          <button type="button" class="button bar__button" lang={language.value === 'km' ? 'en' : 'km'} onClick={() => { language.value = language.value === 'km' ? 'en' : 'km'; }}>
            <Icon of={Languages as IconDrawing} />
            {t('studio:language')}
          </button>
          {who == null ? null : (
            <button type="button" class="button bar__button" onClick={() => void signOut()}>
              <Icon of={LogOut as IconDrawing} />
              {t('studio:signOut')}<span class="bar__who">{who.name}</span>
            </button>
          )}
        </div>
      </header>
      <p class="away" role="status" hidden={!away.value}><Icon of={TriangleAlert as IconDrawing} />{away.value ? t('studio:hubAway') : ''}</p>
      {who === undefined ? <main class="page"><p>{t('studio:loading')}</p></main> : who === null ? <SignIn /> : <SignedIn />}
    </>
  );
}

/** Milliseconds until the hub is told again that somebody has signed out. */
const tellAgain = 3_000;

async function signOut(): Promise<void> {
  const answer = await hub.signOut();
  // Whatever the hub answers, this page shows nothing more.
  ended.value = false;
  away.value = false;
  session.value = null;
  location.hash = '';
  leaving.value = !answer.ok && answer.error.code !== 'notSignedIn';
  if (leaving.value) setTimeout(() => void signOut(), tellAgain);
}

function SignedIn(): JSX.Element {
  const at = route.value;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // Another page begins at its top, also for who does not see it; the list then goes back to where it was.
  useLayoutEffect(() => {
    if (!first.current) {
      scrollTo({ top: 0, behavior: 'instant' });
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [at]);
  const links = [['terminals', '#', t('studio:terminals')], ['enrol', '#enrol', t('studio:enrol')], ['journal', '#journal', t('studio:journal')]] as const;
  return (
    <>
      <nav class="tabs" aria-label={t('studio:navigation')}>
        {links.map(([page, to, name]) => <a key={page} class="tabs__tab" href={to} aria-current={at.page === page || (page === 'terminals' && at.page === 'terminal') ? 'page' : undefined}>{name}</a>)}
      </nav>
      <main class="page" ref={main} tabIndex={-1}>
        {at.page === 'terminals' ? <Terminals /> : at.page === 'terminal' ? <Terminal key={at.id} id={at.id} /> : at.page === 'enrol' ? <Enrol key={`${at.office} ${at.name}`} office={at.office} name={at.name} /> : <Journal />}
      </main>
    </>
  );
}
