import { describe, expect, test } from 'vitest';
import { isSetupText, readSetupText, setupText, type Setup } from '../../src/api/setup.ts';

const setup: Setup = { hub: 'https://hub.example.org', code: '2345ABCDEFGH', office: '990101', kiosk: 'lobby-1' };

describe('the line that a scanner types', () => {
  test('is one line of plain characters, and says what the staff page put in', () => {
    const text = setupText(setup);
    expect(text).toMatch(/^OWSO-SETUP1:[\w-]+$/);
    expect(isSetupText(` ${text}\r\n`)).toBe(true);
    expect(readSetupText(` ${text}\r\n`)).toEqual(setup);
  });

  test.each(['', 'OWSO-SETUP1:', 'OWSO-SETUP1:%%%', 'OWSO-SETUP1:bm90IGpzb24', 'OWSO-SETUP2:e30', setupText(setup).slice(0, -8), `OWSO-SETUP1:${'A'.repeat(3_000)}`])('is not understood when it was cut or is another one: %s', (text) => {
    expect(readSetupText(text)).toBeUndefined();
  });
});
