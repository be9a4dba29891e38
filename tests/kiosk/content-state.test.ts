import { signal } from '@preact/signals';
import { afterEach, expect, test, vi } from 'vitest';
import { followContent, now, today } from '../../src/kiosk/content-state.ts';
import type { ContentState } from '../../src/kiosk/content/content.ts';

const clock = now.value;
const content = signal<ContentState>({ kind: 'loading' });
const lastConfirmed = signal<number | undefined>(undefined);
followContent({ content, lastConfirmed });
afterEach(() => {
  now.value = clock;
  lastConfirmed.value = undefined;
  vi.unstubAllGlobals();
});

test('prices are judged by the day that the clock says', () => {
  lastConfirmed.value = Date.parse('2026-11-20T08:00:00+07:00');
  now.value = Date.parse('2026-11-26T00:30:00+07:00');
  expect(today.value).toBe('2026-11-26');
});

test('prices are judged by the day on which the app’s own content was signed where the clock is before it: a board without a battery hides no fee', async () => {
  vi.stubGlobal('__APP_SIGNED__', Date.parse('2026-11-20T08:00:00+07:00'));
  vi.resetModules();
  const built = await import('../../src/kiosk/content-state.ts');
  built.now.value = Date.parse('1970-01-01T00:10:00Z');
  expect(built.today.value).toBe('2026-11-20');
  built.now.value = Date.parse('2026-11-26T00:30:00+07:00');
  expect(built.today.value).toBe('2026-11-26');
});

test('no word of the hub moves the day by which prices are judged', () => {
  now.value = Date.parse('2026-11-26T00:30:00+07:00');
  lastConfirmed.value = Date.parse('2027-11-26T00:30:00+07:00');
  expect(today.value).toBe('2026-11-26');
});
