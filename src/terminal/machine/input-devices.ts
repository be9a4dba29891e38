/** An input device, as `/proc/bus/input/devices` tells of it. */
export interface InputDevice {
  readonly name: string;
  /** Vendor and product of a USB device, as `lsusb` writes them; of other devices `undefined`. */
  readonly usb: string | undefined;
  /** Its node, e.g. `event3`. */
  readonly event: string | undefined;
  /** It can send letters, digits, or the keys that make chords: a keyboard, or a scanner that poses as one. */
  readonly types: boolean;
  /** A touch screen: absolute contacts on the picture itself. */
  readonly touches: boolean;
}

/** Kinds of bus by their numbers in `linux/input.h`. */
const usbBus = '0003';

/** Key codes of `linux/input-event-codes.h`, first and last, with which something can be typed or a chord be made. A power button has none of them. */
const typingKeys: readonly (readonly [first: number, last: number])[] = [[1, 88], [96, 111], [125, 127], [183, 194]];
const absMtPositionX = 0x35;
const propDirect = 1;

/** A bitmap as the kernel of a 64-bit machine prints it: words in hex, the highest first. */
function bits(text: string): (bit: number) => boolean {
  const words = text.trim().split(/\s+/).reverse().map((word) => (/^[0-9a-f]{1,16}$/.test(word) ? BigInt(`0x${word}`) : 0n));
  return (bit) => (((words[Math.floor(bit / 64)] ?? 0n) >> BigInt(bit % 64)) & 1n) === 1n;
}

/** Reads `/proc/bus/input/devices`. What is not understood is left out. */
export function readInputDevices(text: string): readonly InputDevice[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const name = /^N: Name="(.*)"$/m.exec(block)?.[1];
    if (name === undefined) return [];
    const id = /^I: Bus=(\w{4}) Vendor=(\w{4}) Product=(\w{4})/m.exec(block);
    const bitmap = (kind: string): ((bit: number) => boolean) => bits(new RegExp(`^B: ${kind}=(.*)$`, 'm').exec(block)?.[1] ?? '');
    const [key, abs, prop] = [bitmap('KEY'), bitmap('ABS'), bitmap('PROP')];
    const keys = typingKeys.some(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index).some(key));
    return [{
      name,
      usb: id?.[1] === usbBus ? `${id[2]}:${id[3]}` : undefined,
      event: /^H: Handlers=.*\b(event\d+)/m.exec(block)?.[1],
      types: keys,
      touches: abs(absMtPositionX) && prop(propDirect),
    }];
  });
}

/** Devices that type and were not let in when the terminal was set up. @param allowed USB devices as `vvvv:pppp` */
export function foreignKeyboards(devices: readonly InputDevice[], allowed: readonly string[]): readonly InputDevice[] {
  return devices.filter(({ types, usb }) => types && (usb === undefined || !allowed.includes(usb)));
}
