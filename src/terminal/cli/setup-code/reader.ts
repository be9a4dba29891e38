import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as v from 'valibot';
import { setupReaderLimits, setupSeenSchema, type SetupSeen } from '../../../api/setup-reader.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { pageOrigin, places } from '../../places.ts';
import type { Served } from '../chromium/answer.ts';
import { withDisplayChromium } from '../chromium/display.ts';
import type { PipedTab } from '../chromium/piped.ts';
import type { Machine } from '../machine.ts';
import type { PictureType } from './picture-type.ts';

/** What is read: whatever the camera sees, or one picture. */
export type SetupSource = { readonly kind: 'camera' } | { readonly kind: 'picture'; readonly type: PictureType; readonly bytes: Uint8Array };

/** A page that looks for a set-up code. */
export interface SetupReading {
  /** What it saw next; after `read` and `failed` there is no more. The error is why it cannot be asked, as a sentence. */
  next(): Promise<Result<SetupSeen, string>>;
}

/** Has a page look for a set-up code until the work with it is done. The error is why there is no such page, as a sentence. */
export type ReadSetup = <T>(machine: Machine, source: SetupSource, work: (reading: SetupReading) => Promise<T>) => Promise<Result<T, string>>;

const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** The package's page by the paths under which it asks for its parts. */
async function pageFiles(machine: Machine): Promise<Map<string, Served>> {
  const folder = machine.at(places.setup);
  const names = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => extname(name) in types);
  return new Map(await Promise.all(names.map(async (name) => [name === 'index.html' ? '/' : `/${name}`, { type: types[extname(name)] ?? '', body: await readFile(join(folder, name)) }] as const)));
}

const seenJson = v.pipe(v.string(), v.parseJson(), setupSeenSchema);

function readingOf(tab: PipedTab): SetupReading {
  return {
    async next() {
      const said = await tab.evaluate('setup.next()', setupReaderLimits.picturePatience);
      if (!said.ok) return said;
      const seen = v.safeParse(seenJson, said.value);
      return seen.success ? ok(seen.output) : err('the page that reads codes said something else');
    },
  };
}

/**
 * Reads with the kiosk's own decoder, in a Chromium as the display's user. Its
 * page stands at the kiosk's address, the one that may use the camera by the
 * shipped policies, and is answered over the pipe: nothing listens, and nothing
 * of it goes to a network.
 */
export const readSetupWithChromium: ReadSetup = async (machine, source, work) => {
  const files = await pageFiles(machine);
  if (!files.has('/')) return err(`${places.setup} is not there`);
  if (source.kind === 'picture') files.set('/picture', { type: source.type, body: source.bytes });
  const done = await withDisplayChromium(machine, { camera: source.kind === 'camera', site: { origin: pageOrigin, files } }, async (chromium) => {
    const tab = await chromium.open(`${pageOrigin}/`);
    if (!tab.ok) return tab;
    const started = await tab.value.evaluate(`setup.${source.kind === 'camera' ? 'fromCamera' : 'fromPicture'}(), 'started'`);
    return started.ok ? ok(await work(readingOf(tab.value))) : started;
  });
  return done.ok ? done.value : done;
};
