import { RequestError } from '../../serve/errors.ts';
import { hubLimits, nextTry, signInDelays, type Delay } from '../limits.ts';
import type { Account, AccountStore } from '../store/store.ts';

/** Addresses whose failures are remembered, and whose accounts are known; the oldest make room. */
const addressesKept = 10_000;

/** Failures in a row. */
interface Count {
  readonly count: number;
  readonly lastAt: number;
}
const none: Count = { count: 0, lastAt: 0 };

/** How a try to sign in went. `lockedOut`: it failed, and from now on there is a wait. */
export type SignInResult = { readonly account: Account } | { readonly account?: never; readonly lockedOut: boolean };

/**
 * Holds tries to sign in to a growing delay, for each name and for each address.
 * A name that nobody has is treated as one that somebody has, down to the time
 * it takes. Each try counts as a failure until it has succeeded, so that many at
 * the same moment gain nothing.
 *
 * At an address from which an account has signed in since this process began, it
 * waits for what was typed there alone: a stranger who keeps a name waiting for
 * ever, by one wrong password each quarter of an hour, does not shut out whoever
 * works in their own office.
 */
export class SignIn {
  readonly #accounts: AccountStore;
  readonly #addresses = new Map<string, Count>();
  /** Tries of an address that are being looked at. */
  readonly #underWay = new Map<string, number>();
  /** By name and address, of those that have signed in. */
  readonly #atHome = new Map<string, Count>();
  #checking = 0;

  constructor(accounts: AccountStore) {
    this.#accounts = accounts;
  }

  /** Checks name and password. Fails with `tooManyRequests` while there is a delay. @param now ms */
  async try(name: string, password: string, address: string, now: number): Promise<SignInResult> {
    const home = `${name}\n${address}`;
    const wait = (delay: Delay, { count, lastAt }: Count): number => nextTry(delay, count, lastAt, now);
    const byName = wait(signInDelays.name, await this.#accounts.failures(name));
    const atHome = this.#atHome.get(home);
    const until = Math.max(atHome === undefined ? byName : Math.min(byName, wait(signInDelays.name, atHome)), wait(signInDelays.address, this.#ofAddress(address, now)));
    if (until > now) throw new RequestError('tooManyRequests', 'Too many wrong passwords. `accounts unlock NAME` on the hub ends the wait for a name.', (until - now) / 1000);
    if (this.#checking >= hubLimits.passwordsAtOnce) throw new RequestError('tooManyRequests', 'Many sign in at this moment.', 2);

    this.#checking += 1;
    this.#underWay.set(address, (this.#underWay.get(address) ?? 0) + 1);
    let account: Account | undefined;
    try {
      const count = await this.#accounts.addFailure(name, now, now - signInDelays.name.memory);
      if (this.#atHome.has(home)) addTo(this.#atHome, home, now, signInDelays.name.memory);
      account = await this.#accounts.check(name, password);
      if (account === undefined) return { lockedOut: count === signInDelays.name.free };
      await this.#accounts.clearFailures(name);
      keep(this.#atHome, home, none);
      return { account };
    } finally {
      this.#checking -= 1;
      const others = (this.#underWay.get(address) ?? 1) - 1;
      if (others === 0) this.#underWay.delete(address);
      else this.#underWay.set(address, others);
      // Its own account opens no door to guess others from here: what failed before goes on counting, from then on.
      if (account === undefined) addTo(this.#addresses, address, now, signInDelays.address.memory);
    }
  }

  /** The failures of an address; what is being looked at is one until it has succeeded. */
  #ofAddress(address: string, now: number): Count {
    const { count, lastAt } = this.#addresses.get(address) ?? none;
    const underWay = this.#underWay.get(address) ?? 0;
    return underWay === 0 ? { count, lastAt } : { count: (now - lastAt > signInDelays.address.memory ? 0 : count) + underWay, lastAt: now };
  }
}

/** Puts an entry last, and lets go of the oldest beyond the limit. */
function keep(counts: Map<string, Count>, key: string, count: Count): void {
  counts.delete(key);
  counts.set(key, count);
  for (const oldest of counts.keys()) {
    if (counts.size <= addressesKept) break;
    counts.delete(oldest);
  }
}

/** Counts a failure. @returns how many there are now */
function addTo(counts: Map<string, Count>, key: string, now: number, memory: number): number {
  const known = counts.get(key);
  const count = known === undefined || now - known.lastAt > memory ? 1 : known.count + 1;
  keep(counts, key, { count, lastAt: now });
  return count;
}
