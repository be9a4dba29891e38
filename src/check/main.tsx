import './check.css';
import { render } from 'preact';
import { believe } from './believe.ts';
import { builtIn, cacheKeeper, hindrance, hubFetcher, hubObjects } from './browser.ts';
import { Page } from './page.tsx';
import { judge, type Verdict } from './verdict.ts';

const app = document.getElementById('app');

function show(verdict: Verdict | undefined): void {
  if (app !== null) render(<Page verdict={verdict} />, app);
}

/** The verdict on the code in the address. The fragment stays in the phone: browsers send it to nobody. */
async function verdictNow(): Promise<Verdict> {
  const why = await hindrance();
  if (why !== undefined) return { kind: 'cannot', why };
  const baseline = await builtIn();
  if (baseline === undefined) return { kind: 'cannot', why: 'keys' };
  const now = Date.now();
  return judge(location.hash.slice(1), { believe: () => believe({ keeper: cacheKeeper, fetcher: hubFetcher, baseline, now }), objects: hubObjects, now });
}

let asked = 0;
async function run(): Promise<void> {
  asked += 1;
  const mine = asked;
  show(undefined);
  const verdict = await verdictNow().catch((error: unknown): Verdict => {
    // A fault of ours must not leave somebody at the counter before "checking".
    reportError(error);
    return { kind: 'cannot', why: 'keys' };
  });
  // Another code may have been scanned meanwhile.
  if (mine === asked) show(verdict);
}

addEventListener('hashchange', () => void run());
void run();
// Without one, as in some apps' own browsers, the page works with a connection alone.
if ('serviceWorker' in navigator) navigator.serviceWorker.register('/check/sw.js', { scope: '/check/' }).catch(() => undefined);
