import type { Strings } from '../../../src/ui/i18n/define.ts';
import { check } from '../../../src/ui/i18n/strings/check.ts';
import { core } from '../../../src/ui/i18n/strings/core.ts';
import { events } from '../../../src/ui/i18n/strings/events.ts';
import { find } from '../../../src/ui/i18n/strings/find.ts';
import { guide } from '../../../src/ui/i18n/strings/guide.ts';
import { office } from '../../../src/ui/i18n/strings/office.ts';
import { operator } from '../../../src/ui/i18n/strings/operator.ts';
import { prices } from '../../../src/ui/i18n/strings/prices.ts';
import { status } from '../../../src/ui/i18n/strings/status.ts';
import { take } from '../../../src/ui/i18n/strings/take.ts';

/** A language of the screen. */
export type Tongue = 'km' | 'en';

/** Both languages, Khmer first, for `describe.each`. */
export const tongues = ['km', 'en'] as const;

const areas = { check, core, events, find, guide, office, operator, prices, status, take } as const satisfies Readonly<Record<string, Strings>>;

/** A fixed text in both languages. */
export type Pair = readonly [km: string, en: string];

/** The one of a pair that a language reads. */
export function of(pair: Pair, language: Tongue): string {
  return pair[language === 'km' ? 0 : 1];
}

/**
 * The project's own word for something, so that a Khmer speaker who betters a
 * word need not mend tests. What must be exactly so is written out in the test.
 * @param values what stands for `{{name}}`
 */
export function say<A extends keyof typeof areas>(area: A, key: keyof (typeof areas)[A] & string, language: Tongue, values: Readonly<Record<string, string>> = {}): string {
  const pair: Pair | undefined = (areas[area] as Strings)[key];
  if (pair === undefined) throw new Error(`no words for ${area}:${key}`);
  return of(pair, language).replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
