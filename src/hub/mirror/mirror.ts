import { copyRepository, type CopyReport } from '../../repository/copy.ts';
import type { RepositoryFolder } from '../../repository/folder.ts';
import { timestampName } from '../../repository/names.ts';
import { limits } from '../../trust/limits.ts';
import { trusted, type TrustResult } from '../../trust/result.ts';
import type { HttpSource } from './http-source.ts';

/** What one look at the upstream found: nothing new, or what was copied. */
export type Look = { readonly kind: 'same' } | { readonly kind: 'copied'; readonly report: CopyReport };

/** Milliseconds after which an unchanged timestamp is verified again: it may have expired meanwhile. */
const verifyAgain = 24 * 3_600_000;

/**
 * Carries the upstream's repository into a folder of its own, verified like a
 * terminal would: an office syncs once for all its kiosks. It holds no key and
 * adds nothing; what does not verify leaves the folder as it was.
 */
export class Mirror {
  readonly #source: HttpSource;
  readonly #folder: RepositoryFolder;
  readonly #anchor: Uint8Array;
  /** Of the timestamp that was verified last. */
  #tag: string | undefined;
  #verified = -Infinity;

  constructor(source: HttpSource, folder: RepositoryFolder, anchor: Uint8Array) {
    this.#source = source;
    this.#folder = folder;
    this.#anchor = anchor;
  }

  /** Asks once for news and takes them over. @param now ms */
  async look(now: number): Promise<TrustResult<Look>> {
    const tag = now - this.#verified < verifyAgain ? this.#tag : undefined;
    const timestamp = await this.#source.changed(timestampName, limits.timestamp, tag);
    if (!timestamp.ok) return timestamp;
    if (timestamp.value === 'same') return trusted({ kind: 'same' });
    const { bytes } = timestamp.value;
    const from: HttpSource = { ...this.#source, get: async (name, limit) => (name === timestampName ? trusted(bytes) : this.#source.get(name, limit)) };
    const copied = await copyRepository({ from, to: this.#folder, anchor: this.#anchor, now });
    if (!copied.ok) return copied;
    this.#tag = timestamp.value.tag;
    this.#verified = now;
    return trusted({ kind: 'copied', report: copied.value });
  }
}

/** Milliseconds between two looks while all is well. */
const usualWait = 5 * 60_000;
/** Milliseconds after the first failure, doubled with each further one. */
const firstRetry = 60_000;
const longestWait = 3_600_000;

/**
 * Milliseconds until the next look: 5 minutes, after failures 1 minute, 2, 4 … up
 * to an hour, each a fifth more or less so that 1,900 offices that lost the same
 * upstream do not come back in the same second.
 * @param failures failed looks in a row
 * @param random in [0, 1)
 */
export function nextWait(failures: number, random: number): number {
  const middle = failures === 0 ? usualWait : Math.min(longestWait / 1.2, firstRetry * 2 ** (failures - 1));
  return Math.round(middle * (0.8 + 0.4 * random));
}
