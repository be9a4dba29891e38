import { RequestError } from '../../serve/errors.ts';
import { hubLimits, nextTry, signInDelays } from '../limits.ts';
import type { Account, AccountStore } from '../store/store.ts';

/** Addresses whose failures are remembered; the oldest make room. */
const addressesKept = 10_000;

/** How a try to sign in went. `lockedOut`: it failed, and from now on there is a wait. */
export type SignInResult = { readonly account: Account } | { readonly account?: never; readonly lockedOut: boolean };

/**
 * Holds tries to sign in to a growing delay, for each name and for each address.
 * A name that nobody has is treated as one that somebody has, down to the time
 * it takes. Each try counts as a failure until it has succeeded, so that many at
 * the same moment gain nothing.
 */
export class SignIn {
  readonly #accounts: AccountStore;
  readonly #addresses = new Map<string, { count: number; lastAt: number }>();
  #checking = 0;

  constructor(accounts: AccountStore) {
    this.#accounts = accounts;
  }

  /** Checks name and password. Fails with `tooManyRequests` while there is a delay. @param now ms */
  async try(name: string, password: string, address: string, now: number): Promise<SignInResult> {
    const byName = await this.#accounts.failures(name);
    const byAddress = this.#addresses.get(address) ?? { count: 0, lastAt: 0 };
    const until = Math.max(nextTry(signInDelays.name, byName.count, byName.lastAt, now), nextTry(signInDelays.address, byAddress.count, byAddress.lastAt, now));
    if (until > now) throw new RequestError('tooManyRequests', 'Too many wrong passwords. `accounts unlock NAME` on the hub ends the wait for a name.', (until - now) / 1000);
    if (this.#checking >= hubLimits.passwordsAtOnce) throw new RequestError('tooManyRequests', 'Many sign in at this moment.', 2);

    this.#checking += 1;
    try {
      const count = await this.#accounts.addFailure(name, now, now - signInDelays.name.memory);
      this.#addFailure(address, now);
      const account = await this.#accounts.check(name, password);
      if (account === undefined) return { lockedOut: count === signInDelays.name.free };
      await this.#accounts.clearFailures(name);
      // Its own account opens no door to guess others from here.
      this.#takeBack(address);
      return { account };
    } finally {
      this.#checking -= 1;
    }
  }

  #addFailure(address: string, now: number): void {
    const known = this.#addresses.get(address);
    const count = known === undefined || now - known.lastAt > signInDelays.address.memory ? 1 : known.count + 1;
    this.#addresses.delete(address);
    this.#addresses.set(address, { count, lastAt: now });
    for (const oldest of this.#addresses.keys()) {
      if (this.#addresses.size <= addressesKept) break;
      this.#addresses.delete(oldest);
    }
  }

  #takeBack(address: string): void {
    const known = this.#addresses.get(address);
    if (known !== undefined) known.count -= 1;
  }
}
