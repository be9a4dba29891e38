import { describe, expect, test } from 'vitest';
import { seededRandom, uniform } from '../../fixtures/random.ts';
import { growthOf, type Point } from './growth.ts';

const random = seededRandom(11);
/** A heap of 12 MB after so many sessions: warm by the 200th, restless by 150 kB, with a leak of so many bytes a session. */
const heap = (sessions: number, every: number, leak: number): Point[] =>
  Array.from({ length: Math.floor(sessions / every) }, (_, index) => {
    const at = (index + 1) * every;
    return { at, value: 12e6 + Math.min(at, 200) * 5_000 + uniform(random, -75e3, 75e3) + leak * at };
  });
const allowed = { noise: 300_000, per1000: 250_000 };

describe('whether memory grows', () => {
  test('a heap that warms up and then only breathes does not', () => {
    expect(growthOf(heap(2_000, 25, 0), allowed).grows).toBe(false);
    expect(growthOf(heap(80, 8, 0), allowed).grows).toBe(false);
  });

  test('a leak of half a kilobyte a session does, in 2,000 sessions', () => {
    const growth = growthOf(heap(2_000, 25, 512), allowed);
    expect(growth.grows).toBe(true);
    expect(growth.slope).toBeGreaterThan(400_000);
    expect(growth.slope).toBeLessThan(620_000);
  });

  test('a whole catalogue left behind at each visit does, in a short run already', () => {
    expect(growthOf(heap(80, 8, 20_000), allowed).grows).toBe(true);
  });

  test('one measurement in a bad moment changes nothing', () => {
    const points = heap(2_000, 25, 0);
    points.splice(-1, 1, { at: 2_000, value: 40e6 });
    expect(growthOf(points, allowed).grows).toBe(false);
  });

  test('what shrinks does not grow', () => {
    expect(growthOf(heap(2_000, 25, -2_000), allowed).grows).toBe(false);
  });
});
