import { signal } from '@preact/signals';
import i18next from 'i18next';
import { digits } from '../../model/format.ts';
import type { Language, LocalizedText } from '../../model/text.ts';
import type { Strings } from './define.ts';
import { core } from './strings/core.ts';
import type { events } from './strings/events.ts';
import type { faults } from './strings/faults.ts';
import type { find } from './strings/find.ts';
import type { guide } from './strings/guide.ts';
import type { office } from './strings/office.ts';
import type { operator } from './strings/operator.ts';
import type { prices } from './strings/prices.ts';
import type { status } from './strings/status.ts';
import type { studio } from './strings/studio.ts';
import type { take } from './strings/take.ts';
import type { troubles } from './strings/troubles.ts';

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
  faults: Words<typeof faults>;
  find: Words<typeof find>;
  guide: Words<typeof guide>;
  office: Words<typeof office>;
  operator: Words<typeof operator>;
  prices: Words<typeof prices>;
  status: Words<typeof status>;
  studio: Words<typeof studio>;
  take: Words<typeof take>;
  troubles: Words<typeof troubles>;
}

/** The language on screen. Khmer first; the session sets it back. */
export const language = signal<Language>('km');

/** Areas by namespace, as far as their code is loaded. */
const areas = new Map<keyof Namespaces, Strings>();

/**
 * Every text by `key` and `namespace:key`. Most are asked for without values,
 * many times for every row of a list, and i18next would look for plurals,
 * contexts and nesting each time.
 */
const texts = new Map<string, readonly [km: string, en: string]>();

function bundle(strings: Strings, column: 0 | 1): Record<string, string> {
  return Object.fromEntries(Object.entries(strings).map(([key, pair]) => [key, pair[column]]));
}

let ready = false;

/** i18next with all areas loaded by now; the first picture has no sentence with values and does without. */
function sentences(): typeof i18next {
  if (!ready) {
    ready = true;
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
    for (const [namespace, strings] of areas) addBundles(namespace, strings);
  }
  return i18next;
}

function addBundles(namespace: keyof Namespaces, strings: Strings): void {
  i18next.addResourceBundle('km', namespace, bundle(strings, 0));
  i18next.addResourceBundle('en', namespace, bundle(strings, 1));
}

/** Adds the strings of one area; a lazily loaded screen calls it at the top of its module. */
export function addStrings(namespace: keyof Namespaces, strings: Strings): void {
  if (areas.has(namespace)) return;
  areas.set(namespace, strings);
  for (const [key, pair] of Object.entries(strings)) {
    texts.set(`${namespace}:${key}`, pair);
    if (namespace === 'core') texts.set(key, pair);
  }
  if (ready) addBundles(namespace, strings);
}

addStrings('core', core);

/** Values put into a sentence. Numbers are written in the digits of the language. */
type Values = Readonly<Record<string, string | number>> & { readonly count?: number };

type Key = { [N in keyof Namespaces]: N extends 'core' ? keyof Namespaces[N] | `core:${keyof Namespaces[N] & string}` : `${N & string}:${keyof Namespaces[N] & string}` }[keyof Namespaces];

/** `name_one` and `name_other` are asked for as `name`. */
type Askable<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

/** Sentences with a count and nothing else: the same few on every row of a list. A count tells nothing of anybody. */
const counted = new Map<string, string>();

/** The text of a key in a language; for print and QR texts that need both. */
export function translateTo(to: Language, key: Askable<Key>, values?: Values): string {
  if (values === undefined) return texts.get(key)?.[to === 'km' ? 0 : 1] ?? key;
  if (values.count === undefined || Object.keys(values).length > 1) return lookUp(to, key, values);
  const name = `${to} ${values.count} ${key}`;
  let text = counted.get(name);
  if (text === undefined) {
    text = lookUp(to, key, values);
    // What is asked for before its strings are there has no text yet: not to be kept.
    if (texts.has(key) || texts.has(`${key}_other`)) counted.set(name, text);
  }
  return text;
}

function lookUp(to: Language, key: string, values: Values): string {
  const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'number' && name !== 'count' ? digits(value, to) : value]));
  if (values.count !== undefined) shown['n'] = digits(values.count, to);
  return (sentences().t as (key: string, options: object) => string)(key, { ...shown, lng: to });
}

/** The text of a key in the language on screen; a component that calls it is drawn again when the language changes. */
export function t(key: Askable<Key>, values?: Values): string {
  return translateTo(language.value, key, values);
}

/** A content text in the language on screen. */
export function l(text: LocalizedText): string {
  return text[language.value];
}
