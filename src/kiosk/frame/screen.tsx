import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ScrollArea } from './scroll-area.tsx';

/**
 * What every screen is made of: a title, the answer, and below, within reach,
 * what can be touched. `foot` stays in place while the rest scrolls.
 */
export function Screen({ title, lead, foot, tools, children }: {
  readonly title: string;
  /** One line under the title. */
  readonly lead?: ComponentChildren;
  /** Controls between title and content that stay in place (filters, tabs). */
  readonly tools?: ComponentChildren;
  readonly foot?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <main class="screen">
      <div class="screen__head">
        <h1 class="screen__title" ref={heading} tabIndex={-1}>{title}</h1>
        {lead === undefined ? null : <div class="screen__lead">{lead}</div>}
      </div>
      {tools === undefined ? null : <div class="screen__tools">{tools}</div>}
      <ScrollArea>{children}</ScrollArea>
      {foot === undefined ? null : <div class="screen__foot">{foot}</div>}
    </main>
  );
}
