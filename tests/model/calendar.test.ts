import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { calendarSchema } from '../../src/model/calendar.ts';
import { addDays, addWorkingDays, dayOfWeek, isWorkingDay, todayInCambodia } from '../../src/model/day.ts';
import { isoDateSchema } from '../../src/model/identifier.ts';

const calendar = v.parse(calendarSchema, parse(readFileSync(resolve(import.meta.dirname, '../../kiosk-config/content/calendar.yaml'), 'utf8')));
const holidays = new Set(calendar.years.flatMap((year) => year.holidays.map((holiday) => holiday.date)));
const lastYear = Math.max(...calendar.years.map((year) => year.year));
const add = (start: string, days: number) => addWorkingDays(start, days, holidays, lastYear);

const date = fc.integer({ min: 0, max: 729 }).map((n) => addDays('2026-01-01', n));

describe('the calendar of 2026 and 2027', () => {
  it('has the two years that sub-decrees have set, and every holiday in its own year', () => {
    expect(calendar.years.map((year) => year.year)).toEqual([2026, 2027]);
    for (const year of calendar.years) for (const holiday of year.holidays) expect(holiday.date).toMatch(new RegExp(`^${year.year}-`));
  });

  it.each([
    [2026, 21, 18],
    [2027, 22, 19],
  ])('closes offices in %i on %i days, %i of them weekdays', (year, days, weekdays) => {
    const closed = [...holidays].filter((day) => day.startsWith(String(year)));
    expect(closed).toHaveLength(days);
    expect(closed.filter((day) => isWorkingDay(day, new Set()))).toHaveLength(weekdays);
  });
});

describe('working days', () => {
  it.each([
    ['2026-02-02', 1, '2026-02-03', 'the next day'],
    ['2026-02-06', 1, '2026-02-09', 'over a weekend'],
    ['2026-02-07', 1, '2026-02-09', 'handed in on a Saturday'],
    ['2026-02-02', 5, '2026-02-09', 'a week'],
    ['2026-04-10', 1, '2026-04-13', 'the Monday before Khmer New Year'],
    ['2026-04-13', 1, '2026-04-17', 'over Khmer New Year'],
    ['2026-04-30', 1, '2026-05-04', 'over Labour Day and Visak Bochea, which fall on one Friday'],
    ['2026-05-04', 1, '2026-05-06', 'over the Royal Ploughing Ceremony'],
    ['2026-10-09', 1, '2026-10-13', 'over Pchum Ben, two of whose days are a weekend'],
    ['2026-11-20', 1, '2026-11-26', 'over the Water Festival'],
    ['2026-12-31', 1, '2027-01-04', 'over New Year into a known year'],
    ['2027-09-28', 1, '2027-10-04', 'over Pchum Ben 2027 and its weekend'],
    ['2027-11-08', 3, '2027-11-15', 'over Independence Day and the Water Festival of 2027'],
    ['2026-02-02', 0, '2026-02-02', 'at once'],
  ])('%s + %i = %s (%s)', (start, days, end) => {
    expect(add(start, days)).toBe(end);
  });

  it('give no date rather than a wrong one beyond the years whose holidays are known', () => {
    expect(add('2027-12-30', 1)).toBe('2027-12-31');
    expect(add('2027-12-30', 2)).toBeUndefined();
    expect(add('2028-01-03', 1)).toBeUndefined();
    expect(add('2026-01-01', 400)).toBe('2027-08-23');
    expect(add('2026-06-01', 400)).toBeUndefined();
  });

  it('count the closures of one office like holidays', () => {
    expect(addWorkingDays('2026-02-02', 1, new Set([...holidays, '2026-02-03']), lastYear)).toBe('2026-02-04');
  });

  it('end on a working day, with exactly as many working days passed', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 1, max: 120 }), (start, days) => {
        const end = add(start, days);
        if (end === undefined) return;
        expect(isWorkingDay(end, holidays)).toBe(true);
        let passed = 0;
        for (let day = addDays(start, 1); day <= end; day = addDays(day, 1)) if (isWorkingDay(day, holidays)) passed++;
        expect(passed).toBe(days);
      }),
    );
  });

  it('can be counted in two parts', () => {
    fc.assert(
      fc.property(date, fc.nat(40), fc.nat(40), (start, first, second) => {
        const middle = add(start, first);
        if (middle !== undefined) expect(add(middle, second)).toBe(add(start, first + second));
      }),
    );
  });
});

describe('days', () => {
  it('go forward and back over months, years and leap days', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    fc.assert(fc.property(date, fc.integer({ min: -800, max: 800 }), (day, n) => void expect(addDays(addDays(day, n), -n)).toBe(day)));
  });

  it('fall on their weekday', () => {
    expect([dayOfWeek('2026-11-23'), dayOfWeek('2026-11-22'), dayOfWeek('2026-11-21')]).toEqual([1, 0, 6]);
  });

  it('begin at midnight in Cambodia', () => {
    expect(todayInCambodia(Date.parse('2026-11-22T16:59:59Z'))).toBe('2026-11-22');
    expect(todayInCambodia(Date.parse('2026-11-22T17:00:00Z'))).toBe('2026-11-23');
  });

  it('that do not exist are refused', () => {
    for (const day of ['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '26-01-01', '2026-04-31', '2026-01-01T00:00', '', '+02026-01-01']) {
      expect(v.safeParse(isoDateSchema, day).success).toBe(false);
    }
    fc.assert(fc.property(date, (day) => void expect(v.is(isoDateSchema, day)).toBe(true)));
  });
});
