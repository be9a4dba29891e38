import { useEffect, useState } from 'preact/hooks';
import { scrollHere } from '../session/session.ts';

/**
 * `false` for the first picture of a screen, `true` from the next one on: what
 * lies below the panel's edge is drawn after what the touch asked for, so that a
 * slow machine answers at once. A screen that comes back scrolled is whole from
 * the start. The element that waits says so with `aria-busy`.
 */
export function useSoon(): boolean {
  const [soon, setSoon] = useState(() => scrollHere() > 0);
  useEffect(() => {
    if (soon) return;
    // An effect runs after the paint only if there was time for it: the frame makes sure.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setSoon(true), 0);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, []);
  return soon;
}
