import { describe, expect, test } from 'vitest';
import { foreignKeyboards, readInputDevices } from '../../src/terminal/machine/input-devices.ts';
import { inputDevices } from './fixture-machine.ts';

describe('what is plugged in', () => {
  const devices = readInputDevices(inputDevices);
  const named = (name: string) => devices.find((device) => device.name === name);

  test('a keyboard and a barcode scanner type; a power button, a touch screen and a mouse do not', () => {
    expect(devices.filter(({ types }) => types).map(({ name }) => name)).toEqual(['Logitech USB Keyboard', 'Honeywell Scanner 1250g']);
    expect(named('Power Button')).toEqual({ name: 'Power Button', usb: undefined, event: 'event0', types: false, touches: false });
  });

  test('a touch screen is known by its contacts on the picture, a touch pad is none', () => {
    expect(devices.filter(({ touches }) => touches).map(({ name, usb }) => [name, usb])).toEqual([['ILITEK ILITEK-TP', '222a:0001']]);
  });

  test('only what was let in may type', () => {
    expect(foreignKeyboards(devices, ['0c2e:0200']).map(({ name }) => name)).toEqual(['Logitech USB Keyboard']);
    expect(foreignKeyboards(devices, [])).toHaveLength(2);
  });

  test.each(['', 'nonsense', 'N: Name="x"\nB: KEY=zz'])('a text of no devices is no fault: %s', (text) => {
    expect(readInputDevices(text).filter(({ types }) => types)).toEqual([]);
  });
});
