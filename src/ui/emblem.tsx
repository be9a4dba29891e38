import type { JSX } from 'preact';

/** The project's mark: one window under a gabled Khmer roof. Not a state emblem. */
export function Emblem({ class: className }: { readonly class?: string }): JSX.Element {
  return (
    <svg class={className} viewBox="0 0 96 96" fill="none" aria-hidden="true">
      <path d="M48 8c5 8 14 11 14 20h10v50H24V28h10c0-9 9-12 14-20Z" stroke="var(--colour-gold)" stroke-width="4.5" stroke-linejoin="round" />
      <path d="M36 78V46c0-7 5-12 12-12s12 5 12 12v32M48 34v44M36 56h24" stroke="currentColor" stroke-width="4" />
      <path d="M16 82h64M22 89h52" stroke="var(--colour-gold)" stroke-width="4.5" stroke-linecap="round" />
    </svg>
  );
}
