/**
 * The project's own words on screens, Khmer and English side by side: a string
 * without one of them does not compile. English plurals are two entries,
 * `name_one` and `name_other` (i18next); Khmer has one form and repeats it.
 */
export type Strings = Readonly<Record<string, readonly [km: string, en: string]>>;

/** Declares the strings of one area of the app, keeping their keys as types. */
export function defineStrings<const T extends Strings>(strings: T): T {
  return strings;
}
