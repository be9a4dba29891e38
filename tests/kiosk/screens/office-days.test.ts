import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { calendarSchema } from '../../../src/model/calendar.ts';
import { officeSchema } from '../../../src/model/office.ts';
import { closuresAhead, nextDays } from '../../../src/kiosk/screens/office-days.ts';

const text = (en: string): { km: string; en: string } => ({ km: en, en });
const holiday = (date: string, title: string): object => ({ date, identifier: 'day', title: text(title) });
const calendar = v.parse(calendarSchema, {
  years: [
    { year: 2026, legalBasis: text('sub-decree'), holidays: [holiday('2026-11-23', 'Water Festival'), holiday('2026-11-24', 'Water Festival'), holiday('2026-11-25', 'Water Festival'), holiday('2026-12-29', 'Peace Day')] },
    { year: 2027, legalBasis: text('sub-decree'), holidays: [holiday('2027-01-01', 'New Year')] },
  ],
});
const office = v.parse(officeSchema, {
  identifier: '990101',
  level: 'commune',
  title: text('office'),
  place: text('place'),
  hours: [{ days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], opens: '08:00', closes: '12:00' }],
  closures: [{ date: '2026-11-26', reason: text('training') }, { date: '2026-12-29', reason: text('moving') }],
});

describe('the week of an office', () => {
  test('starts today and says why a day is closed', () => {
    const days = nextDays('2026-11-25', office, calendar);
    expect(days.map((day) => day.date)).toEqual(['2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30', '2026-12-01']);
    expect(days.map((day) => day.reason?.en)).toEqual(['Water Festival', 'training', undefined, undefined, undefined, undefined, undefined]);
    expect(days.map((day) => day.spans.length)).toEqual([0, 0, 1, 0, 0, 1, 1]);
  });
});

describe('closures ahead', () => {
  test('days of one festival are one line, across the years, the own closure instead of the holiday', () => {
    expect(closuresAhead('2026-11-24', office, calendar, 9).map(({ from, to, title, own }) => [from, to, title.en, own])).toEqual([
      ['2026-11-24', '2026-11-25', 'Water Festival', false],
      ['2026-11-26', '2026-11-26', 'training', true],
      ['2026-12-29', '2026-12-29', 'moving', true],
      ['2027-01-01', '2027-01-01', 'New Year', false],
    ]);
  });

  test('no more than asked for', () => {
    expect(closuresAhead('2026-01-01', office, calendar, 2)).toHaveLength(2);
  });
});
