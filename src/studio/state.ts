import { computed, signal } from '@preact/signals';
import type { Session } from '../api/staff.ts';
import type { Result } from '../model/result.ts';
import type { HubError, ListQuery } from './hub.ts';

/** Who is signed in. `undefined`: not known yet; `null`: nobody. */
export const session = signal<Session | null | undefined>(undefined);
/** A session ended by itself, not by signing out. */
export const ended = signal(false);
/** Somebody signed out, and the hub does not know yet: the session, and its cookie in this browser, live on. */
export const leaving = signal(false);
/** The last request found no hub: what is on screen is old. */
export const away = signal(false);

/** The pages of the app, by the part of the address after `#`. */
export type Route = { readonly page: 'terminals' } | { readonly page: 'terminal'; readonly id: string } | { readonly page: 'enrol'; readonly office: string; readonly name: string } | { readonly page: 'journal' };

function routeOf(hash: string): Route {
  const terminal = /^#terminal\/([0-9a-f]{16})$/.exec(hash)?.[1];
  if (terminal !== undefined) return { page: 'terminal', id: terminal };
  const place = /^#enrol(?:\/(\d{2,6})\/([a-z0-9-]{1,80}))?$/.exec(hash);
  if (place !== null) return { page: 'enrol', office: place[1] ?? '', name: place[2] ?? '' };
  return { page: hash === '#journal' ? 'journal' : 'terminals' };
}

const hash = signal(location.hash);
addEventListener('hashchange', () => { hash.value = location.hash; });

/** The page on screen. */
export const route = computed((): Route => routeOf(hash.value));

/** What the list is kept to; stays when another page was looked at meanwhile. */
export const listQuery = signal<ListQuery>({ page: 0, area: '', text: '', state: 'all' });

/** The good answer to a request; of a bad one, what all pages have to know of it is noted. */
export function noted<T>(answer: Result<T, HubError>): Result<T, HubError> {
  away.value = !answer.ok && answer.error.code === 'away';
  if (!answer.ok && answer.error.code === 'notSignedIn') {
    ended.value = session.value != null;
    session.value = null;
  }
  return answer;
}
