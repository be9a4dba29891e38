import { debianOf } from '../support/requirements.ts';
import type { Suite } from '../support/root.ts';
import { writeBetweenMarks } from '../support/table.ts';
import type { Shown } from './panel-watch.ts';
import type { Fault, Recovery } from './recovery.ts';

const file = 'FAULTS.md';

/** One line of the table. */
export interface Row {
  readonly fault: string;
  readonly happened: string;
  readonly shown: string;
  readonly back: string;
}

/** Words that do not change from run to run with the moment at which a picture happened to be taken. */
const words: Readonly<Record<Shown, string>> = {
  'the page': 'the page',
  'standing still': 'the page',
  black: 'black or empty',
  blank: 'black or empty',
  'out of service': '“out of service”',
  'something else': 'the page, empty',
};

/** What was seen, in order, without repetitions. */
export function inWords(shown: readonly Shown[]): string {
  return shown.map((each) => words[each]).filter((word, index, all) => word !== all[index - 1]).join(', ');
}

/** Seconds, rounded up to whole five. */
export function withinSeconds(milliseconds: number): string {
  return `${Math.max(1, Math.ceil(milliseconds / 5_000)) * 5} s`;
}

/** The line for a fault that was got over. */
export function rowOf({ title, because, blinks }: Pick<Fault, 'title' | 'because' | 'blinks'>, { anew, shown, back, waited }: Recovery): Row {
  const happened = anew ? 'the display was started anew' : 'the page went on';
  return {
    fault: title,
    happened: because === undefined ? happened : `${happened}; ${because}`,
    // Whoever looks only once a second may miss the moment between two pages.
    shown: anew ? 'the page, black or empty, the page' : blinks === true ? 'the page, black or empty for a moment' : inWords(shown),
    back: anew ? withinSeconds(Math.max(0, back - waited)) : 'never away',
  };
}

const introduction = `# Faults, and how the terminal gets over them

Written by \`npm run test:terminal\`: each fault was put upon an installed terminal (Debian, the package, systemd, cage and Chromium with its sandbox) while it showed its attract screen. The panel was looked at several times a second; what may be seen is the page, a black or an empty panel, and the picture that says “out of service”. “Aw, Snap!”, an error page or a window of Chromium's own, or a console were seen never: one of them ends the test.

*Back within* is the time from the fault to the first heartbeat of a page on the attract screen with the same price list as before, rounded up to whole five seconds, without the time in which other programs of the testing machine held its processors.
`;

/** Writes the terminal's documentation of its faults on one Debian, but for those of a machine of its own. */
export function writeTable(suite: Suite, rows: readonly Row[]): void {
  const lines = rows.map(({ fault, happened, shown, back }) => `| ${fault} | ${happened} | ${shown} | ${back} |`);
  writeBetweenMarks(file, 'introduction', introduction);
  writeBetweenMarks(
    file,
    `in a container, ${debianOf[suite]}`,
    `## On ${debianOf[suite]}

| fault | what happened | what was shown | back within |
| --- | --- | --- | --- |
${lines.join('\n')}
`,
  );
}

/** What a machine with a kernel of its own got over. Without times: where it is emulated, they say nothing. */
export type HardwareRow = Pick<Row, 'fault' | 'happened'>;

/** Writes a theme's part of the documentation of faults that a container cannot have. */
export function writeHardwareTable(theme: string, rows: readonly HardwareRow[]): void {
  writeBetweenMarks(file, `on hardware: ${theme}`, [`## On a machine with a kernel of its own: ${theme}`, '', 'In QEMU, with Debian’s kernel.', '', '| fault | what happened |', '| --- | --- |', ...rows.map(({ fault, happened }) => `| ${fault} | ${happened} |`), ''].join('\n'));
}
