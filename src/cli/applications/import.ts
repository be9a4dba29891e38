import type { ApplicationStore } from '../../hub/store/store.ts';
import { readCsv } from '../csv.ts';
import { columnNames, readHeading, readRow, type ApplicationRow, type ColumnName, type Finding, type Known } from './row.ts';

/** Everything a file holds. */
export interface ReadResult {
  readonly rows: readonly ApplicationRow[];
  readonly findings: readonly Finding[];
  /** Rows with an error. */
  readonly bad: number;
}

const unreadable = (line: number, what: string, mend: string): Finding => ({ severity: 'error', line, column: undefined, what, mend });

/**
 * Reads and checks a whole file of applications. The rows stay in memory (some
 * 500 bytes each) so that they can be written at one stroke: a hub that is
 * running answers on meanwhile.
 */
export async function readApplications(file: string, known: Known, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<ReadResult> {
  const rows: ApplicationRow[] = [];
  const findings: Finding[] = [];
  const firstLine = new Map<string, number>();
  let bad = 0;
  let order: readonly ColumnName[] | undefined;
  for await (const csv of readCsv(file, onProgress)) {
    if (signal.aborted) {
      findings.push(unreadable(csv.line, 'stopped here', 'run the import again'));
      bad += 1;
      break;
    }
    if ('unreadable' in csv) {
      findings.push(unreadable(csv.line, `the rest cannot be read as CSV (${csv.unreadable})`, 'mend the quotes of this line'));
      bad += 1;
      break;
    }
    if (order === undefined) {
      const heading = readHeading(csv.cells, csv.line);
      findings.push(...heading.findings);
      order = heading.order;
      if (heading.findings.length > 0) return { rows, findings, bad: 1 };
      continue;
    }
    const { row, findings: found } = readRow(csv.cells, csv.line, order, known);
    findings.push(...found);
    if (row === undefined) {
      bad += 1;
      continue;
    }
    const first = firstLine.get(row.code.canonical);
    if (first !== undefined) {
      findings.push({ severity: 'error', line: row.line, column: 'code', what: `is the same as in line ${first}`, mend: 'keep the row that is right' });
      bad += 1;
      continue;
    }
    firstLine.set(row.code.canonical, row.line);
    rows.push(row);
  }
  if (order === undefined && findings.length === 0) return { rows, findings: [unreadable(1, 'the file is empty', `begin with the heading ${columnNames.join(',')}`)], bad: 1 };
  return { rows, findings, bad };
}

/** What a write did. */
export interface WriteResult {
  readonly added: number;
  readonly replaced: number;
  readonly findings: readonly Finding[];
}

/**
 * Writes rows in one transaction.
 *
 * @param commit false: tries everything and takes it back
 */
export async function writeApplications(store: ApplicationStore, rows: readonly ApplicationRow[], onProgress: (rows: number) => void, commit: (findings: readonly Finding[]) => boolean): Promise<WriteResult> {
  const counts = { added: 0, replaced: 0 };
  const findings: Finding[] = [];
  const transaction = await store.begin('office');
  try {
    for (const [index, row] of rows.entries()) {
      const put = transaction.put(row.code, row.application);
      if (put.ok) counts[put.value] += 1;
      else findings.push({ severity: 'error', line: row.line, column: 'missing', what: `makes the application ${put.error.length} bytes long, ${put.error.limit} are the most`, mend: 'name fewer documents' });
      if (index % 500 === 0) onProgress(index);
    }
  } catch (error) {
    transaction.rollback();
    throw error;
  }
  if (commit(findings)) transaction.commit();
  else transaction.rollback();
  return { ...counts, findings };
}
