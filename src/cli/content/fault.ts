import { oneLine } from '../../console/one-line.ts';

/** Keys and indexes that lead from the root of a file to a value. */
export type FieldPath = readonly (string | number)[];

/** One thing that is wrong in the content sources: where, what, and how to mend it. */
export interface Fault {
  /** A warning does not stop the build. */
  readonly severity: 'error' | 'warning';
  /** File as the author would open it: relative to where the command was started. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** The field, e.g. `costs[0].amount.price.riel`; empty for the file as a whole. */
  readonly field: string;
  /** What is wrong and the mend, one line. */
  readonly message: string;
}

/** Writes a path as authors read it: `costs[0].title.km`. */
export function formatField(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** One line of the report: `file:line:column  field: message`. */
export function formatFault(fault: Fault): string {
  const field = fault.field === '' ? '' : `${fault.field}: `;
  return `${fault.file}:${fault.line}:${fault.column}  ${oneLine(field + fault.message)}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorts by file, line, column, then text, and drops repetitions: the same sources give the same report. */
export function sortFaults(faults: readonly Fault[]): Fault[] {
  const once = new Map<string, Fault>();
  for (const fault of faults) once.set(`${fault.severity} ${formatFault(fault)}`, fault);
  return [...once.values()].sort(
    (a, b) =>
      compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.field, b.field) || compareText(a.message, b.message),
  );
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The whole report: faults, then warnings, then the count. Empty when there is nothing to say. */
export function formatReport(faults: readonly Fault[]): string {
  const errors = faults.filter((fault) => fault.severity === 'error');
  const warnings = faults.filter((fault) => fault.severity === 'warning');
  const lines = errors.map(formatFault);
  if (warnings.length > 0) lines.push(...(lines.length > 0 ? [''] : []), 'Warnings:', ...warnings.map(formatFault));
  if (errors.length > 0) {
    const files = new Set(errors.map((fault) => fault.file)).size;
    lines.push('', `${counted(errors.length, 'fault')} in ${counted(files, 'file')}${warnings.length > 0 ? `, ${counted(warnings.length, 'warning')}` : ''}.`);
  } else if (warnings.length > 0) lines.push('', `No fault, ${counted(warnings.length, 'warning')}.`);
  return lines.join('\n');
}
