import { createReadStream } from 'node:fs';
import { CsvError, parse, type Info } from 'csv-parse';

/** One row of a CSV file, or, as the last one, why the rest cannot be read. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] } | { readonly line: number; readonly unreadable: string };

/**
 * Reads a CSV file (UTF-8, with or without byte order mark) row by row, however
 * long it is. Throws when the file cannot be read at all.
 *
 * @param onProgress called with the bytes read so far
 */
export async function* readCsv(file: string, onProgress: (bytes: number) => void): AsyncGenerator<CsvRow> {
  const input = createReadStream(file);
  // No real row is near this size: an unclosed quote must not read the whole file as one cell.
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 10_000 });
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of input.pipe(parser) as AsyncIterable<{ record: string[]; info: Info }>) {
      onProgress(info.bytes);
      yield { line: info.lines, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error['lines']);
    // csv-parse's message quotes the row, which may hold a registration code.
    yield { line: Number.isInteger(line) ? line : 1, unreadable: error.code };
  } finally {
    input.destroy();
  }
}
