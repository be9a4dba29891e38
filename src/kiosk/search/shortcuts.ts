import type { Place } from '../session/session.ts';
import { foldKhmer, hasKhmer, latinWords } from './fold.ts';

/** What citizens look for that is no service, but a screen of its own. */
export type Shortcut = 'free' | 'prices' | 'status' | 'office';

/** Where a shortcut leads. */
export const shortcutPlaces: Readonly<Record<Shortcut, Place>> = {
  free: { screen: 'prices', kind: 'free' },
  prices: { screen: 'prices' },
  status: { screen: 'status' },
  office: { screen: 'office' },
};

/** What people type for each: Khmer, English, Khmer in Latin letters. */
const words: Readonly<Record<Shortcut, readonly string[]>> = {
  free: ['ឥតគិតថ្លៃ', 'មិនគិតថ្លៃ', 'អត់គិតថ្លៃ', 'មិនបង់ប្រាក់', 'អត់បង់ប្រាក់', 'free', 'free of charge', 'free service', 'no fee', 'it kit thlai', 'et kit thlai', 'ot kit thlai'],
  prices: ['តម្លៃ', 'តម្លៃសេវា', 'តារាងតម្លៃ', 'តារាងតម្លៃសេវា', 'ថ្លៃសេវា', 'កម្រៃសេវា', 'price', 'price list', 'fee', 'cost', 'tomlai', 'tarang tomlai'],
  status: ['ស្ថានភាព', 'ពិនិត្យពាក្យ', 'ពិនិត្យពាក្យស្នើសុំ', 'បង្កាន់ដៃ', 'status', 'application status', 'check my application', 'receipt', 'bangkan dai'],
  office: ['បណ្តឹង', 'បណ្តឹងតវ៉ា', 'តវ៉ា', 'ម៉ោងធ្វើការ', 'ថ្ងៃឈប់សម្រាក', 'បញ្ជរ', 'ទំនាក់ទំនង', 'complaint', 'complain', 'opening hours', 'holiday', 'counter', 'contact', 'bandoeng', 'bondeung'],
};

/** Beginnings shorter than this are on the way to too many words. */
const shortestBeginning = 4;

const keys = (Object.keys(words) as Shortcut[]).flatMap((shortcut) => words[shortcut].map((word) => ({ shortcut, key: keyOf(word) })));

/** A text as it is compared: folded Khmer, Latin words in the singular. */
function keyOf(text: string): string {
  if (hasKhmer(text)) return foldKhmer(text).text.replaceAll(' ', '');
  return latinWords(text).map(({ word }) => (word.length > 3 ? word.replace(/s$/u, '') : word)).join(' ');
}

/**
 * The shortcut that a query names.
 * @param beginnings does the beginning of a name do? Only where it hides no service.
 */
export function shortcutOf(query: string, beginnings: boolean): Shortcut | undefined {
  const typed = keyOf(query);
  if (typed === '') return undefined;
  const exact = keys.find(({ key }) => key === typed);
  if (exact !== undefined || !beginnings || typed.length < shortestBeginning) return exact?.shortcut;
  return keys.find(({ key }) => key.startsWith(typed))?.shortcut;
}
