import { h, type JSX } from 'preact';

/** An icon's drawing, as Lucide's data gives it: element names with attributes. */
export type IconDrawing = readonly (readonly [string, Readonly<Record<string, string | number | undefined>>])[];

/**
 * Draws an icon in the colour and size of the text around it. It is decoration:
 * every icon stands beside its label.
 */
export function Icon({ of, class: className }: { readonly of: IconDrawing; readonly class?: string }): JSX.Element {
  return (
    <svg class={`icon ${className ?? ''}`} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      {of.map(([name, attributes]) => h(name, attributes))}
    </svg>
  );
}
