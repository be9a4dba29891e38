import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconDrawing } from '../icons/icon.tsx';
import './guide.css';

/** A titled part of a screen. */
export function Section({ title, icon, class: className = '', children }: { readonly title: string; readonly icon?: IconDrawing; readonly class?: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section class={`guide__section ${className}`}>
      <h2 class="guide__heading">{icon === undefined ? null : <Icon of={icon} />}{title}</h2>
      {children}
    </section>
  );
}
