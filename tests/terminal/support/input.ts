import { keys, type KeyName } from './keys.ts';

/**
 * One thing that a hand does, in the kernel's words: evdev codes, pixels of the
 * panel. Understood by panel.py and devices.py alike.
 */
export type InputStep =
  | { readonly key: readonly [code: number, down: 0 | 1] }
  /** All contacts that are down from now on; one that is missing was lifted. */
  | { readonly touch: readonly (readonly [id: number, x: number, y: number])[] }
  | { readonly pointer: readonly [x: number, y: number] }
  | { readonly button: readonly [code: number, down: 0 | 1] }
  | { readonly wheel: readonly [dx: number, dy: number] }
  /** Milliseconds in which the hand rests. */
  | { readonly wait: number };

type Point = readonly [x: number, y: number];

/** Buttons of a mouse. */
export const buttons = { left: 0x110, right: 0x111, middle: 0x112, side: 0x113, extra: 0x114, forward: 0x115, back: 0x116, task: 0x117 } as const;

/** Presses keys one after the other, holds them all for a moment, lets go in reverse. */
export function chord(...names: readonly KeyName[]): InputStep[] {
  const down = names.flatMap((name): InputStep[] => [{ key: [keys[name], 1] }, { wait: 8 }]);
  const up = [...names].reverse().map((name): InputStep => ({ key: [keys[name], 0] }));
  return [...down, { wait: 30 }, ...up];
}

/** Types keys one after the other as fast as a scanner does. */
export function type(...names: readonly KeyName[]): InputStep[] {
  return names.flatMap((name) => [...chord(name), { wait: 5 }]);
}

/** A finger that stays for a while. */
export function press(at: Point, milliseconds = 60): InputStep[] {
  return [{ touch: [[0, ...at]] }, { wait: milliseconds }, { touch: [] }];
}

/** Fingers that go from one place to another together, in 16 ms frames, and rest before they are lifted. */
export function drag(ways: readonly { readonly from: Point; readonly to: Point }[], options: { readonly milliseconds?: number; readonly holdFirst?: number; readonly holdLast?: number } = {}): InputStep[] {
  const frames = Math.max(2, Math.round((options.milliseconds ?? 250) / 16));
  const steps: InputStep[] = [];
  for (let frame = 0; frame <= frames; frame++) {
    steps.push({ touch: ways.map(({ from, to }, id) => [id, from[0] + ((to[0] - from[0]) * frame) / frames, from[1] + ((to[1] - from[1]) * frame) / frames] as const) });
    steps.push({ wait: frame === 0 ? options.holdFirst ?? 16 : 16 });
  }
  return [...steps, { wait: options.holdLast ?? 0 }, { touch: [] }];
}

/** A click of a mouse. */
export function click(at: Point, button: keyof typeof buttons = 'left'): InputStep[] {
  return [{ pointer: at }, { wait: 20 }, { button: [buttons[button], 1] }, { wait: 30 }, { button: [buttons[button], 0] }];
}
