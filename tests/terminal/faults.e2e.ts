import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Container } from './support/container.ts';
import { because, containerLacks, whole } from './support/requirements.ts';
import { home, terminalRoot } from './support/root.ts';
import { attractScreen, standalone } from './support/terminal.ts';
import { programs, storage } from './faults/list.ts';
import { PanelWatch } from './faults/panel-watch.ts';
import { powerCut, recover, usualLimit, type Fault, type Recovery } from './faults/recovery.ts';

const lacking = await containerLacks();
/** A small file system for what the display writes, so that it can be filled. */
const smallDisk = { 'etc/systemd/system/var-lib-owso\\x2dkiosk.mount': { content: '[Unit]\nBefore=owso-kiosk.service\n[Mount]\nWhat=tmpfs\nWhere=/var/lib/owso-kiosk\nType=tmpfs\nOptions=size=96M,mode=0750,uid=owso-kiosk,gid=owso-kiosk\n' }, 'etc/systemd/system/owso-kiosk.service.d/60-test-disk.conf': { content: '[Unit]\nRequires=var-lib-owso\\x2dkiosk.mount\nAfter=var-lib-owso\\x2dkiosk.mount\n' } };
const allowed = new Set(['the page', 'standing still', 'black', 'blank']);

/** Keeps what must not have been seen, to be looked at. */
function keepPictures(title: string, pictures: readonly Buffer[]): void {
  for (const [index, picture] of pictures.entries()) {
    mkdirSync(join(home, 'foreign'), { recursive: true });
    writeFileSync(join(home, 'foreign', `${title.replace(/\W+/g, '-')}-${index}.png`), picture);
  }
}

/** What is wrong with a recovery: nothing, if all is well. */
function troubles(fault: Pick<Fault, 'title' | 'page' | 'within' | 'mayShow'>, recovery: Recovery): string[] {
  const { shown, back, waited, anew, before, after } = recovery;
  const limit = (fault.within ?? usualLimit) + waited;
  keepPictures(fault.title, recovery.foreign);
  process.stderr.write(`  ${fault.title}: ${anew ? 'a new display' : 'the same display'}, ${back} ms (${Math.round(waited)} of them without a processor), ${shown.join(' → ')}\n`);
  return [
    ...shown.filter((each) => !allowed.has(each) && !fault.mayShow?.includes(each)).map((each) => `${each} was shown`),
    ...(after.edition === before.edition ? [] : [`edition ${before.edition} became ${after.edition}`]),
    ...(fault.page === 'same' && anew ? ['the display was started anew without need'] : []),
    ...(back < limit ? [] : [`back after ${back} ms, not within ${Math.round(limit)} ms`]),
  ];
}

describe.skipIf(lacking !== undefined).each([
  { what: 'programs that end, crash or freeze', faults: programs, files: standalone },
  { what: 'files that are damaged or cannot be written', faults: storage, files: { ...standalone, ...smallDisk } },
])(`a terminal gets over $what${because(lacking)}`, ({ faults, files }) => {
  let machine: Container;
  let panel: PanelWatch;
  beforeAll(async () => {
    machine = await Container.create(await terminalRoot('bookworm'), files);
    await machine.start();
    await attractScreen(machine, 60_000);
    panel = await PanelWatch.on(machine);
  }, 900_000);
  afterAll(() => machine?.remove());

  it.each(faults.filter((fault) => whole || fault.short))('$title', async (fault) => {
    expect(troubles(fault, await recover(machine, panel, fault))).toEqual([]);
  });

  // In the middle of a start, too: before, while and after Chromium opens its profile.
  it.each(faults === programs ? [undefined] : whole ? [1_000, 2_500, 4_000, 5_500] : [])('power cut (once more %s ms into the start)', async (afterStart) => {
    const title = afterStart === undefined ? 'power cut while the page is shown' : `power cut ${afterStart / 1000} s into a start`;
    expect(troubles({ title, page: 'new' }, await powerCut(machine, panel, title, afterStart))).toEqual([]);
  });
});
