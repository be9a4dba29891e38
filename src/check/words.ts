import { formatMoney } from '../model/format.ts';
import type { Language } from '../model/text.ts';
import type { FeeAmount } from '../trust/statement-code.ts';
import { guide } from '../ui/i18n/strings/guide.ts';

/** Something as it is said in a language. */
export type Say = (language: Language) => string;

/**
 * A string of the strings' files with values put in. The page says everything in
 * both languages at once and needs nothing else of i18next, which would be a
 * third of its size.
 */
export function inWords([km, en]: readonly [km: string, en: string], values: Readonly<Record<string, string>> = {}): Say {
  return (language) => (language === 'km' ? km : en).replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}

/** An amount. That a ceiling is one stands above it, and in its sign. */
export function amountWords(amount: FeeAmount, language: Language): string {
  switch (amount.kind) {
    case 'fixed':
      return formatMoney(amount.price, language);
    case 'ceiling':
      return `≤\u00a0${formatMoney(amount.max, language)}`;
    case 'free':
    case 'notPosted':
      return inWords(guide[amount.kind])(language);
  }
}
