import { staff } from '../session/staff.ts';
import { cornerSize, watchPattern } from './corner-pattern.ts';

/** A finger that moves further than this swipes, px of the root's font size. */
const still = 0.5;

/**
 * Watches the whole screen for the staff's pattern, over whatever is on it. It
 * takes no touch away from anybody but the one that completes the pattern, which
 * would begin a visit behind the pad. @returns the way to stop
 */
export function watchDoor(target: Window, open: () => void): () => void {
  const watch = watchPattern();
  let down: { readonly x: number; readonly y: number; readonly id: number } | undefined;
  /** The pattern is complete; the click of its last touch has yet to come. */
  let complete = false;
  const rem = (): number => Number.parseFloat(getComputedStyle(target.document.documentElement).fontSize);

  const begins = (event: PointerEvent): void => {
    complete = false;
    if (!event.isPrimary || event.button !== 0) {
      watch.reset();
      down = undefined;
    } else down = { x: event.clientX, y: event.clientY, id: event.pointerId };
  };
  const ends = (event: PointerEvent): void => {
    const start = down;
    down = undefined;
    if (start === undefined || start.id !== event.pointerId || !event.isPrimary) return;
    if (staff.peek() !== 'away') return;
    const size = rem();
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > still * size) {
      watch.reset();
      return;
    }
    const field = { width: target.innerWidth, height: target.innerHeight, corner: cornerSize * size };
    complete = watch.touched({ x: event.clientX, y: event.clientY, at: event.timeStamp }, field);
  };
  const clicked = (event: MouseEvent): void => {
    if (!complete) return;
    complete = false;
    event.stopPropagation();
    event.preventDefault();
    open();
  };
  const gone = (): void => {
    down = undefined;
    watch.reset();
  };
  const options = { capture: true, passive: true } as const;
  target.addEventListener('pointerdown', begins, options);
  target.addEventListener('pointerup', ends, options);
  target.addEventListener('pointercancel', gone, options);
  target.addEventListener('click', clicked, { capture: true });
  return () => {
    target.removeEventListener('pointerdown', begins, options);
    target.removeEventListener('pointerup', ends, options);
    target.removeEventListener('pointercancel', gone, options);
    target.removeEventListener('click', clicked, { capture: true });
  };
}
