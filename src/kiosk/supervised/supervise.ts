import { effect, signal } from '@preact/signals';
import * as v from 'valibot';
import { agentPaths, heartbeatAnswerSchema, type HeartbeatAnswer, type PageOrder } from '../../api/agent.ts';
import type { PageHealth } from '../../api/page-health.ts';
import { appVersion } from '../app-version.ts';
import { contentState, lastConfirmed } from '../content-state.ts';
import { checkForUpdate, lastAnswered, lookAfterStore } from '../content/content.ts';
import { recentReports, report } from '../content/reports.ts';
import { pageTimers } from '../content/timers.ts';
import { here } from '../session/session.ts';
import { staff } from '../session/staff.ts';
import { watchDoor } from './door.ts';
import { createScreenWord, screenKind, standingFaults } from './health.ts';
import { startHeart } from './heartbeat.ts';

/** Milliseconds for the agent, on this very machine, to take a heartbeat. */
const agentPatience = 3_000;

/** Milliseconds between two looks at the database: a loss is told, and mended, before a power cut makes it one. */
const lookEvery = 60_000;

/** This load of the page: a new one means that it was started anew. */
const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const screenWord = createScreenWord();

/** A citizen sees something that came from content: it is there, and the screen that shows it has not fallen over. */
function contentOnScreen(): boolean {
  const main = document.querySelector('#app main');
  return contentState.peek().kind === 'ready' && main !== null && main.clientHeight > 0;
}

function health(drawn: boolean): PageHealth {
  const state = contentState.peek();
  const release = state.kind === 'ready' ? state.release : undefined;
  const confirmed = lastConfirmed.peek();
  return {
    page,
    screen: screenWord.tell(screenKind(here().screen, staff.peek())),
    drawn,
    content: contentOnScreen(),
    app: appVersion.slice(0, 40),
    ...(release === undefined ? {} : { edition: release.edition }),
    ...(confirmed === undefined ? {} : { confirmed: new Date(confirmed).toISOString() }),
    sample: release?.demonstration ?? false,
    faults: standingFaults(recentReports.peek(), Date.now(), { answered: lastAnswered.peek() }),
  };
}

async function send(told: PageHealth): Promise<HeartbeatAnswer | undefined> {
  try {
    const response = await fetch(agentPaths.heartbeat, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(told),
      signal: AbortSignal.timeout(agentPatience),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    const answer = v.safeParse(heartbeatAnswerSchema, response.ok ? await response.json() : undefined);
    return answer.success ? answer.output : undefined;
  } catch {
    // An agent that is just being started anew. It is watched by the machine, not by the page.
    return undefined;
  }
}

/** A dot that hardly differs from what is behind it, in a corner: something to draw each second. */
function dot(): () => void {
  const element = document.createElement('div');
  Object.assign(element.style, { position: 'fixed', right: '0', bottom: '0', width: '1px', height: '1px', pointerEvents: 'none', background: '#0b2a5b' });
  element.setAttribute('aria-hidden', 'true');
  document.body.append(element);
  let lit = false;
  return () => {
    lit = !lit;
    element.style.background = lit ? '#0c2b5c' : '#0b2a5b';
  };
}

const reloadAsked = signal(false);

function obey(order: PageOrder): void {
  if (order === 'reload') reloadAsked.value = true;
  else void checkForUpdate();
}

/**
 * What a page does under an agent: it tells each second how it is, carries out
 * what it is asked, and lets staff in. A reload waits until nobody is there.
 */
export function supervise(): void {
  effect(() => screenWord.see(screenKind(here().screen, staff.value)));
  startHeart({
    timers: pageTimers,
    frame: (callback) => requestAnimationFrame(callback),
    // Locks are kept by the browser's own process; a question about a permission is, too, but leaves an object behind in each second.
    reach: () => navigator.locks.request('heartbeat', { ifAvailable: true }, () => undefined),
    stir: dot(),
    health,
    send,
    obey,
  });
  setInterval(() => void lookAfterStore(), lookEvery);
  effect(() => {
    if (reloadAsked.value && here().screen === 'attract' && staff.value === 'away') location.reload();
  });
  watchDoor(window, () => {
    void import('../operator/operator.tsx').then((m) => m.openOperator()).catch(() => report('unexpectedError', 'operator'));
  });
}
