import { signal } from '@preact/signals';
import i18next from 'i18next';
import { digits } from '../../model/format.ts';
import type { Language, LocalizedText } from '../../model/text.ts';
import type { Strings } from './define.ts';
import { core } from './strings/core.ts';
import type { events } from './strings/events.ts';
import type { find } from './strings/find.ts';
import type { guide } from './strings/guide.ts';
import type { office } from './strings/office.ts';
import type { prices } from './strings/prices.ts';
import type { status } from './strings/status.ts';
import type { take } from './strings/take.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'core';
    resources: Namespaces;
  }
}

type Words<T extends Strings> = { [K in keyof T]: string };

/** Every namespace and its keys: types only, so that lazily loaded areas stay out of the first bundle. */
interface Namespaces {
  core: Words<typeof core>;
  events: Words<typeof events>;
  find: Words<typeof find>;
  guide: Words<typeof guide>;
  office: Words<typeof office>;
  prices: Words<typeof prices>;
  status: Words<typeof status>;
  take: Words<typeof take>;
}

/** The language on screen. Khmer first; the session sets it back. */
export const language = signal<Language>('km');

const namespaces: { [N in keyof Namespaces]?: true } = {};

function bundle(strings: Strings, column: 0 | 1): Record<string, string> {
  return Object.fromEntries(Object.entries(strings).map(([key, pair]) => [key, pair[column]]));
}

void i18next.init({
  lng: 'km',
  fallbackLng: false,
  ns: [],
  defaultNS: 'core',
  interpolation: { escapeValue: false },
  initAsync: false,
  resources: {},
  showSupportNotice: false,
} as Parameters<typeof i18next.init>[0]);

/** Adds the strings of one area; a lazily loaded screen calls it at the top of its module. */
export function addStrings(namespace: keyof Namespaces, strings: Strings): void {
  if (namespaces[namespace]) return;
  namespaces[namespace] = true;
  i18next.addResourceBundle('km', namespace, bundle(strings, 0));
  i18next.addResourceBundle('en', namespace, bundle(strings, 1));
}

addStrings('core', core);

/** Values put into a sentence. Numbers are written in the digits of the language. */
type Values = Readonly<Record<string, string | number>> & { readonly count?: number };

type Key = { [N in keyof Namespaces]: N extends 'core' ? keyof Namespaces[N] | `core:${keyof Namespaces[N] & string}` : `${N & string}:${keyof Namespaces[N] & string}` }[keyof Namespaces];

/** `name_one` and `name_other` are asked for as `name`. */
type Askable<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

/**
 * Texts without values, once looked up. A list asks for the same few words for
 * every row, and i18next works out plurals, contexts and nesting each time.
 */
const plain = { km: new Map<string, string>(), en: new Map<string, string>() } as const;

/** The text of a key in a language; for print and QR texts that need both. */
export function translateTo(to: Language, key: Askable<Key>, values?: Values): string {
  if (values !== undefined) return lookUp(to, key, values);
  let text = plain[to].get(key);
  if (text === undefined) {
    text = lookUp(to, key, {});
    // Before its strings are there a key is its own text: not to be kept.
    if (text !== key) plain[to].set(key, text);
  }
  return text;
}

function lookUp(to: Language, key: string, values: Values): string {
  const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'number' && name !== 'count' ? digits(value, to) : value]));
  if (values.count !== undefined) shown['n'] = digits(values.count, to);
  return (i18next.t as (key: string, options: object) => string)(key, { ...shown, lng: to });
}

/** The text of a key in the language on screen; a component that calls it is drawn again when the language changes. */
export function t(key: Askable<Key>, values?: Values): string {
  return translateTo(language.value, key, values);
}

/** A content text in the language on screen. */
export function l(text: LocalizedText): string {
  return text[language.value];
}
