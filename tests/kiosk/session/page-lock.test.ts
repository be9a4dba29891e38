import { describe, expect, test } from 'vitest';
import { isHarmless } from '../../../src/kiosk/session/page-lock.ts';

const press = (key: string, chord: { readonly ctrlKey?: true; readonly altKey?: true; readonly metaKey?: true } = {}): boolean =>
  isHarmless({ key, ctrlKey: false, altKey: false, metaKey: false, ...chord });

describe('a plugged-in keyboard', () => {
  test.each(['a', 'Z', '7', ' ', '~', 'ក', 'ាំ', '៛', 'é', 'Enter', 'Backspace', 'ArrowDown', 'Tab', 'Escape', 'AltGraph'])('writes and moves with %s', (key) => {
    expect(press(key)).toBe(true);
  });

  test.each(['F1', 'F5', 'F7', 'F11', 'F12', 'Insert', 'PrintScreen', 'ContextMenu', 'BrowserBack', 'BrowserHome', 'LaunchMail', 'MediaPlayPause', 'Meta', 'Alt', 'Control', 'Copy', 'Paste', 'Find', 'Open', 'Print', 'ZoomIn', 'Unidentified', ''])('does nothing with %s', (key) => {
    expect(press(key)).toBe(false);
  });

  test.each(['t', 'n', 'p', 'l', '+', '0', 'ArrowLeft', 'Tab', 'Enter', 'ក'])('does nothing with %s in a chord', (key) => {
    expect(press(key, { ctrlKey: true })).toBe(false);
    expect(press(key, { altKey: true })).toBe(false);
    expect(press(key, { metaKey: true })).toBe(false);
  });
});
