import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Container } from './support/container.ts';
import { because, containerLacks, triedSuites, whole } from './support/requirements.ts';
import { home, terminalRoot, type Files, type Suite } from './support/root.ts';
import { attractScreen, standalone } from './support/terminal.ts';
import { programs, storage, type Listed } from './faults/list.ts';
import { hubs, withSilentHub } from './faults/hub.ts';
import { inspectableAndSmall, pages } from './faults/in-page.ts';
import { rowOf, writeTable, type Row } from './faults/table.ts';
import { until } from './support/command.ts';
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

const groups: readonly { readonly what: string; readonly faults: readonly Listed[]; readonly files: Files }[] = [
  { what: 'programs that end, crash or freeze', faults: programs, files: standalone },
  { what: 'files that are damaged or cannot be written', faults: storage, files: { ...standalone, ...smallDisk } },
  { what: 'a page that ends, hangs, eats or shows nothing', faults: pages, files: inspectableAndSmall },
  { what: 'a hub that is not there', faults: hubs, files: withSilentHub },
];
/** Faults of a group that can happen on a Debian and belong to a run of this length. */
const on = (suite: Suite, faults: readonly Listed[]): readonly Listed[] => faults.filter((fault) => (whole || fault.short) && (fault.only ?? suite) === suite);
/** Rows of each Debian's table, and how many tests of all went wrong. */
const rows: Readonly<Record<Suite, Row[]>> = { bookworm: [], trixie: [] };
let wrong = 0;

afterEach(({ task }) => {
  if (task.result?.state !== 'pass') wrong++;
});
afterAll(() => {
  if (!whole || lacking !== undefined || wrong > 0) return;
  for (const suite of triedSuites) if (rows[suite].length >= groups.flatMap(({ faults }) => on(suite, faults)).length) writeTable(suite, rows[suite]);
});

const tried = triedSuites.flatMap((suite) => groups.filter(({ faults }) => on(suite, faults).length > 0).map((group) => ({ ...group, suite })));

describe.skipIf(lacking !== undefined).each(tried)(`a terminal on Debian $suite gets over $what${because(lacking)}`, ({ suite, faults, files }) => {
  let machine: Container;
  let panel: PanelWatch;
  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), files);
    await machine.start();
    await attractScreen(machine, 60_000);
    panel = await PanelWatch.on(machine);
  }, 900_000);
  afterAll(() => machine?.remove());

  it.each(on(suite, faults))('$title', async (fault) => {
    const recovery = await recover(machine, panel, fault);
    expect(troubles(fault, recovery)).toEqual([]);
    rows[suite].push(rowOf(fault, recovery));
  });

  // In the middle of a start, too: before, while and after Chromium opens its profile.
  it.each(faults === programs ? [undefined] : whole && faults === storage ? [1_000, 2_500, 4_000, 5_500] : [])('power cut (once more %s ms into the start)', async (afterStart) => {
    const title = afterStart === undefined ? 'power cut while the page is shown' : `power cut ${afterStart / 1000} s into a start`;
    const recovery = await powerCut(machine, panel, title, afterStart);
    expect(troubles({ title, page: 'new' }, recovery)).toEqual([]);
    rows[suite].push(rowOf({ title }, recovery));
  });
});

/** Seconds for which the fallback's picture stays here; five minutes otherwise. */
const picture = 20;

describe.skipIf(lacking !== undefined || !whole).each(triedSuites)(`a terminal on Debian %s whose display cannot be started${because(lacking)}`, (suite) => {
  let machine: Container;
  let panel: PanelWatch;
  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), { ...standalone, 'etc/systemd/system/owso-kiosk-fallback.service.d/60-test-short.conf': { content: `[Service]\nRuntimeMaxSec=${picture}s\n` } });
    await machine.start();
    await attractScreen(machine, 60_000);
    panel = await PanelWatch.on(machine);
  }, 900_000);
  afterAll(() => machine?.remove());

  const killed = 'kill -KILL $(systemctl show -P MainPID owso-kiosk.service)';
  it.each([
    { title: 'the browser cannot be started', off: `mv /usr/lib/chromium/chromium /usr/lib/chromium/off && ${killed}`, on: 'mv /usr/lib/chromium/off /usr/lib/chromium/chromium' },
    // Each start waits for it as long as it may, and there is no page of Chromium's own meanwhile.
    { title: 'the agent cannot be started', off: `mv /usr/lib/owso-kiosk-terminal/agent.js /root/agent.js && systemctl kill --signal=KILL owso-kiosk-agent.service && ${killed}`, on: 'mv /root/agent.js /usr/lib/owso-kiosk-terminal/agent.js' },
  ])('says that it is out of service where $title, and shows the page again by itself once it can be', async ({ title, off, on: again }) => {
    const fault: Fault = {
      title,
      page: 'new',
      within: 30_000 + picture * 1_000,
      mayShow: ['out of service'],
      inflict: async () => {
        await machine.sh(off);
        await until('the picture that says "out of service"', 200_000, async () => ((await panel.look()).shown === 'out of service' ? true : undefined));
        await machine.sh(again);
      },
    };
    const recovery = await recover(machine, panel, fault);
    expect(troubles(fault, recovery)).toEqual([]);
    expect(recovery.shown).toContain('out of service');
    rows[suite].push({ fault: fault.title, happened: `after five starts in six minutes the fallback's picture; after five minutes (here ${picture} s) the kiosk was tried again`, shown: 'the page, black or empty, “out of service”, black or empty, the page', back: 'the picture’s time and 15 s' });
  });
});
