import * as v from 'valibot';
import type { Fault, FieldPath } from './fault.ts';
import { faultAt, sourceOf, type SourceFile } from './source-file.ts';
import { didYouMean } from './suggest.ts';

/**
 * What this file reads of a valibot schema to explain an issue: which fields an
 * object has, which values a list of choices offers. A schema in a `v.pipe` or
 * `v.optional` carries the same members.
 */
interface SchemaShape {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaShape>>;
  readonly item?: SchemaShape;
  readonly value?: SchemaShape;
  readonly wrapped?: SchemaShape;
  readonly key?: unknown;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
}

function unwrap(schema: SchemaShape | undefined): SchemaShape | undefined {
  let inner = schema;
  while (inner?.wrapped !== undefined) inner = inner.wrapped;
  return inner;
}

/** The words that a field may hold, where it is a choice of words. */
function choices(schema: SchemaShape | undefined): string[] {
  const inner = unwrap(schema);
  if (inner?.type === 'literal') return [String(inner.literal)];
  if (inner?.type === 'picklist') return (inner.options ?? []).map(String);
  return [];
}

/** Picks the branch of a variant that the data has chosen. */
function branch(schema: SchemaShape | undefined, data: unknown): SchemaShape | undefined {
  const inner = unwrap(schema);
  if (inner?.type !== 'variant') return inner;
  const key = String(inner.key);
  const chosen = field(data, key);
  return (inner.options as readonly SchemaShape[]).find((option) => choices(option.entries?.[key]).includes(String(chosen)));
}

function field(data: unknown, key: string | number): unknown {
  return data !== null && typeof data === 'object' && Object.hasOwn(data, key) ? (data as Record<string | number, unknown>)[key] : undefined;
}

/** The schema and the data at a path below a schema. */
function at(schema: SchemaShape, data: unknown, path: FieldPath): { schema: SchemaShape | undefined; data: unknown } {
  let current: SchemaShape | undefined = schema;
  let value = data;
  for (const step of path) {
    const inner = branch(current, value);
    current = inner?.entries?.[String(step)] ?? inner?.item ?? (inner?.type === 'record' ? inner.value : undefined);
    value = field(value, step);
  }
  return { schema: current, data: value };
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a block of fields';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true/false' : `a ${typeof value}`;
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`;
}

const languageNames: Readonly<Record<string, string>> = { km: 'Khmer', en: 'English' };

function missing(parent: SchemaShape | undefined, key: string): string {
  const language = languageNames[key];
  if (language !== undefined && parent?.entries?.['km'] !== undefined && parent.entries['en'] !== undefined) {
    return `the ${language} text is missing; add "${key}: …"`;
  }
  const words = choices(parent?.entries?.[key]);
  return `the field "${key}" is missing; add it${words.length > 0 ? ` with one of: ${words.join(', ')}` : ''}`;
}

function wrongType(issue: v.BaseIssue<unknown>, schema: SchemaShape | undefined, value: unknown, source: string | undefined): string {
  const inner = unwrap(schema);
  const words = choices(inner);
  if (words.length > 0) return `${quoted(value)} is not one of: ${words.join(', ')}${didYouMean(String(value), words)}`;
  if (inner?.type === 'variant') {
    const key = String(inner.key);
    const kinds = (inner.options as readonly SchemaShape[]).flatMap((option) => choices(option.entries?.[key]));
    return `expected a block with "${key}: …" (one of: ${kinds.join(', ')}), found ${kindOf(value)}`;
  }
  if (inner?.type === 'string' || issue.type === 'string') {
    if (typeof value === 'number' || typeof value === 'boolean') return `expected text, found ${kindOf(value)}; put it in quotes: '${source ?? String(value)}'`;
    const bilingual = field(value, 'km') !== undefined || field(value, 'en') !== undefined;
    return `expected text, found ${kindOf(value)}; write ${bilingual ? 'one text without km/en' : 'the text after the colon'}`;
  }
  if (inner?.type === 'number' || issue.type === 'number') {
    return `expected a number, found ${kindOf(value)}${typeof value === 'string' ? `; write it without quotes, spaces or separators` : ''}`;
  }
  if (inner?.type === 'boolean') return `expected true or false, found ${quoted(value)}`;
  if (inner?.type === 'array') return `expected a list, found ${kindOf(value)}; start each item with "- "`;
  if (inner?.entries?.['km'] !== undefined && inner.entries['en'] !== undefined) {
    return `expected a text in both languages, found ${kindOf(value)}; write { km: …, en: … }`;
  }
  if (inner?.entries !== undefined || inner?.type === 'record') return `expected a block of fields, found ${kindOf(value)}`;
  return issue.message;
}

function describe(issue: v.BaseIssue<unknown>, schema: SchemaShape | undefined, value: unknown, source: string | undefined): string {
  if (issue.kind === 'schema') return wrongType(issue, schema, value, source);
  const shown = source ?? value;
  switch (issue.type) {
    case 'integer':
      return `${issue.message.startsWith('Invalid') ? 'a whole number is needed' : issue.message}, found ${String(shown)}; write it without a decimal point`;
    case 'min_value':
    case 'max_value':
      return issue.message.startsWith('Invalid') ? `${String(shown)} is out of range; it must be ${issue.type === 'min_value' ? 'at least' : 'at most'} ${String(issue.requirement)}` : issue.message;
    case 'min_length':
      return issue.message.startsWith('Invalid') ? `the list needs at least ${String(issue.requirement)} item(s)` : issue.message;
    case 'max_length':
      return issue.message.startsWith('Invalid') ? `too long: at most ${String(issue.requirement)}` : issue.message;
    case 'url':
      return `${quoted(value)} is no absolute web address; write it with https:// or use "title" instead`;
    case 'non_empty':
      return `${issue.message}; write it or leave the field out`;
    default:
      return issue.message.startsWith('Invalid') ? `${quoted(value)} is not allowed here` : `${issue.message}, found ${quoted(shown)}`;
  }
}

/**
 * Parses a part of a file with its schema. On failure every issue becomes a
 * fault at its place in the file; all unknown fields of a block are named, not
 * only the first.
 *
 * @param prefix where `data` stands in the file
 */
export function parsePart<T extends v.GenericSchema>(file: SourceFile, prefix: FieldPath, schema: T, data: unknown): { value: v.InferOutput<T> | undefined; faults: Fault[] } {
  const shape = schema as unknown as SchemaShape;
  const result = v.safeParse(schema, data);
  if (result.success) return { value: result.output, faults: [] };
  const faults: Fault[] = [];
  for (const issue of result.issues) {
    const path = (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)));
    const parentPath = path.slice(0, -1);
    const key = path.at(-1);
    const isKeyIssue = issue.kind === 'schema' && issue.path?.at(-1)?.origin === 'key';
    if (isKeyIssue && issue.type === 'strict_object') {
      const parent = at(shape, data, parentPath);
      const object = branch(parent.schema, parent.data);
      if (issue.expected === 'never') {
        const known = Object.keys(object?.entries ?? {});
        for (const unknown of Object.keys((parent.data ?? {}) as object).filter((name) => !known.includes(name))) {
          const meant = didYouMean(unknown, known);
          // In { km: one, two } the comma ends the text: "two" reads as a field without a value.
          const isCutText = meant === '' && field(parent.data, unknown) === null;
          const mend = isCutText ? '; a comma ends a text in { … }: put the whole text in quotes' : meant || `; known here: ${known.join(', ')}`;
          faults.push(faultAt(file, [...prefix, ...parentPath, unknown], `unknown field "${unknown}"${mend}`, 'error', 'key'));
        }
      } else faults.push(faultAt(file, [...prefix, ...path], missing(object, String(key))));
      continue;
    }
    const here = at(shape, data, path);
    if (issue.type === 'variant' && key !== undefined) {
      // The issue names the deciding field; its parent is the variant.
      const parent = unwrap(at(shape, data, parentPath).schema);
      if (parent?.type === 'variant' && parent.key === key) {
        const words = (parent.options as readonly SchemaShape[]).flatMap((option) => choices(option.entries?.[String(key)]));
        const message = here.data === undefined ? `the field "${key}" is missing; add it with one of: ${words.join(', ')}` : `${quoted(here.data)} is not one of: ${words.join(', ')}${didYouMean(String(here.data), words)}`;
        faults.push(faultAt(file, [...prefix, ...path], message));
        continue;
      }
    }
    if (isKeyIssue || (issue.path?.at(-1)?.origin === 'key')) {
      faults.push(faultAt(file, [...prefix, ...path], `"${String(key)}" is no valid name here: ${issue.message}`, 'error', 'key'));
      continue;
    }
    faults.push(faultAt(file, [...prefix, ...path], describe(issue, here.schema, here.data, sourceOf(file, [...prefix, ...path]))));
  }
  return { value: undefined, faults };
}
