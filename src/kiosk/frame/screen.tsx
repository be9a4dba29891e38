import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { reach, textSize } from '../session/session.ts';
import { ScrollArea } from './scroll-area.tsx';

/**
 * What every screen is made of: a title, the answer, and below, within reach,
 * what can be touched. `foot` stays in place while the rest scrolls; so does the
 * title, except in large type, where it would leave no room for what it is about
 * (a title above tools is short, and stays).
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
  const large = textSize.value > 2;
  // Within low reach the title has the upper third, where nothing may be touched, to itself.
  const scrolls = large && tools === undefined && reach.value === 'normal';
  const name = <h1 class="screen__title" ref={heading} tabIndex={-1}>{title}</h1>;
  const under = lead === undefined ? null : <div class="screen__lead">{lead}</div>;
  return (
    <main class="screen">
      {scrolls ? null : (
        <div class="screen__head">
          {name}
          {large ? null : under}
        </div>
      )}
      {tools === undefined ? null : <div class="screen__tools">{tools}</div>}
      <ScrollArea>
        {large ? <div class="screen__head screen__head--scrolls">{scrolls ? name : null}{under}</div> : null}
        {children}
      </ScrollArea>
      {foot === undefined ? null : <div class="screen__foot">{foot}</div>}
    </main>
  );
}
