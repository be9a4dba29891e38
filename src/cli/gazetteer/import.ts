import { mkdir } from 'node:fs/promises';
import { readCsv } from '../csv.ts';
import { writeOffice, type Outcome } from './office-file.ts';
import { columns, readRow } from './row.ts';

/** A row that was not imported. */
export interface RowError {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly message: string;
}

/** What an import did. */
export interface ImportResult {
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly errors: readonly RowError[];
}

/** What to import, and where to. */
export interface ImportOptions {
  /** The CSV file. */
  readonly file: string;
  /** Folder of the office files; made when missing. */
  readonly out: string;
  /** Only codes that start with these digits. */
  readonly only: string;
  readonly update: boolean;
  /** Called with the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Imports a gazetteer, row by row. A bad row is reported and the others are
 * imported, so that a second run after the mend has only the rest to do.
 * Throws when the file cannot be read or the folder not be written.
 */
export async function importGazetteer(options: ImportOptions): Promise<ImportResult> {
  const counts: Record<Outcome, number> = { written: 0, updated: 0, unchanged: 0 };
  const errors: RowError[] = [];
  const firstLine = new Map<string, number>();
  let sawHeader = false;
  await mkdir(options.out, { recursive: true });

  for await (const csv of readCsv(options.file, options.onProgress ?? (() => undefined))) {
    const { line } = csv;
    if (options.signal?.aborted === true) {
      errors.push({ line, message: 'stopped here; run the import again for the rest' });
      break;
    }
    if ('unreadable' in csv) {
      errors.push({ line, message: `the rest cannot be read as CSV (${csv.unreadable}); mend the quotes` });
      break;
    }
    const record = csv.cells;
    if (!sawHeader) {
      sawHeader = true;
      if (record.map((cell) => cell.trim()).join() === columns.join()) continue;
      errors.push({ line, message: `the first line is not the heading; it must be: ${columns.join(',')}` });
      break;
    }
    const row = readRow(record);
    if (!row.ok) {
      errors.push({ line, message: row.error });
      continue;
    }
    const office = row.value;
    const first = firstLine.get(office.identifier);
    if (first !== undefined) {
      errors.push({ line, message: `the code ${office.identifier} already stands in line ${first}; delete one` });
      continue;
    }
    firstLine.set(office.identifier, line);
    if (!office.identifier.startsWith(options.only)) continue;
    const outcome = await writeOffice(options.out, office, options.update);
    if (outcome.ok) counts[outcome.value] += 1;
    else errors.push({ line, message: outcome.error });
  }
  if (!sawHeader && errors.length === 0) errors.push({ line: 1, message: `the file is empty; its first line must be: ${columns.join(',')}` });
  return { counts, errors };
}
