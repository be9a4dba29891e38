import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { formatField, type Fault, type FieldPath } from './fault.ts';
import { normalizeTexts } from './normalize.ts';

/** A YAML file of the content, read. */
export interface SourceFile {
  /** Name for messages: relative to where the command was started. */
  readonly name: string;
  /** Path inside the content folder, with `/`. */
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** The plain data with its texts normalized; whatever could be saved of it when {@link broken}. */
  readonly data: unknown;
  /** The YAML itself is wrong: looked at only for the identifiers it declares. */
  readonly broken: boolean;
}

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Errors after which the rest of the file still means what its author wrote. */
const harmless: ReadonlySet<string> = new Set(['DUPLICATE_KEY']);

const mends: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands twice in the same block; keep one',
  TAB_AS_INDENT: 'tabs cannot indent YAML; use spaces',
  MULTIPLE_DOCS: 'a content file holds one document; remove the "---" line or split the file',
  BAD_ALIAS: 'a content file uses no aliases; write the value out',
  NON_STRING_KEY: 'a key must be plain text',
};

function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Reads one YAML text. Never throws, whatever the text; a fault names each thing that is wrong with the YAML itself. */
export function parseSource(name: string, path: string, text: string): { file: SourceFile; faults: Fault[] } {
  const lines = new LineCounter();
  const faults: Fault[] = [];
  const fault = (position: Position, message: string): void => {
    faults.push({ severity: 'error', file: name, ...position, field: '', message });
  };
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: true, logLevel: 'silent' });
  } catch {
    // The parser recurses: nesting of some thousands of levels exhausts the stack.
    document = parseDocument('');
    fault({ line: 1, column: 1 }, 'this file cannot be read as YAML: it is nested too deeply');
    return { file: { name, path, document, lines, data: undefined, broken: true }, faults };
  }
  let broken = false;
  for (const error of [...document.errors, ...document.warnings]) {
    if (!harmless.has(error.code)) broken = true;
    const mend = mends[error.code];
    fault(positionOf(lines, error.pos[0]), mend ?? `YAML: ${(error.message.split('\n')[0] ?? '').trim()}`);
  }
  let data: unknown;
  try {
    data = normalizeTexts(document.toJS({ maxAliasCount: 20 }));
  } catch (error) {
    broken = true;
    fault({ line: 1, column: 1 }, `YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unreadable'}; write the value out instead of an alias`);
  }
  if (!broken && (data === null || data === undefined)) {
    broken = true;
    fault({ line: 1, column: 1 }, 'the file is empty; fill it or delete it');
  }
  return { file: { name, path, document, lines, data, broken }, faults };
}

function startOf(node: unknown): number | undefined {
  return isNode(node) && node.range ? node.range[0] : undefined;
}

function resolved(file: SourceFile, node: unknown): unknown {
  return isAlias(node) ? node.resolve(file.document) : node;
}

/** The scalar node at a path, for messages that quote what the author typed. */
export function sourceOf(file: SourceFile, path: FieldPath): string | undefined {
  let node: unknown = file.document.contents;
  for (const step of path) {
    node = resolved(file, node);
    if (isMap(node) || isSeq(node)) node = (node as { get(key: unknown, keepScalar: true): unknown }).get(step, true);
    else return undefined;
  }
  return isScalar(node) ? node.source : undefined;
}

/** Where a field stands; where it is missing, the block it is missing in. */
export function locate(file: SourceFile, path: FieldPath, on: 'key' | 'value' = 'value'): Position {
  let node: unknown = file.document.contents as Node | null;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    node = resolved(file, node);
    let next: unknown;
    let keyStart: number | undefined;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) break;
      keyStart = startOf(pair.key);
      next = pair.value;
    } else if (isSeq(node)) next = node.items[Number(step)];
    else break;
    const isLast = depth === path.length - 1;
    const isEmpty = next === null || next === undefined || (isScalar(next) && next.value === null);
    offset = (isLast && on === 'key') || isEmpty ? (keyStart ?? startOf(next) ?? offset) : (startOf(next) ?? keyStart ?? offset);
    node = next;
  }
  return positionOf(file.lines, offset);
}

/** Makes a fault at a field of a file. */
export function faultAt(file: SourceFile, path: FieldPath, message: string, severity: Fault['severity'] = 'error', on: 'key' | 'value' = 'value'): Fault {
  return { severity, file: file.name, ...locate(file, path, on), field: formatField(path), message };
}
