import './studio.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { language } from '../ui/i18n/i18n.ts';
import { hub } from './hub.ts';
import { noted, session } from './state.ts';

const languageKey = 'staff-language';

// Staff choose once for their browser. Where nothing is kept, Khmer.
try {
  if (localStorage.getItem(languageKey) === 'en') language.value = 'en';
} catch {
  // Storage is off in this browser.
}
language.subscribe((now) => {
  document.documentElement.lang = now;
  try {
    localStorage.setItem(languageKey, now);
  } catch {
    // As above.
  }
});

// The list knows itself where it was; the browser would look for that place before there are rows.
history.scrollRestoration = 'manual';

const app = document.getElementById('app');
if (app !== null) render(<App />, app);

/** Milliseconds until the hub is asked again who is signed in. */
const askAgain = 3_000;
async function whoIsIt(): Promise<void> {
  const answer = noted(await hub.session());
  if (answer.ok) session.value = answer.value;
  else if (answer.error.code !== 'notSignedIn') setTimeout(() => void whoIsIt(), askAgain);
}
void whoIsIt();
