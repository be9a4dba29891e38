/** A corner of the screen. */
export type Corner = 'topLeft' | 'topRight' | 'bottomLeft' | 'bottomRight';

/**
 * The staff's way to the PIN: the corners as one writes a Z, and then the upper
 * two once more. Somebody who goes round the screen never does that, and of
 * touches anywhere one in 10¹³ series of six does.
 */
export const pattern: readonly Corner[] = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight', 'topLeft', 'topRight'];

/** Milliseconds from the first touch of the pattern to its last. */
export const patternLimit = 8_000;

/** Side of a corner in rem: 26 mm on the panel. */
export const cornerSize = 2.5;

/** A touch: where and when, in px and ms. */
export interface Touch {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

/** The screen's size, and the side of its corners, in px. */
export interface Field {
  readonly width: number;
  readonly height: number;
  readonly corner: number;
}

/** The corner in which a touch lies, if it does. */
export function cornerOf({ x, y }: Pick<Touch, 'x' | 'y'>, { width, height, corner }: Field): Corner | undefined {
  const left = x < corner;
  const top = y < corner;
  if (!left && x < width - corner) return undefined;
  if (!top && y < height - corner) return undefined;
  return top ? (left ? 'topLeft' : 'topRight') : left ? 'bottomLeft' : 'bottomRight';
}

/** Follows touches; answers `true` at the one that completes the pattern. */
export interface PatternWatch {
  touched(touch: Touch, field: Field): boolean;
  /** Whatever is no single touch begins the pattern anew: a second finger, a swipe. */
  reset(): void;
}

/** A watch for the pattern. Any other touch, and too long a time, begin it anew. */
export function watchPattern(): PatternWatch {
  let made: number[] = [];
  return {
    touched(touch, field) {
      const corner = cornerOf(touch, field);
      const inTime = made[0] === undefined || (touch.at >= made[0] && touch.at - made[0] <= patternLimit);
      if (corner === pattern[made.length] && inTime) made.push(touch.at);
      // A wrong touch may itself be the first one of the pattern.
      else made = corner === pattern[0] ? [touch.at] : [];
      if (made.length < pattern.length) return false;
      made = [];
      return true;
    },
    reset() {
      made = [];
    },
  };
}
