import { signal, type ReadonlySignal } from '@preact/signals';
import type { Terminal } from '../api/terminal.ts';

/** What this terminal is, as far as it is known by now. */
const terminalSignal = signal<Terminal>({ kiosk: 'kiosk', office: '990101', diagonal: 21.5 });
export const terminal: ReadonlySignal<Terminal> = terminalSignal;

/** Sets what the hub, the last answer kept, or the start address says. */
export function setTerminal(to: Terminal): void {
  terminalSignal.value = to;
}

/** Millimetres of one rem: a capital H of 7.3 mm in running text. */
const rem = 10.41;

/**
 * Root font size in CSS px for a panel, so that type and targets have their
 * physical size. Bounded, so that a wrong diagonal cannot make it unusable.
 */
export function rootFontSize(width: number, height: number, diagonalInches: number): number {
  const perMm = Math.hypot(width, height) / (diagonalInches * 25.4);
  const shorter = Math.min(width, height);
  return Math.min(Math.max(perMm * rem, shorter / 42), shorter / 23);
}

/** The panel's diagonal as the start address states it: needed before the first paint. */
export function diagonalOf(search: string): number | undefined {
  const value = Number(new URLSearchParams(search).get('diagonal') ?? Number.NaN);
  return value >= 10 && value <= 65 ? value : undefined;
}
