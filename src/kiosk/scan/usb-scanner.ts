import { scanLimits } from './limits.ts';

/**
 * A USB scanner is a keyboard that types very fast and ends with Enter. Scans
 * are told from people by the time stamps of the key events (the time the
 * system received the key, not the time a busy page got round to it), so no
 * timers are involved and slow pages change nothing.
 */

/** The part of a key event that counts. `timeStamp` is in milliseconds. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly timeStamp: number;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

/** What one key turned out to be. `length` is how many keys have come at a scanner's pace so far. */
export type Burst = { readonly kind: 'typing' } | { readonly kind: 'fast'; readonly length: number } | { readonly kind: 'scan'; readonly text: string };

/** Keys that a scanner presses along with characters. */
const modifiers = new Set(['Shift', 'CapsLock', 'NumLock']);

/** Characters by key position on the US layout, which scanners imitate: unshifted, shifted. */
const usLayout: Readonly<Record<string, readonly [string, string]>> = {
  Minus: ['-', '_'], Equal: ['=', '+'], BracketLeft: ['[', '{'], BracketRight: [']', '}'], Backslash: ['\\', '|'], Semicolon: [';', ':'],
  Quote: ["'", '"'], Comma: [',', '<'], Period: ['.', '>'], Slash: ['/', '?'], Backquote: ['`', '~'], Space: [' ', ' '],
  Digit1: ['1', '!'], Digit2: ['2', '@'], Digit3: ['3', '#'], Digit4: ['4', '$'], Digit5: ['5', '%'],
  Digit6: ['6', '^'], Digit7: ['7', '&'], Digit8: ['8', '*'], Digit9: ['9', '('], Digit0: ['0', ')'],
};

/**
 * The character a scanner meant by a key: as delivered where it is ASCII,
 * otherwise by its position, because on a terminal set to the Khmer layout the
 * scanner's "K" arrives as a Khmer letter. `undefined` for keys without one.
 */
export function scannedCharacter(press: Pick<KeyPress, 'key' | 'code' | 'shiftKey'>): string | undefined {
  if (/^[\x20-\x7e]$/.test(press.key)) return press.key;
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (letter !== undefined) return press.shiftKey ? letter : letter.toLowerCase();
  return usLayout[press.code]?.[press.shiftKey ? 1 : 0] ?? (/^Numpad(\d)$/.exec(press.code)?.[1]);
}

/** Sorts a stream of key presses into typing and scans. Pure: state in, verdicts out, no clock. */
export function createBurstReader(limits: typeof scanLimits.usbScanner = scanLimits.usbScanner): (press: KeyPress) => Burst {
  let text = '';
  let lastAt = Number.NEGATIVE_INFINITY;
  const typing: Burst = { kind: 'typing' };

  return (press) => {
    if (modifiers.has(press.key)) return text === '' ? typing : { kind: 'fast', length: text.length };
    const gap = press.timeStamp - lastAt;
    const inTime = gap >= 0 && gap <= limits.maxKeyGap;
    lastAt = press.timeStamp;
    if (press.ctrlKey || press.altKey || press.metaKey || press.repeat || press.isComposing) {
      text = '';
      return typing;
    }
    if (press.key === 'Enter' || press.code === 'NumpadEnter') {
      const scanned = text;
      text = '';
      return scanned.length >= limits.minLength && gap >= 0 && gap <= limits.maxSuffixGap ? { kind: 'scan', text: scanned } : typing;
    }
    const character = scannedCharacter(press);
    if (character === undefined) {
      text = '';
      return typing;
    }
    text = inTime ? text + character : character;
    // Longer than any code: somebody leans on the keyboard.
    if (text.length > limits.maxLength) text = '';
    return text.length > 1 ? { kind: 'fast', length: text.length } : typing;
  };
}

export interface UsbScannerOptions {
  /** What receives the key events, normally `window`. */
  readonly target: EventTarget;
  /** Text of a scan. Unchecked: see `readReceipt`. */
  readonly onRead: (text: string) => void;
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

/**
 * Listens for a USB scanner until the returned function is called.
 *
 * Keys are left alone until they turn out to be a scan, so typing is never
 * swallowed or delayed. Then the closing Enter is kept from pressing whatever
 * button has the focus, and a text field that took the scanned characters gets
 * back what it held before them.
 */
export function listenForUsbScanner({ target, onRead }: UsbScannerOptions): () => void {
  const push = createBurstReader();
  let before: { readonly field: TextField; readonly value: string } | undefined;

  const onKeyDown = (event: Event) => {
    if (!(event instanceof KeyboardEvent)) return;
    const burst = push(event);
    const field = textField(event.target);
    // keydown comes before the character: this is the value without the burst's first key.
    if (burst.kind === 'typing' && !modifiers.has(event.key)) before = field === undefined ? undefined : { field, value: field.value };
    // A space inside a scanned text would press a focused button.
    if (burst.kind === 'fast' && event.key === ' ' && field === undefined) event.preventDefault();
    if (burst.kind !== 'scan') return;
    event.preventDefault();
    event.stopPropagation();
    if (before !== undefined && before.field.value !== before.value) {
      before.field.value = before.value;
      before.field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    before = undefined;
    onRead(burst.text);
  };
  // Capturing: a screen that handles keys itself must not see the closing Enter first.
  target.addEventListener('keydown', onKeyDown, { capture: true });
  return () => target.removeEventListener('keydown', onKeyDown, { capture: true });
}

function textField(target: EventTarget | null): TextField | undefined {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : undefined;
}
