import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Machine } from './machine.ts';
import { whole } from './requirements.ts';
import { home } from './root.ts';

/** One row of what was tried. */
export interface Row {
  readonly tried: string;
  /** What happened, in words that are the same at every run. */
  readonly happened: string;
  readonly escape: boolean;
}

/** A part of the terminal's documentation: a heading, how it was tried, its rows. */
export interface Part {
  readonly heading: string;
  readonly how: string;
  readonly rows: readonly Row[];
}

const documents = resolve(import.meta.dirname, '../../../kiosk-config/terminal');
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Rows with the same outcome share a line, where there are many: a table that somebody reads. */
function lines(rows: readonly Row[]): string[] {
  const together = new Map<string, string[]>();
  for (const row of rows) together.set(row.happened, [...(together.get(row.happened) ?? []), `\`${row.tried.replaceAll('`', '\'')}\``]);
  return [...together].map(([happened, tried]) => `| ${cell(tried.join(', '))} | ${cell(happened)} | ${rows.some((row) => row.happened === happened && row.escape) ? '**ESCAPE**' : 'pass'} |`);
}

/** Writes a chapter of a document of `kiosk-config/terminal` between its marks; the rest stays. */
export function writeBetweenMarks(file: string, chapter: string, text: string): void {
  const path = join(documents, file);
  const [begin, end] = [`<!-- ${chapter} -->`, `<!-- end of ${chapter} -->`];
  const block = [begin, text, end].join('\n');
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  writeFileSync(path, from >= 0 && to > from ? `${before.slice(0, from)}${block}${before.slice(to + end.length)}` : `${before}${before === '' ? '' : '\n'}${block}\n`);
}

/**
 * Writes what was tried into one chapter of a document. Only a whole run writes,
 * and nothing that changes from run to run is in it.
 */
export function writeChapter(file: string, chapter: string, introduction: string, parts: readonly Part[]): void {
  if (!whole) return;
  const text = parts.flatMap((part) => [`### ${part.heading}`, '', `${part.how} ${part.rows.length} tried, ${part.rows.filter((row) => row.escape).length} escaped.`, '', '| tried | what happened | |', '| --- | --- | --- |', ...lines(part.rows), '']);
  writeBetweenMarks(file, chapter, [introduction, '', ...text].join('\n'));
}

/** The rows that a run of this length tries: all, or every so many. */
export function some<T>(rows: readonly T[], every: number): readonly T[] {
  return whole ? rows : rows.filter((_, index) => index % every === 0);
}

/** Keeps a picture of what went wrong, for whoever has to mend it. */
export async function keep(name: string, machine: Machine): Promise<void> {
  const folder = join(home, 'escaped');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), await machine.picture());
}

/** The rows that led out, each said at once: a whole run is long. */
export function escapesAmong(rows: readonly Row[]): readonly string[] {
  const escapes = rows.filter((row) => row.escape).map((row) => `${row.tried}: ${row.happened}`);
  for (const escape of escapes) process.stderr.write(`  ESCAPE ${escape}\n`);
  return escapes;
}
