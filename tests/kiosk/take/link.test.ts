import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linkTo, linkedPlace } from '../../../src/kiosk/take/link.ts';

const identifier = fc.stringMatching(/^[a-z0-9]{1,12}(-[a-z0-9]{1,12}){0,3}$/);

test('a link opens the place it was made for', () => {
  fc.assert(fc.property(fc.constantFrom('service' as const, 'event' as const), identifier, (screen, id) => {
    const link = linkTo('https://owso.example.gov.kh', { screen, id });
    expect(linkedPlace(new URL(link).hash)).toEqual({ screen, id });
  }));
});

test.each(['', '#', '#service=', '#service=../../etc', '#service=javascript:alert(1)', '#service=<b>', '#machine=1', '#service=ការ'])('%s opens nothing', (hash) => {
  expect(linkedPlace(hash)).toBeUndefined();
});

test('a name longer than any of ours opens nothing', () => {
  expect(linkedPlace(`#service=${'a'.repeat(500)}`)).toBeUndefined();
});

test('anything at all in the address is answered without an error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (hash) => {
    expect(() => linkedPlace(hash)).not.toThrow();
  }));
});
