import * as v from 'valibot';
import { applicationSchema, applicationStates, instantSchema, refusalReasons, type Application } from '../../model/application.ts';
import { identifierSchema, isoDateSchema, officeCodeSchema } from '../../model/identifier.ts';
import { parseRegistrationCode, type RegistrationCode, type RegistrationCodeFormat } from '../../model/registration-code.ts';

/** A column of the file: what belongs in it, as the help says it. */
interface Column {
  readonly required: boolean;
  readonly help: string;
  /** What to do about a cell that is wrong. */
  readonly mend: string;
}

/** Every column of an applications file. */
export const columns = {
  code: { required: true, help: 'registration code, in either script, with or without hyphens', mend: 'copy it from the receipt' },
  service: { required: true, help: 'identifier of the service, e.g. birth-registration', mend: 'write lower-case words joined by hyphens, as in the content' },
  office: { required: true, help: 'gazetteer code of the office that received it', mend: 'write 2, 4 or 6 digits, as text, with leading zeros' },
  state: { required: true, help: `one of ${applicationStates.join(', ')}`, mend: `write one of ${applicationStates.join(', ')}` },
  step: { required: false, help: 'number of the step it is at, with steps', mend: 'write a whole number from 1 to steps' },
  steps: { required: false, help: 'number of steps in all, 1 to 50', mend: 'write a whole number from 1 to 50' },
  missing: { required: false, help: 'with documentsMissing: identifiers of evidence types, separated by ;', mend: 'write identifiers of evidence types, separated by ;' },
  refusal: { required: false, help: `with refused: one of ${refusalReasons.join(', ')}`, mend: `write one of ${refusalReasons.join(', ')}` },
  readyOn: { required: false, help: 'day from which it can be collected, YYYY-MM-DD', mend: 'write a day that exists as YYYY-MM-DD' },
  counter: { required: false, help: 'number of the counter to go to, 1 to 3 digits or capitals', mend: 'write 1 to 3 digits or capital letters' },
  updatedAt: { required: true, help: 'when the office last changed it, ISO 8601 with zone, e.g. 2026-11-23T09:30:00+07:00', mend: 'write it as 2026-11-23T09:30:00+07:00' },
} as const satisfies Readonly<Record<string, Column>>;

/** Name of a column. */
export type ColumnName = keyof typeof columns;
export const columnNames = Object.keys(columns) as readonly ColumnName[];

/** Something about a row that has to be mended (error) or looked at (warning). Never repeats a cell: it may hold a code. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Line in the file, from 1. */
  readonly line: number;
  readonly column: ColumnName | undefined;
  readonly what: string;
  readonly mend: string;
}

/** One good row. */
export interface ApplicationRow {
  readonly line: number;
  readonly code: RegistrationCode;
  readonly application: Application;
}

/** What the rows are held against. */
export interface Known {
  readonly format: RegistrationCodeFormat;
  /** Identifiers of services and offices in the content; absent: cannot be told. */
  readonly services: ReadonlySet<string> | undefined;
  readonly offices: ReadonlySet<string> | undefined;
}

const wholeNumber = v.pipe(v.string(), v.regex(/^[1-9]\d?$/), v.transform(Number));

/** Empty cells are absent by now. */
const rowSchema = v.object({
  code: v.string(),
  service: identifierSchema,
  office: officeCodeSchema,
  state: v.picklist(applicationStates),
  step: v.optional(wholeNumber),
  steps: v.optional(v.pipe(wholeNumber, v.maxValue(50))),
  missing: v.optional(v.pipe(v.string(), v.transform((text) => text.split(';').map((part) => part.trim()).filter((part) => part !== '')), v.array(identifierSchema))),
  refusal: v.optional(v.picklist(refusalReasons)),
  readyOn: v.optional(isoDateSchema),
  counter: applicationSchema.entries.counter,
  updatedAt: instantSchema,
});

const codeFaults = {
  notACode: 'is no registration code',
  checkDigits: 'has check digits that do not fit: it is mistyped',
  incomplete: 'is only the beginning of a registration code',
} as const;

/** Reads the heading: which column stands where. Columns may come in any order. */
export function readHeading(cells: readonly string[], line: number): { readonly order: readonly ColumnName[]; readonly findings: readonly Finding[] } {
  const names = cells.map((cell) => cell.trim());
  const findings: Finding[] = [];
  const fault = (what: string, mend: string): void => void findings.push({ severity: 'error', line, column: undefined, what, mend });
  const order = names.filter((name): name is ColumnName => (columnNames as readonly string[]).includes(name));
  const unknown = names.length - order.length;
  if (unknown > 0) fault(`${unknown} of the columns in the heading ${unknown === 1 ? 'is' : 'are'} not known`, `use only ${columnNames.join(', ')}; names, phone and identity numbers have no place here`);
  for (const name of columnNames) {
    const times = order.filter((other) => other === name).length;
    if (times > 1) fault(`the column ${name} stands ${times} times in the heading`, 'keep one');
    if (times === 0 && columns[name].required) fault(`the column ${name} is missing from the heading`, 'add it');
  }
  return { order, findings };
}

/** Reads one row. No row is returned if there is an error among the findings. */
export function readRow(cells: readonly string[], line: number, order: readonly ColumnName[], known: Known): { readonly row: ApplicationRow | undefined; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const note = (severity: Finding['severity'], column: ColumnName | undefined, what: string, mend: string): void => void findings.push({ severity, line, column, what, mend });
  if (cells.length !== order.length) {
    note('error', undefined, `the row has ${cells.length} cells and the heading ${order.length}`, 'put a text that holds a comma in double quotes');
    return { row: undefined, findings };
  }
  const given: Partial<Record<ColumnName, string>> = {};
  order.forEach((name, index) => {
    const cell = cells[index]?.trim() ?? '';
    if (cell !== '') given[name] = cell;
    else if (columns[name].required) note('error', name, 'is empty', columns[name].mend);
  });
  const parsed = v.safeParse(rowSchema, given);
  if (!parsed.success) {
    for (const issue of parsed.issues) {
      const name = issue.path?.[0]?.key as ColumnName | undefined;
      if (name !== undefined && given[name] !== undefined) note('error', name, 'is not of the documented form', columns[name].mend);
    }
  }
  const code = given.code === undefined ? undefined : parseRegistrationCode(given.code, known.format);
  if (code?.ok === false) note('error', 'code', codeFaults[code.error.code], columns.code.mend);
  if (!parsed.success || code?.ok !== true) return { row: undefined, findings };

  const { step, steps, code: _code, ...rest } = parsed.output;
  if ((step === undefined) !== (steps === undefined)) note('error', step === undefined ? 'step' : 'steps', 'is empty while its partner is not', 'fill both of step and steps, or neither');
  if (step !== undefined && steps !== undefined && step > steps) note('error', 'step', 'is beyond the last step', columns.step.mend);
  if (rest.refusal !== undefined && rest.state !== 'refused') note('error', 'refusal', 'is filled though the state is not refused', 'empty it, or set the state');
  if (rest.missing !== undefined && rest.state !== 'documentsMissing') note('error', 'missing', 'is filled though the state is not documentsMissing', 'empty it, or set the state');
  if (rest.missing === undefined && rest.state === 'documentsMissing') note('warning', 'missing', 'is empty, so the citizen is not told what to bring', columns.missing.mend);
  if (known.services?.has(rest.service) === false) note('warning', 'service', 'is not in the content, so the kiosk can only show its identifier', 'correct it, or add the service to the content');
  if (known.offices?.has(rest.office) === false) note('warning', 'office', 'is not in the content, so the kiosk can only show its code', 'correct it, or add the office to the content');
  if (findings.some((finding) => finding.severity === 'error')) return { row: undefined, findings };
  const application = v.parse(applicationSchema, { ...rest, ...(step === undefined ? {} : { step: { number: step, of: steps } }) });
  return { row: { line, code: code.value, application }, findings };
}
