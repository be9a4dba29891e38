import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { calendarSchema } from '../../src/model/calendar.ts';
import { applicationDay } from '../../src/model/office-hours.ts';
import { officeSchema } from '../../src/model/office.ts';

const text = (en: string): { km: string; en: string } => ({ km: 'ក', en });
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
const office = v.parse(officeSchema, {
  identifier: '990101',
  level: 'commune',
  title: text('Office'),
  place: text('Place'),
  hours: [{ days, opens: '08:00', closes: '12:00' }, { days, opens: '14:00', closes: '17:00' }],
  closures: [{ date: '2026-12-01', reason: text('Moving') }],
});
const calendar = v.parse(calendarSchema, { years: [{ year: 2026, legalBasis: text('Sub-decree'), holidays: [{ date: '2026-12-03', identifier: 'day', title: text('Holiday') }] }] });
const at = (local: string): number => Date.parse(`${local}+07:00`);

describe('the day on which something can be handed in', () => {
  test.each([
    ['while it is open', '2026-11-30T10:15:00', '2026-11-30'],
    ['before it opens', '2026-11-30T06:00:00', '2026-11-30'],
    ['over noon', '2026-11-30T12:30:00', '2026-11-30'],
    ['after hours, before a closure', '2026-11-30T17:00:00', '2026-12-02'],
    ['on a Sunday', '2026-11-29T10:00:00', '2026-11-30'],
    ['on a holiday', '2026-12-03T10:00:00', '2026-12-04'],
    ['on a Friday evening', '2026-12-04T20:00:00', '2026-12-07'],
  ])('%s', (_, now, day) => expect(applicationDay(at(now), office, calendar)).toBe(day));

  test('is the next working day where no hours are known', () => {
    const unknown = { ...office, hours: [] };
    expect(applicationDay(at('2026-11-30T20:00:00'), unknown, calendar)).toBe('2026-11-30');
    expect(applicationDay(at('2026-11-29T10:00:00'), unknown, calendar)).toBe('2026-11-30');
    expect(applicationDay(at('2026-12-05T10:00:00'), undefined, calendar)).toBe('2026-12-07');
  });
});
