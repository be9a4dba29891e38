import * as v from 'valibot';
import { todayInCambodia } from '../../model/day.ts';
import { isoDateSchema, type IsoDate } from '../../model/identifier.ts';
import type { Content, Entry } from './load.ts';
import { findAll, findTexts, get } from './raw.ts';
import type { Report } from './report.ts';

function dateAt(raw: unknown, key: string): IsoDate | undefined {
  const found = get(raw, key);
  return v.is(isoDateSchema, found) ? found : undefined;
}

/** The day the pack was edited, if it says so rightly. */
export function editedOn(content: Content): IsoDate | undefined {
  return dateAt(content.pack?.raw, 'editedOn');
}

function checkSpan(entry: Entry<unknown>, pattern: string, report: Report): void {
  for (const { path, value } of findAll(entry.raw, pattern)) {
    const from = dateAt(value, 'validFrom');
    const to = dateAt(value, 'validTo');
    if (from !== undefined && to !== undefined && from > to) report.error(entry, [...path, 'validTo'], `validTo ${to} lies before validFrom ${from}; swap or mend them`);
  }
}

function checkTimes(entry: Entry<unknown>, report: Report): void {
  for (const pattern of ['processingTime', 'costs.*.processingTime']) {
    for (const { path, value } of findAll(entry.raw, pattern)) {
      const least = get(value, 'atLeast');
      const most = get(value, 'atMost');
      if (typeof least === 'number' && typeof most === 'number' && least > most) report.error(entry, [...path, 'atLeast'], `atLeast ${least} is more than atMost ${most}; swap them`);
    }
  }
}

function checkOffice(office: Entry<unknown>, edited: IsoDate | undefined, report: Report): void {
  const digits: Readonly<Record<string, number>> = { province: 2, district: 4, commune: 6 };
  const level = get(office.raw, 'level');
  if (typeof level === 'string') {
    const expected = digits[level];
    if (level === 'ministry') report.error(office, ['level'], 'a One Window office is at commune, district or province');
    else if (expected !== undefined && /^\d+$/.test(office.identifier) && office.identifier.length !== expected) {
      report.error(office, ['level'], `the code ${office.identifier} has ${office.identifier.length} digits, a ${level} has ${expected}; mend the code or the level`);
    }
  }
  // The gazetteer assigns no 99: a sample must never pass for a real place, nor a real one for a sample.
  const isSample = get(office.raw, 'sample') === true;
  if (office.identifier.startsWith('99') !== isSample) {
    report.error(office, ['identifier'], isSample ? `a sample office has a code that starts with 99, not ${office.identifier}` : 'codes that start with 99 are for samples; add sample: true');
  }
  const spans = new Map<string, { opens: string; closes: string }[]>();
  for (const { path, value } of findAll(office.raw, 'hours.*')) {
    const opens = get(value, 'opens');
    const closes = get(value, 'closes');
    if (typeof opens !== 'string' || typeof closes !== 'string') continue;
    if (opens >= closes) report.error(office, [...path, 'closes'], `closes ${closes} is not after opens ${opens}; swap or mend them`);
    for (const day of findTexts(value, 'days.*')) {
      const others = spans.get(day.value) ?? [];
      if (others.some((other) => opens < other.closes && other.opens < closes)) report.error(office, [...path, ...day.path], `two opening times of ${day.value} overlap; mend one`);
      spans.set(day.value, [...others, { opens, closes }]);
    }
  }
  checkSpan(office, 'notices.*', report);
  for (const { path, value } of findAll(office.raw, 'notices.*')) {
    const to = dateAt(value, 'validTo');
    if (to !== undefined && edited !== undefined && to < edited) report.warning(office, [...path, 'validTo'], `this notice ended on ${to}; delete it`);
  }
}

function checkCalendar(calendar: Entry<unknown>, report: Report): void {
  const seen = new Set<unknown>();
  for (const year of findAll(calendar.raw, 'years.*')) {
    const number = get(year.value, 'year');
    if (seen.has(number)) report.error(calendar, [...year.path, 'year'], `the year ${String(number)} stands twice; join the lists`);
    seen.add(number);
    for (const holiday of findAll(year.value, 'holidays.*')) {
      const date = dateAt(holiday.value, 'date');
      if (date === undefined) continue;
      const where = [...year.path, ...holiday.path, 'date'];
      if (typeof number === 'number' && !date.startsWith(`${number}-`)) report.error(calendar, where, `${date} is not in the year ${number}; move it`);
      // Two holidays may fall on one day; one holiday may last several.
      const key = `${date} ${String(get(holiday.value, 'identifier'))}`;
      if (seen.has(key)) report.error(calendar, where, `this holiday stands twice on ${date}; keep one`);
      seen.add(key);
    }
  }
}

/**
 * Checks every span, order and plausibility of dates and times, and the offices that have them.
 *
 * @param now milliseconds since 1970
 */
export function checkDates(content: Content, now: number, report: Report): void {
  const today = todayInCambodia(now);
  const edited = editedOn(content);
  if (content.pack !== undefined && edited !== undefined && edited > today) {
    report.error(content.pack, ['editedOn'], `${edited} lies in the future (today is ${today}); write the day of the last edit`);
  }
  for (const service of content.services) {
    checkSpan(service, 'costs.*', report);
    checkTimes(service, report);
    const certified = dateAt(get(service.raw, 'certification'), 'certifiedOn');
    if (certified !== undefined && certified > today) report.error(service, ['certification', 'certifiedOn'], `${certified} lies in the future (today is ${today})`);
  }
  for (const law of content.legal) {
    const date = dateAt(law.raw, 'date');
    const year = get(law.raw, 'year');
    if (date !== undefined && typeof year === 'number' && !date.startsWith(`${year}-`)) report.error(law, ['year'], `the date ${date} is not in the year ${year}; drop the year`);
    if (date !== undefined && date > today) report.warning(law, ['date'], `${date} lies in the future (today is ${today})`);
  }
  for (const office of content.offices) checkOffice(office, edited, report);
  if (content.calendar !== undefined) checkCalendar(content.calendar, report);
}
