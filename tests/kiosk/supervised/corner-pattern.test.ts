import { describe, expect, test } from 'vitest';
import { cornerOf, pattern, patternLimit, watchPattern, type Corner, type Field } from '../../../src/kiosk/supervised/corner-pattern.ts';
import { seededRandom } from '../../fixtures/random.ts';

/** A 21.5-inch portrait panel: 1rem is 42 px. */
const field: Field = { width: 1080, height: 1920, corner: 105 };

const middle: Readonly<Record<Corner, { readonly x: number; readonly y: number }>> = {
  topLeft: { x: 50, y: 50 },
  topRight: { x: 1030, y: 50 },
  bottomLeft: { x: 50, y: 1870 },
  bottomRight: { x: 1030, y: 1870 },
};

function touchAll(corners: readonly Corner[], every = 1000): boolean[] {
  const watch = watchPattern();
  return corners.map((corner, index) => watch.touched({ ...middle[corner], at: index * every }, field));
}

describe('the staff’s pattern', () => {
  test('opens at its sixth touch and not before', () => {
    expect(touchAll(pattern)).toEqual([false, false, false, false, false, true]);
  });

  test('must be made within eight seconds', () => {
    expect(touchAll(pattern, patternLimit / 5).at(-1)).toBe(true);
    expect(touchAll(pattern, patternLimit / 5 + 1).at(-1)).toBe(false);
  });

  test('begins anew after a wrong touch, which may be its first', () => {
    expect(touchAll(['topLeft', 'topRight', 'topLeft', ...pattern.slice(1)]).at(-1)).toBe(true);
    expect(touchAll([...pattern.slice(0, 3), 'topRight', ...pattern.slice(3)]).at(-1)).toBe(false);
  });

  test('is broken by a touch between the corners, and by a second finger', () => {
    const watch = watchPattern();
    for (const corner of pattern.slice(0, 5)) watch.touched({ ...middle[corner], at: 0 }, field);
    watch.touched({ x: 500, y: 900, at: 0 }, field);
    expect(watch.touched({ ...middle.topRight, at: 0 }, field)).toBe(false);
    for (const corner of pattern.slice(0, 5)) watch.touched({ ...middle[corner], at: 0 }, field);
    watch.reset();
    expect(watch.touched({ ...middle.topRight, at: 0 }, field)).toBe(false);
  });

  test('is not made by going round the corners, in either direction, from any of them, for however long', () => {
    const round: readonly Corner[] = ['topLeft', 'topRight', 'bottomRight', 'bottomLeft'];
    for (const way of [round, [...round].reverse()]) {
      for (let start = 0; start < 4; start++) {
        const walk = Array.from({ length: 400 }, (_, i) => way[(start + i) % 4] ?? 'topLeft');
        expect(touchAll(walk, 10)).not.toContain(true);
      }
    }
  });

  test('is not made by one million touches of a child, two a second', () => {
    const random = seededRandom(41);
    const watch = watchPattern();
    let opened = 0;
    for (let touch = 0; touch < 1_000_000; touch++) {
      if (watch.touched({ x: random() * field.width, y: random() * field.height, at: touch * 500 }, field)) opened++;
    }
    expect(opened).toBe(0);
  });

  test('is hard to make even for somebody who touches nothing but corners: about once in four thousand touches', () => {
    const random = seededRandom(42);
    const watch = watchPattern();
    const corners: readonly Corner[] = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'];
    let opened = 0;
    for (let touch = 0; touch < 400_000; touch++) {
      if (watch.touched({ ...middle[corners[Math.floor(random() * 4)] ?? 'topLeft'], at: touch * 500 }, field)) opened++;
    }
    expect(opened).toBeLessThan(150);
  });

  test('knows the corners and nothing else', () => {
    for (const [corner, point] of Object.entries(middle)) expect(cornerOf(point, field)).toBe(corner);
    expect(cornerOf({ x: 540, y: 10 }, field)).toBeUndefined();
    expect(cornerOf({ x: 10, y: 900 }, field)).toBeUndefined();
    expect(cornerOf({ x: 540, y: 960 }, field)).toBeUndefined();
  });
});
