import { describe, expect, test } from 'vitest';
import { checkPin, hashPin, pinFault } from '../../src/terminal/pin.ts';

describe('the staff’s PIN', () => {
  test('is known again by its hash, which does not contain it and is another one each time', async () => {
    const [one, two] = [await hashPin('730519'), await hashPin('730519')];
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(one).not.toContain('730519');
    expect(await checkPin('730519', `${one}\n`)).toBe('right');
    expect(await checkPin('730518', one)).toBe('wrong');
    expect(await checkPin('', one)).toBe('wrong');
  });

  test.each(['', 'scrypt', '730519', 'scrypt$32768$8$3$short$short', `scrypt$30000$8$3$${'a'.repeat(22)}$${'b'.repeat(43)}`, `scrypt$524288$8$3$${'a'.repeat(22)}$${'b'.repeat(43)}`, `scrypt$32768$8$99$${'a'.repeat(22)}$${'b'.repeat(43)}`])(
    'opens for nobody when its file holds "%s"',
    async (line) => {
      expect(await checkPin('730519', line)).toBe('broken');
    },
  );

  test.each([
    ['73051', 'length'],
    ['7305197305197', 'length'],
    ['73o519', 'notDigits'],
    ['៧៣០៥១៩', 'notDigits'],
    ['123456', 'sequence'],
    ['654321', 'sequence'],
    ['890123', 'sequence'],
    ['246802', 'sequence'],
    ['000000', 'sequence'],
    ['123123', 'repeated'],
    ['454545', 'repeated'],
    ['112112112', 'repeated'],
    ['100000', 'fewDigits'],
    ['990101', 'known'],
    ['79901015', 'known'],
  ])('is not taken when it is %s', (pin, fault) => {
    expect(pinFault(pin, ['990101'])).toBe(fault);
  });

  test.each(['730519', '902817', '112358132134'])('is taken when it is %s', (pin) => {
    expect(pinFault(pin, ['990101'])).toBeUndefined();
  });
});
