import { pictureLimit } from '../../api/fleet.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { hubLimits } from '../limits.ts';

/** One picture of a terminal's screen. */
export interface Picture {
  readonly png: Uint8Array;
  /** When it came, ms. */
  readonly at: number;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Pixels of a side: twice the largest panel's. */
const sideLimit = 8_192;

/** Whether these bytes begin and end as a PNG (PNG specification, 5.2, 11.2.2 and 11.2.5) of a panel's size. */
export function checkPng(bytes: Uint8Array): Result<void, 'notPng' | 'tooLarge'> {
  if (bytes.length > pictureLimit) return err('tooLarge');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunk = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 45 || signature.some((byte, index) => bytes[index] !== byte)) return err('notPng');
  if (view.getUint32(8) !== 13 || chunk(12) !== 'IHDR' || chunk(bytes.length - 8) !== 'IEND') return err('notPng');
  const sides = [view.getUint32(16), view.getUint32(20)];
  return sides.every((side) => side > 0 && side <= sideLimit) ? ok(undefined) : err('notPng');
}

/**
 * Pictures of screens, the last one of each terminal, in memory alone: none is in
 * a backup, and none outlives its hour.
 */
export class Pictures {
  readonly #kept = new Map<string, Picture>();

  /** Keeps a picture instead of the terminal's last one. */
  put(terminal: string, png: Uint8Array, now: number): void {
    this.#forgetOld(now);
    this.#kept.delete(terminal);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < hubLimits.pictures) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(terminal, { png, at: now });
  }

  get(terminal: string, now: number): Picture | undefined {
    this.#forgetOld(now);
    return this.#kept.get(terminal);
  }

  remove(terminal: string): void {
    this.#kept.delete(terminal);
  }

  #forgetOld(now: number): void {
    for (const [terminal, { at }] of this.#kept) if (now - at > hubLimits.picture) this.#kept.delete(terminal);
  }
}
