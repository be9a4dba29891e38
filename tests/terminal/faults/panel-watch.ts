import sharp from 'sharp';
import { until } from '../support/command.ts';
import type { Machine } from '../support/machine.ts';

/**
 * What a person before the panel sees, as far as these tests tell it apart:
 * - `the page`: ours, whatever stands on it;
 * - `standing still`: the compositor answers nobody, so the picture before it stays;
 * - `black`: nothing is drawn, or nobody draws;
 * - `blank`: one colour that is not black, as Chromium shows before a page's first frame,
 *   or the ground of a window that does not fill the panel yet;
 * - `out of service`: the fallback's picture;
 * - `something else`: whatever must never be seen, "Aw, Snap!" for one.
 */
export type Shown = 'the page' | 'standing still' | 'black' | 'blank' | 'out of service' | 'something else';

/** What was seen, in order, without repetitions; a picture of whatever is not allowed. */
export interface Seen {
  readonly shown: readonly Shown[];
  /** PNGs, small. */
  readonly foreign: readonly Buffer[];
}

/** Pictures are taken at a quarter: enough to tell these kinds apart, and cheap on a machine that is just starting a browser. */
const scale = 0.25;
/** Mean difference of a channel, of 255, up to which two pixels count as the same. */
const near = 24;
/** Share of pixels that have to agree. */
const most = 0.95;
/** #0b2a5b, on which the fallback's picture stands. */
const groundColour = [0x0b, 0x2a, 0x5b] as const;
/** Pixels of a small picture that are its edge. */
const edge = 2;
/** Share of the attract screen that is its ground, at least: the rest is its notice and its letters. */
const leastGround = 0.4;

interface Small {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** Reads what grim writes as PPM (P6): width, height, 255, then three bytes a pixel. */
function readPpm(bytes: Buffer): Small | undefined {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 40).toString('latin1'));
  if (head === null) return undefined;
  return { width: Number(head[1]), height: Number(head[2]), pixels: bytes.subarray(head[0].length) };
}

/** Share of pixels that are alike in two pictures. */
function alike(a: Small, b: Small): number {
  if (a.width !== b.width || a.height !== b.height) return 0;
  let same = 0;
  for (let at = 0; at < a.pixels.length; at += 3) {
    if (distance(a.pixels, at, [b.pixels[at] ?? 0, b.pixels[at + 1] ?? 0, b.pixels[at + 2] ?? 0]) <= near * 3) same++;
  }
  return (same * 3) / a.pixels.length;
}

/**
 * The colour of a picture that has only one. Its edge may have another, as an
 * empty window has, and so may a corner above on the left: there Chromium's
 * window appears before the compositor has told it how large it is to be.
 */
function onlyColour({ width, height, pixels }: Small): readonly [number, number, number] | undefined {
  const at = (Math.round(height / 2) * width + Math.round(width / 2)) * 3;
  const colour = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0] as const;
  let others = 0;
  for (let y = edge; y < height - edge; y++) {
    for (let x = y < height * 0.12 ? Math.round(width * 0.6) : edge; x < width - edge; x++) {
      if (distance(pixels, (y * width + x) * 3, colour) > 12) others++;
    }
  }
  return others < (width * height) / 500 ? colour : undefined;
}

/** A picture without the black rows at its end, above which the panel's edge does not count. */
function withoutBlackBelow({ width, height, pixels }: Small): Small {
  const lit = pixels.subarray(0, (height - edge) * width * 3).findLastIndex((value) => value > 24);
  const black = height - edge - Math.ceil((lit + 1) / (width * 3));
  const rows = black > edge && lit >= 0 ? height - edge - black : height;
  return { width, height: rows, pixels: pixels.subarray(0, rows * width * 3) };
}

function distance(pixels: Buffer, at: number, [red, green, blue]: readonly [number, number, number]): number {
  return Math.abs((pixels[at] ?? 0) - red) + Math.abs((pixels[at + 1] ?? 0) - green) + Math.abs((pixels[at + 2] ?? 0) - blue);
}

/** Whether nothing but the ground of our pictures is drawn, on a part of a black panel: no letter, no line. */
function onlyGround({ pixels }: Small): boolean {
  let others = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    if (distance(pixels, at, [0, 0, 0]) > 24 && distance(pixels, at, groundColour) > 24) others++;
  }
  return others * 3 < pixels.length / 500;
}

/** Share of a picture that has the attract screen's ground, a blue that nothing of Chromium's own has. */
function ground({ pixels }: Small): number {
  let found = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
    if (red < 45 && green > 15 && green < 95 && blue > 60 && blue < 175 && blue > green + 30) found++;
  }
  return (found * 3) / pixels.length;
}

/** Looks at a machine's panel, again and again. */
export class PanelWatch {
  readonly #machine: Machine;
  /** The fallback's picture, PNG. */
  readonly #outOfService: Buffer;

  private constructor(machine: Machine, outOfService: Buffer) {
    this.#machine = machine;
    this.#outOfService = outOfService;
  }

  /** Looks at a machine's panel on which something is shown. */
  static async on(machine: Machine): Promise<PanelWatch> {
    await until('a picture of the panel', 30_000, async () => ((await small(machine)) === 'silence' ? undefined : true));
    return new PanelWatch(machine, await machine.read('/usr/share/owso-kiosk-terminal/out-of-service.png'));
  }

  /** Whether the fallback's picture is on the panel, be it in the window of 1280x720 with which its viewer begins, of which the panel shows the left. */
  async #isOutOfService(picture: Small): Promise<boolean> {
    const shown = withoutBlackBelow(picture);
    const { width, height } = shown;
    const window = height === picture.height ? width : Math.max(width, Math.round((height * 1_280) / 720));
    const pixels = await sharp(await sharp(this.#outOfService).resize(window, height, { fit: 'contain', background: '#0b2a5b' }).png().toBuffer())
      .extract({ left: 0, top: 0, width, height }).removeAlpha().raw().toBuffer();
    return alike(shown, { width, height, pixels }) >= most;
  }

  /** What is on the panel now. */
  async look(): Promise<{ readonly shown: Shown; readonly picture?: Small }> {
    const picture = await small(this.#machine);
    if (picture === 'silence') return { shown: 'standing still' };
    if (picture === undefined) return { shown: 'black' };
    const colour = onlyColour(picture);
    if (colour !== undefined) return { shown: Math.max(...colour) < 24 ? 'black' : 'blank', picture };
    if (onlyGround(picture)) return { shown: 'blank', picture };
    if (await this.#isOutOfService(picture)) return { shown: 'out of service', picture };
    if (ground(picture) >= leastGround) return { shown: 'the page', picture };
    return { shown: 'something else', picture };
  }

  /** Looks until it is told to stop. @returns what was seen */
  start(): () => Promise<Seen> {
    let stopped = false;
    const shown: Shown[] = [];
    const foreign: Buffer[] = [];
    const looking = (async () => {
      while (!stopped) {
        const now = await this.look();
        if (shown.at(-1) !== now.shown) shown.push(now.shown);
        if (now.shown === 'something else' && now.picture !== undefined && foreign.length < 4) {
          const { width, height, pixels } = now.picture;
          foreign.push(await sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer());
        }
        await new Promise((wake) => setTimeout(wake, 100));
      }
    })();
    return async () => {
      stopped = true;
      await looking;
      return { shown, foreign };
    };
  }
}

async function small(machine: Machine): Promise<Small | 'silence' | undefined> {
  const taken = await machine.exec(`XDG_RUNTIME_DIR=/run/owso-kiosk-display WAYLAND_DISPLAY=$(cat /run/owso-kiosk-display/wayland-display) timeout 3 grim -s ${scale} -t ppm -`, { user: 'owso-kiosk', timeout: 10_000 });
  if (taken.code === 124) return 'silence';
  return taken.code === 0 ? readPpm(taken.bytes) : undefined;
}
