import type { FastifyReply, FastifyRequest } from 'fastify';
import { staffActiveHeader, staffPaths } from '../../api/staff.ts';
import { RequestError } from '../../serve/errors.ts';
import { hubLimits } from '../limits.ts';
import type { Account, AccountStore } from '../store/store.ts';

const cookieName = 'owso-staff';
/** The cookie goes to the staff's paths alone: no page for the public ever has it. */
const cookiePath = staffPaths.session.slice(0, staffPaths.session.lastIndexOf('/'));

/** The token in a request's cookies. */
export function tokenOf(request: FastifyRequest): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
}

/** Sets the session's cookie: out of reach of scripts, sent with requests of our own pages alone, gone with the browser. */
export function setCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  void reply.header('set-cookie', `${cookieName}=${token}; Path=${cookiePath}; HttpOnly; SameSite=Strict${request.protocol === 'https' ? '; Secure' : ''}`);
}

/** Takes the cookie away. */
export function clearCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('set-cookie', `${cookieName}=; Path=${cookiePath}; HttpOnly; SameSite=Strict; Max-Age=0${request.protocol === 'https' ? '; Secure' : ''}`);
}

/**
 * Refuses what another site's page had a browser send. Browsers name the origin
 * of every request that changes something; a request that names none comes from
 * no page, and staff have nothing else. By host and port alone: before the hub
 * may stand a proxy that speaks https.
 */
export async function checkOrigin(request: FastifyRequest): Promise<void> {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const origin = URL.parse(request.headers.origin ?? '');
  if (origin === null || origin.host !== request.host) throw new RequestError('forbidden', 'This comes from a page of another origin. Behind a proxy, let it hand on the Host header.');
}

/** The account whose session a request belongs to. Fails with `notSignedIn`. @param now ms */
export async function signedInAccount(accounts: AccountStore, request: FastifyRequest, now: number): Promise<Account> {
  const token = tokenOf(request);
  const use = request.method !== 'GET' || request.headers[staffActiveHeader] !== undefined;
  const account = token === undefined ? undefined : await accounts.session(token, { now, openedAfter: now - hubLimits.sessionAge, usedAfter: now - hubLimits.sessionIdle, use });
  if (account === undefined) throw new RequestError('notSignedIn', 'No session, or one that has ended.');
  return account;
}
