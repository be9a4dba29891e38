import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ArrowDown } from '../../ui/icons/core-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { keepScroll, scrollHere } from '../session/session.ts';

let calm: MediaQueryList | undefined;

/** Asked for once: Chromium keeps every question as long as the page. */
function prefersCalm(): boolean {
  return (calm ??= matchMedia('(prefers-reduced-motion: reduce)')).matches;
}

/**
 * The part of a screen that may be longer than the panel. It shows that there
 * is more, above and below, turns a page at a touch, and comes back to where it was left.
 */
export function ScrollArea({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState(false);
  const [under, setUnder] = useState(false);

  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    const kept = scrollHere();
    if (kept > 0) element.scrollTop = kept;
  }, []);

  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    const look = (): void => {
      keepScroll(element.scrollTop);
      setUnder(element.scrollTop > 8);
      // Empty space at the end is nothing that one would miss.
      const end = element.firstElementChild === null ? 0 : Number.parseFloat(getComputedStyle(element.firstElementChild).paddingBottom);
      setMore(element.scrollTop + element.clientHeight < element.scrollHeight - Math.max(24, end));
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  const page = (): void => {
    const element = area.current;
    element?.scrollBy({ top: element.clientHeight * 0.8, behavior: prefersCalm() ? 'instant' : 'smooth' });
  };

  return (
    <div class={under ? 'scroll scroll--under' : 'scroll'}>
      {/* Focusable, so that the arrow keys can scroll it. */}
      <div class="scroll__area" ref={area} tabIndex={0} role="region" aria-label={t('more')}>
        <div class="scroll__content">{children}</div>
      </div>
      {more ? (
        <div class="scroll__more">
          <button type="button" class="button button--pill" onClick={page}>
            <Icon of={ArrowDown as IconDrawing} />
            {t('scrollDown')}
          </button>
        </div>
      ) : null}
    </div>
  );
}
