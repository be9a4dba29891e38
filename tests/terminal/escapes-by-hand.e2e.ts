import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chords, mice, scanned, touches, type Gesture, type Gestures } from './corpus/gestures.ts';
import { until } from './support/command.ts';
import { Container } from './support/container.ts';
import { because, containerLacks, debianOf, triedSuites } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import { escapesAmong, keep, some, writeChapter, type Part, type Row } from './support/table.ts';
import { attractScreen, inspect, onlyThePage, toAttract, unhurried, type Inspected } from './support/terminal.ts';

const lacking = await containerLacks();

/** What the page shows, for the table: the screen's name, and a dialog if one is open. */
async function screenOf(inspected: Inspected): Promise<string> {
  return inspected.page.evaluate(() => {
    const screen = document.querySelector('main')?.classList[0] ?? 'nothing';
    return document.querySelector('dialog[open], [role="dialog"]') === null ? screen : `${screen} with a dialog`;
  });
}

/** Which start of the display this is. */
const displayOf = (machine: Container): Promise<string> => machine.sh('systemctl show -P InvocationID owso-kiosk.service');

/** Does one thing before the attract screen and says what came of it. */
async function attempt(machine: Container, inspected: Inspected, gesture: Gesture): Promise<Row> {
  if ((await screenOf(inspected)) !== 'attract') await toAttract(inspected);
  const started = await inspected.page.evaluate(() => performance.timeOrigin);
  await machine.input([...gesture.steps, { wait: 150 }]);
  const { same, difference } = await onlyThePage(machine, inspected);
  const shown = await inspected.shown();
  const over = shown.filter((address) => !address.startsWith('http://localhost:8480/'));
  const row = (happened: string, escape = false): Row => ({ tried: gesture.name, happened, escape });
  if (shown.length !== 1 || over.length > 0) return row(`shown: ${shown.join(', ')}`, true);
  if (!same) await keep(`escape-${gesture.name.replaceAll(/\W+/g, '-')}`, machine);
  if (!same) return row(`something lies over the page: ${JSON.stringify(difference)}`, true);
  if ((await inspected.page.evaluate(() => performance.timeOrigin)) !== started) return row('the page was loaded anew');
  const screen = await screenOf(inspected);
  return row(screen === 'attract' ? 'nothing' : `the page went to its own screen “${screen}”`);
}

describe.skipIf(lacking !== undefined).each(triedSuites)(`nobody gets out by hand on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;
  let inspected: Inspected;
  const parts: Part[] = [];
  const connect = async (): Promise<void> => {
    await attractScreen(machine, 60_000);
    inspected = await inspect(machine);
    await toAttract(inspected);
  };

  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), unhurried);
    await machine.start();
    await connect();
  }, 900_000);
  afterAll(async () => {
    const introduction = `## By hand, on ${debianOf[suite]}\n\nOn the installed terminal, in cage and Chromium as they are shipped, but for \`DeveloperToolsAvailability: 1\`, which lets the test compare what the panel shows with what the page draws, after every single attempt: nothing may lie over it, and no other page, tab or window may exist. Each begins on the attract screen.`;
    writeChapter('ESCAPES.md', `by hand, ${debianOf[suite]}`, introduction, parts);
    await inspected?.close();
    await machine?.remove();
  });

  const byHand: [title: string, how: string, gestures: Gestures, every: number][] = [
    ['fingers', 'Touch contacts handed to the compositor.', touches, 3],
    ['a keyboard that the operator let in', 'Keys by their evdev codes, through the terminal\'s keymap. A keyboard that nobody let in does not even get here.', chords, 12],
    ['a barcode scanner', 'Keys, as fast as a scanner types.', scanned, 3],
    ['a mouse', 'Pointer, buttons and wheel.', mice, 5],
  ];
  for (const [title, how, gestures, every] of byHand) {
    describe(`${title}`, () => {
      for (const [group, rows] of Object.entries(gestures)) {
        it(`has no way out: ${group}`, async () => {
          const tried: Row[] = [];
          for (const gesture of some(rows, every)) {
            const before = await displayOf(machine);
            try {
              tried.push(await attempt(machine, inspected, gesture));
            } catch (error) {
              // The page is gone a moment before the next display begins.
              const ended = await until('another display', 15_000, async () => ((await displayOf(machine)) === before ? undefined : true)).catch(() => false);
              if (!ended) throw error;
              await inspected.close();
              await connect();
              tried.push({ tried: gesture.name, happened: 'the compositor ended, and the display was started anew', escape: false });
            }
          }
          parts.push({ heading: `${title}: ${group}`, how, rows: tried });
          expect(escapesAmong(tried)).toEqual([]);
        });
      }
    });
  }
});
