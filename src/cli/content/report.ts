import type { Fault, FieldPath } from './fault.ts';
import { faultAt, type SourceFile } from './source-file.ts';

/** Something with a place in a file. */
export interface Placed {
  readonly file: SourceFile;
  readonly at: FieldPath;
}

/** Collects the faults of the checks. */
export class Report {
  readonly faults: Fault[] = [];

  /** Something that must be mended before the content is built. */
  error(entry: Placed, field: FieldPath, message: string): void {
    this.#add(entry, field, message, 'error');
  }

  /** Something an author should look at. */
  warning(entry: Placed, field: FieldPath, message: string): void {
    this.#add(entry, field, message, 'warning');
  }

  #add(entry: Placed, field: FieldPath, message: string, severity: Fault['severity']): void {
    // What can be read of a file with broken YAML may differ from what its author meant.
    if (entry.file.broken) return;
    this.faults.push(faultAt(entry.file, [...entry.at, ...field], message, severity));
  }
}
