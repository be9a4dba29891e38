import { signal } from '@preact/signals';
import { afterEach, expect, test } from 'vitest';
import { followContent, now, today } from '../../src/kiosk/content-state.ts';
import type { ContentState } from '../../src/kiosk/content/content.ts';

const clock = now.value;
const content = signal<ContentState>({ kind: 'loading' });
const lastConfirmed = signal<number | undefined>(undefined);
followContent({ content, lastConfirmed });
afterEach(() => {
  now.value = clock;
  lastConfirmed.value = undefined;
});

test('prices are judged by the day that the clock says', () => {
  lastConfirmed.value = Date.parse('2026-11-20T08:00:00+07:00');
  now.value = Date.parse('2026-11-26T00:30:00+07:00');
  expect(today.value).toBe('2026-11-26');
});

test('prices are judged by the day on which they were signed where the clock is before it: a board without a battery hides no fee', () => {
  now.value = Date.parse('1970-01-01T00:10:00Z');
  expect(today.value).toBe('1970-01-01');
  lastConfirmed.value = Date.parse('2026-11-20T08:00:00+07:00');
  expect(today.value).toBe('2026-11-20');
});
