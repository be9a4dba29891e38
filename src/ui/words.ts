import { digits, formatDate, formatMoney, formatMonth } from '../model/format.ts';
import { foldDigits } from '../model/khmer.ts';
import type { Level, CounterRole } from '../model/channel.ts';
import type { OpenCase } from '../model/case.ts';
import { isOverdueForReview, type Amount, type Cost } from '../model/cost.ts';
import type { IsoDate } from '../model/identifier.ts';
import type { LinkedEvidenceNeed } from '../model/evidence.ts';
import type { LegalResource } from '../model/legal-resource.ts';
import type { ProcessingTime, Validity } from '../model/processing-time.ts';
import type { Language } from '../model/text.ts';
import { addStrings, translateTo } from './i18n/i18n.ts';
import { guide, legalKinds, sourceWords } from './i18n/strings/guide.ts';

/**
 * The model's values in words, in either language: one place, so that a screen,
 * a QR text and a list say the same thing in the same way.
 */

addStrings('guide', guide);

/** An amount in a line: `40,000 ៛`, `at most …`, `free of charge`, `not posted`. Four things, never mixed. */
export function amountText(amount: Amount, language: Language): string {
  switch (amount.kind) {
    case 'fixed':
      return formatMoney(amount.price, language);
    case 'ceiling':
      return `${translateTo(language, 'guide:ceiling')} ${formatMoney(amount.max, language)}`;
    case 'free':
      return translateTo(language, 'guide:free');
    case 'notPosted':
      return translateTo(language, 'guide:notPosted');
  }
}

/** What a price is for ("per room"); nothing where there is no price to multiply. */
export function unitText({ amount, unit }: Pick<Cost, 'amount' | 'unit'>, language: Language): string | undefined {
  return amount.kind === 'free' || amount.kind === 'notPosted' ? undefined : unit?.[language];
}

/** A processing time in words: `15 working days`, `3 to 5 days`. */
export function timeText(time: ProcessingTime, language: Language): string {
  if (time.unit === 'atOnce') return translateTo(language, 'guide:atOnce');
  const key = time.unit === 'workingDay' ? 'guide:workingDays' : time.unit === 'month' ? 'guide:months' : 'guide:days';
  const most = translateTo(language, key, { count: time.atMost });
  return time.atLeast === undefined ? most : translateTo(language, 'guide:span', { from: digits(time.atLeast, language), to: most });
}

/** How long an output is good for. */
export function validityText(validity: Validity, language: Language): string {
  if (validity.kind === 'permanent') return translateTo(language, 'guide:permanent');
  const key = validity.unit === 'year' ? 'guide:years' : validity.unit === 'month' ? 'guide:months' : 'guide:days';
  return translateTo(language, key, { count: validity.count });
}

/** In which form and how often a document is to be brought; empty where no source says it. */
export function documentForms(need: LinkedEvidenceNeed, language: Language): readonly string[] {
  const forms: string[] = [];
  const n = (count: number): { n: string } => ({ n: digits(count, language) });
  if (need.form === 'photo') forms.push(need.originals === undefined ? translateTo(language, 'guide:photo') : translateTo(language, 'guide:photos', n(need.originals)));
  else if (need.form === 'unstated') {
    const count = need.originals ?? need.copies ?? need.certifiedCopies;
    if (count !== undefined) forms.push(translateTo(language, 'guide:pieces', n(count)));
  } else {
    if (need.originals !== undefined) forms.push(translateTo(language, 'guide:originals', n(need.originals)));
    if (need.copies !== undefined) forms.push(translateTo(language, 'guide:copies', n(need.copies)));
    if (need.certifiedCopies !== undefined) forms.push(translateTo(language, 'guide:certifiedCopies', n(need.certifiedCopies)));
    if (forms.length === 0 && need.form !== undefined) forms.push(translateTo(language, `guide:${need.form}`));
  }
  return forms;
}

/**
 * A legal resource as it is cited: the kind of text, its number, its day or year,
 * and what it is about. Titles begin with the kind; number and date go between.
 */
export function legalText({ type, number, date, year, title }: LegalResource, language: Language): string {
  const whole = title[language];
  const numbered = number === undefined ? [] : [translateTo(language, 'guide:legalNumber', { number: digits(number, language) })];
  // Where a source knows only the month, the title says it.
  const dated = date !== undefined ? [translateTo(language, 'guide:legalDate', { date: formatDate(date, language, 'short') })] : year === undefined || foldDigits(whole).includes(String(year)) ? [] : [translateTo(language, 'guide:legalYear', { year: digits(year, language) })];
  const told = [...numbered, ...dated].join(' ');
  if (told === '') return whole;
  const kind = legalKinds[type].map((names) => names[language === 'km' ? 0 : 1]).find((name) => whole.startsWith(name));
  if (kind === undefined) return `${whole} (${told})`;
  // Khmer writes the number onto the word: អនុក្រឹត្យលេខ ៦០.
  return `${kind}${language === 'km' && number !== undefined ? '' : ' '}${told} ${whole.slice(kind.length).trimStart()}`.trimEnd();
}

const counterKeys = { information: 'guide:counterInformation', cashier: 'guide:counterCashier', backOffice: 'guide:counterBackOffice', collection: 'guide:counterCollection' } as const;

/** What a counter does, in words. */
export function counterText(role: CounterRole, language: Language): string {
  return translateTo(language, counterKeys[role]);
}

const levelKeys = { commune: 'guide:levelCommune', district: 'guide:levelDistrict', province: 'guide:levelProvince', ministry: 'guide:levelMinistry' } as const;
const officeKeys = { commune: 'guide:officeCommune', district: 'guide:officeDistrict', province: 'guide:officeProvince', ministry: 'guide:officeMinistry' } as const;

/** A level of administration in words. */
export function levelText(level: Level, language: Language): string {
  return translateTo(language, levelKeys[level]);
}

/** The office of a level in words: where to go. */
export function officeText(level: Level, language: Language): string {
  return translateTo(language, officeKeys[level]);
}

/** A day, a month, or years of a source: `2026-10-08`, `2019-08`, `2016-17`. */
const sourceDates = /\d{4}-\d{2}-\d{2}|\d{4}-(?:0[1-9]|1[0-2])(?!\d)|\d{4}(?:[-–]\d{2,4})?/g;

/**
 * The date of a source in its own precision. Sources write it with a few English
 * words ("c. 2020", "read 2026-10-08"); where Khmer has none for one of them, it
 * shows the dates alone.
 */
export function asOfText(asOf: string, language: Language): string {
  const dated = asOf.replace(sourceDates, (date) => dateText(date, language));
  if (language === 'en') return dated;
  const khmer = sourceWords.reduce((text, [km, en]) => text.replaceAll(en, km), dated);
  if (!/[a-z]/i.test(khmer)) return khmer;
  return (asOf.match(sourceDates) ?? []).map((date) => dateText(date, 'km')).join(' · ');
}

function dateText(date: string, language: Language): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(date)) return `${language === 'km' ? 'ថ្ងៃ' : ''}${formatDate(date, language, 'short')}`;
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(date)) return formatMonth(date, language);
  return digits(date.replace('-', '–'), language);
}

/** The first date of a source, without what was done then: "from {date}". */
function firstDate(asOf: string): string {
  const [date] = /(?:c\. )?\d{4}(?:[-–]\d{2,4})?(?:-\d{2})?/.exec(asOf) ?? [];
  return date ?? asOf;
}

/** A condition that waits for an answer: the question and the answers with which it applies. */
export function openCaseText({ question, options }: OpenCase, language: Language): string {
  const [open, close] = language === 'km' ? ['«', '»'] : ['“', '”'];
  const answers = options.map((option) => option[language]).join(`${close} ${translateTo(language, 'guide:or')} ${open}`);
  return translateTo(language, 'guide:ifAnswer', { question: question[language], answers });
}

/** That a price may be out of date, and of when it is; nothing for one that is not, or where none is posted. */
export function priceOldText(cost: Cost, today: IsoDate, language: Language): string | undefined {
  if (cost.amount.kind === 'notPosted' || !isOverdueForReview(cost, today)) return undefined;
  const { asOf } = cost.source;
  return asOf === undefined ? translateTo(language, 'guide:priceOldUndated') : translateTo(language, 'guide:priceOld', { asOf: asOfText(firstDate(asOf), language) });
}
