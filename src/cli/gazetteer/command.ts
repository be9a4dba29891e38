import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Command } from '../../console/command.ts';
import { oneLine } from '../../console/one-line.ts';
import { startProgress } from '../../console/progress.ts';
import { importGazetteer } from './import.ts';
import { columns } from './row.ts';

/** Errors shown one by one; a file of another kind would have one in every line. */
const shownErrors = 200;

/** Writes an office file for every row of a gazetteer. */
export const gazetteerImport: Command = {
  name: 'gazetteer import',
  summary: 'Writes an office file for each place of a gazetteer (CSV)',
  positionals: ['FILE'],
  options: {
    out: { type: 'string', value: 'DIR', help: 'folder of the office files', default: 'kiosk-config/content/offices' },
    only: { type: 'string', value: 'CODE', help: 'only codes that start with these digits, e.g. 12 for one province' },
    update: { type: 'boolean', help: 'changes title and place of offices that are already there, and nothing else of them' },
  },
  details: [`FILE is UTF-8 with the heading ${columns.join(',')}.`, 'A bad row is reported and left out; the others are imported.'].join('\n'),
  async run(call, terminal) {
    const name = call.positionals[0] ?? '';
    const only = call.text('only') ?? '';
    if (!/^(?:\d{1,6})?$/.test(only)) {
      terminal.err(`--only "${only}" is no code; write 1 to 6 digits.`);
      return 2;
    }
    const file = resolve(terminal.cwd, name);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() !== true) {
      terminal.err(`${name} is no file; name the gazetteer's CSV file.`);
      return 2;
    }
    const out = resolve(terminal.cwd, call.text('out') ?? '');
    const progress = startProgress(terminal, 'Offices', found.size);
    let result: Awaited<ReturnType<typeof importGazetteer>>;
    try {
      result = await importGazetteer({ file, out, only, update: call.flag('update'), onProgress: (bytes) => progress.update(bytes), signal: terminal.signal });
    } finally {
      progress.stop();
    }
    const { counts, errors } = result;
    for (const error of errors.slice(0, shownErrors)) terminal.err(`${name}:${error.line}  ${oneLine(error.message)}`);
    if (errors.length > shownErrors) terminal.err(`… and ${errors.length - shownErrors} more.`);
    const total = counts.written + counts.updated + counts.unchanged;
    terminal.out(`${relative(terminal.cwd, out) || out}: ${counts.written} written, ${counts.updated} updated, ${counts.unchanged} already there${errors.length > 0 ? `; ${errors.length} ${errors.length === 1 ? 'row' : 'rows'} not imported` : ''}.`);
    if (total === 0 && errors.length === 0) terminal.err(`No code starts with "${only}".`);
    return errors.length > 0 || total === 0 ? 1 : 0;
  },
};
