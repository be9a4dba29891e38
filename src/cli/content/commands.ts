import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { Command, ExitCode, Option, Terminal } from '../../console/command.ts';
import { compileContent, type Compilation } from './compile.ts';
import { formatReport } from './fault.ts';
import { watchContent } from './watch.ts';
import { writeRelease } from './write.ts';

const contentOption: Option = { type: 'string', value: 'DIR', help: 'folder of the content sources', default: 'kiosk-config/content' };

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false);
}

function isInside(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}

function printReport(result: Compilation, terminal: Terminal): void {
  const report = formatReport(result.faults);
  if (report !== '') terminal.err(report);
}

function described(result: NonNullable<Compilation['compiled']>): string {
  const count = (start: string): number => Object.keys(result.release.objects).filter((path) => path.startsWith(start)).length;
  return `${count('services/')} services, ${count('catalogue/event-')} events, ${count('offices/')} offices`;
}

async function check(root: string, terminal: Terminal): Promise<ExitCode> {
  const result = await compileContent({ root, cwd: terminal.cwd, now: terminal.now() });
  printReport(result, terminal);
  if (result.compiled === undefined) return 1;
  terminal.out(`The content is sound: ${described(result.compiled)}.`);
  return 0;
}

async function build(root: string, out: string, terminal: Terminal): Promise<ExitCode> {
  const result = await compileContent({ root, cwd: terminal.cwd, now: terminal.now() });
  printReport(result, terminal);
  const shownOut = relative(terminal.cwd, out) || out;
  if (result.compiled === undefined) {
    terminal.err(`Nothing was written; ${shownOut} is as it was.`);
    return 1;
  }
  const written = await writeRelease(out, result.compiled);
  if (!written.ok) {
    terminal.err(written.error.message);
    return 1;
  }
  terminal.out(`Compiled into ${shownOut}: ${described(result.compiled)}, edited on ${result.compiled.release.editedOn}. Nobody has signed it yet.`);
  return 0;
}

const noFolder = (root: string): string => `${root} is no folder; name the content folder with --content DIR.`;

/** Reports every fault of the content. */
export const contentCheck: Command = {
  name: 'content check',
  summary: 'Checks all content and lists every fault with file, line, field and mend',
  options: { content: contentOption },
  async run(call, terminal) {
    const root = resolve(terminal.cwd, call.text('content') ?? '');
    if (!(await isFolder(root))) {
      terminal.err(noFolder(root));
      return 2;
    }
    return check(root, terminal);
  },
};

/** Compiles the content into a release. */
export const contentBuild: Command = {
  name: 'content build',
  summary: 'Compiles the content into objects that content sign puts signatures to',
  options: {
    content: contentOption,
    out: { type: 'string', value: 'DIR', help: 'folder of the compiled objects', default: '.build/content' },
    watch: { type: 'boolean', help: 'builds again whenever a source changes, until Ctrl+C' },
  },
  details: 'On any fault nothing is written and what lay there stays.',
  async run(call, terminal) {
    const root = resolve(terminal.cwd, call.text('content') ?? '');
    const out = resolve(terminal.cwd, call.text('out') ?? '');
    if (!(await isFolder(root))) {
      terminal.err(noFolder(root));
      return 2;
    }
    if (isInside(out, root) || isInside(root, out)) {
      terminal.err('The release cannot lie in the content folder or around it; name another folder with --out.');
      return 2;
    }
    const once = (): Promise<ExitCode> => build(root, out, terminal);
    if (!call.flag('watch')) return once();
    terminal.out(`Watching ${relative(terminal.cwd, root) || root}; Ctrl+C ends it.`);
    await watchContent(root, async () => void (await once()), terminal.signal);
    return 0;
  },
};
