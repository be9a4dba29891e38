import { staff } from '../session/staff.ts';
import { cornerSize, watchPattern } from './corner-pattern.ts';

/** A finger that moves further than this swipes, px of the root's font size. */
const still = 0.5;

/**
 * Watches the whole screen for the staff's pattern, over whatever is on it, and
 * takes no touch away from anybody. @returns the way to stop
 */
export function watchDoor(target: Window, open: () => void): () => void {
  const watch = watchPattern();
  let down: { readonly x: number; readonly y: number; readonly id: number } | undefined;
  const rem = (): number => Number.parseFloat(getComputedStyle(target.document.documentElement).fontSize);

  const begins = (event: PointerEvent): void => {
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
    if (watch.touched({ x: event.clientX, y: event.clientY, at: event.timeStamp }, field)) open();
  };
  const gone = (): void => {
    down = undefined;
    watch.reset();
  };
  const options = { capture: true, passive: true } as const;
  target.addEventListener('pointerdown', begins, options);
  target.addEventListener('pointerup', ends, options);
  target.addEventListener('pointercancel', gone, options);
  return () => {
    target.removeEventListener('pointerdown', begins, options);
    target.removeEventListener('pointerup', ends, options);
    target.removeEventListener('pointercancel', gone, options);
  };
}
