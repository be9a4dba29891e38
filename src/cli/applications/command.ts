import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as v from 'valibot';
import type { Command, Terminal } from '../../console/command.ts';
import { startProgress } from '../../console/progress.ts';
import { readTerminal, type HubConfig } from '../../hub/config.ts';
import { openFileStore } from '../../hub/store/sqlite.ts';
import { officeCodeSchema } from '../../model/identifier.ts';
import { makeRegistrationCode, printRegistrationCode, receiptPayload, standardFormat, type RegistrationCodeFormat } from '../../model/registration-code.ts';
import { openFolder } from '../../repository/folder.ts';
import { dataDirOption, hubSettings } from '../hub-settings.ts';
import { readApplications, writeApplications, type WriteResult } from './import.ts';
import { columnNames, columns, type Finding, type Known } from './row.ts';

/** Findings shown one by one; a file of another kind would have one in every line. */
const shownFindings = 200;

function show(terminal: Terminal, file: string, findings: readonly Finding[]): void {
  for (const { severity, line, column, what, mend } of findings.slice(0, shownFindings)) {
    terminal.err(`${file}:${line}${column === undefined ? '' : `  ${column}`}  ${severity}: ${what}; ${mend}`);
  }
  if (findings.length > shownFindings) terminal.err(`… and ${findings.length - shownFindings} more.`);
}

function codeFormat(terminal: Terminal, config: HubConfig): RegistrationCodeFormat | undefined {
  const read = readTerminal(config.terminalFile);
  if (read.ok) return read.value.registrationCode ?? standardFormat;
  terminal.err(read.error);
  return undefined;
}

/** Services and offices of the signed content, to warn of others. Names of files are enough for a warning. */
async function knownNames(contentDir: string): Promise<Pick<Known, 'services' | 'offices'>> {
  const names = await openFolder(contentDir).list('targets/');
  if (names.length === 0) return { services: undefined, offices: undefined };
  const found = (pattern: RegExp): ReadonlySet<string> => new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? []));
  return { services: found(/^targets\/services\/[^/]+\/[0-9a-f]{64}\.([^/]+)\.json$/), offices: found(/^targets\/offices\/([^/]+)\//) };
}

/** Brings applications from an office's list into the hub's store. */
export const applicationsImport: Command = {
  name: 'applications import',
  summary: 'Puts applications from a list (CSV) into the hub’s store',
  positionals: ['FILE'],
  options: {
    'dry-run': { type: 'boolean', help: 'checks everything and writes nothing' },
    'good-rows': { type: 'boolean', help: 'writes the good rows though others are bad' },
    'data-dir': dataDirOption,
  },
  details: [
    'FILE is UTF-8, its first line names the columns, in any order:',
    ...columnNames.map((name) => `  ${name.padEnd(10)} ${columns[name].required ? 'required' : 'optional'}  ${columns[name].help}`),
    '',
    'All or nothing: one bad row, and nothing is written, unless --good-rows is given.',
    'A row whose code is in the store already replaces what is there. The hub may be running.',
  ].join('\n'),
  async run(call, terminal) {
    const name = call.positionals[0] ?? '';
    const file = resolve(terminal.cwd, name);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() !== true) {
      terminal.err(`${name} is no file; name the CSV file with the applications.`);
      return 2;
    }
    const config = hubSettings(terminal, call.text('data-dir'));
    const format = config === undefined ? undefined : codeFormat(terminal, config);
    if (config === undefined || format === undefined) return 1;
    const names = await knownNames(config.contentDir);
    if (names.services === undefined) terminal.err(`There is no signed content in ${config.contentDir}, so services and offices are not checked.`);

    const reading = startProgress(terminal, 'Reading', found.size);
    const read = await readApplications(file, { format, ...names }, (bytes) => reading.update(bytes), terminal.signal).finally(() => reading.stop());
    const dryRun = call.flag('dry-run');
    const goodRows = call.flag('good-rows');
    const mayWrite = (findings: readonly Finding[]): boolean => !dryRun && !terminal.signal.aborted && (goodRows || read.bad + findings.length === 0);
    const writing = startProgress(terminal, 'Writing', read.rows.length);
    let written: WriteResult;
    let committed = false;
    const store = openFileStore(config.dataDir);
    try {
      written = await writeApplications(store.applications, read.rows, (rows) => writing.update(rows), (findings) => (committed = mayWrite(findings)));
    } finally {
      writing.stop();
      await store.close();
    }

    show(terminal, name, [...read.findings, ...written.findings]);
    const bad = read.bad + written.findings.length;
    const counts = `${written.added} new, ${written.replaced} replaced, ${bad} bad`;
    if (committed) terminal.out(`Imported: ${counts}.`);
    else if (dryRun) terminal.out(`Nothing was written (dry run). It would be: ${counts}.`);
    else terminal.out(`Nothing was written: ${counts}. Mend the rows above, or give --good-rows to write the others.`);
    return bad === 0 ? 0 : 1;
  },
};

/** Draws new registration codes for an office's receipts. */
export const registrationCodesMake: Command = {
  name: 'registration-codes make',
  summary: 'Draws new registration codes for an office’s receipts',
  options: {
    office: { type: 'string', value: 'CODE', help: 'gazetteer code of the office' },
    count: { type: 'string', value: 'N', help: 'how many, up to 10000', default: '1' },
  },
  details: 'Prints CSV: the code in Latin letters, in Khmer ones, and the text of the receipt’s QR. Whoever has a code can ask for its application: keep the list as you keep the receipts.',
  async run(call, terminal) {
    const office = v.safeParse(officeCodeSchema, call.text('office'));
    const count = Number(call.text('count'));
    if (!office.success) {
      terminal.err('--office is missing or no gazetteer code; write 2, 4 or 6 digits.');
      return 2;
    }
    if (!Number.isInteger(count) || count < 1 || count > 10_000) {
      terminal.err('--count is a whole number from 1 to 10000.');
      return 2;
    }
    const config = hubSettings(terminal, undefined);
    const format = config === undefined ? undefined : codeFormat(terminal, config);
    if (config === undefined || format === undefined) return 1;
    if (format !== standardFormat) {
      terminal.err(`${config.terminalFile} sets a registrationCode pattern of the office’s own: its codes come from where that pattern does.`);
      return 1;
    }
    const drawn = new Map<string, ReturnType<typeof makeRegistrationCode>>();
    while (drawn.size < count) {
      const code = makeRegistrationCode(office.output, Array.from({ length: 8 }, () => randomInt(2 ** 32) / 2 ** 32));
      drawn.set(code.canonical, code);
    }
    terminal.out('code,khmer,qr');
    for (const code of drawn.values()) terminal.out(`${printRegistrationCode(code, 'en')},${printRegistrationCode(code, 'km')},${receiptPayload(code)}`);
    return 0;
  },
};
