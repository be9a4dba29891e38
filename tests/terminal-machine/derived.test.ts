import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { derivedFiles } from '../../src/terminal/machine/derived.ts';
import { terminalSettingsSchema } from '../../src/terminal/settings.ts';

const files = (settings: object): Record<string, string> =>
  Object.fromEntries(derivedFiles(v.parse(terminalSettingsSchema, { kiosk: 'lobby-1', office: '990101', ...settings })).map(({ path, text }) => [path.split('/').at(-1) ?? '', text]));

describe('what follows from a terminal\'s settings', () => {
  it.each([
    ['https://hub.example.org', 'hub.example.org 443\n'],
    ['http://hub.example.org', 'hub.example.org 80\n'],
    ['https://192.0.2.7:8443', '192.0.2.7 8443\n'],
    ['http://[2001:db8::1]:8080', '2001:db8::1 8080\n'],
  ])('names the host and port of %s for the firewall', (hub, text) => {
    expect(files({ hub })['hub']).toBe(text);
  });

  it('leaves the firewall without a hub where there is none', () => {
    expect(files({})['hub']).toBe('');
  });

  it('lets in the devices that type and were chosen, and no other', () => {
    const rules = files({ keyboards: ['0c2e:0200'] })['73-owso-kiosk-input.rules'] ?? '';
    expect(rules).toContain('ENV{ID_VENDOR_ID}=="0c2e", ENV{ID_MODEL_ID}=="0200", ENV{LIBINPUT_IGNORE_DEVICE}="0"');
    expect(files({})['73-owso-kiosk-input.rules']).not.toContain('LIBINPUT');
  });

  it.each([
    [90, '0 1 0 -1 0 1'],
    [180, '-1 0 1 0 -1 1'],
    [270, '0 -1 1 1 0 0'],
  ])('turns touch with a picture that is turned by %i degrees', (rotation, matrix) => {
    expect(files({ rotation })['73-owso-kiosk-input.rules']).toContain(`ENV{LIBINPUT_CALIBRATION_MATRIX}="${matrix}"`);
  });

  it.each(['0c2e:0200", RUN+="/bin/sh', '0C2E:0200', 'c2e:200', ''])('refuses the device %j', (device) => {
    expect(v.is(terminalSettingsSchema, { kiosk: 'lobby-1', office: '990101', keyboards: [device] })).toBe(false);
  });

  it.each(['https://hub.example.org/path', 'https://user@hub.example.org', 'ftp://hub.example.org', 'hub.example.org', 'https://hub.example.org/?a'])('refuses the hub %j', (hub) => {
    expect(v.is(terminalSettingsSchema, { kiosk: 'lobby-1', office: '990101', hub })).toBe(false);
  });
});
