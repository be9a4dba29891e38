import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type * as v from 'valibot';
import { calendarSchema, type Calendar } from '../../model/calendar.ts';
import { eventSourceSchema, type EventSource } from '../../model/event.ts';
import { evidenceTypeSchema, type EvidenceType } from '../../model/evidence.ts';
import { legalResourceSchema, type LegalResource } from '../../model/legal-resource.ts';
import { officeSchema, type Office } from '../../model/office.ts';
import { organisationSchema, type Organisation } from '../../model/organisation.ts';
import { packSourceSchema, synonymsSchema, type PackSource, type Synonyms } from '../../model/pack.ts';
import { publicServiceSourceSchema, type PublicServiceSource } from '../../model/public-service.ts';
import { sectorSchema, topicSchema, type Sector, type Topic } from '../../model/topic.ts';
import type { Fault, FieldPath } from './fault.ts';
import { parsePart } from './schema.ts';
import { faultAt, parseSource, type SourceFile } from './source-file.ts';

/** One entity of the content with the place where it is written. */
export interface Entry<T> {
  readonly file: SourceFile;
  /** Where in the file: empty for a file of its own, an index in a list. */
  readonly at: FieldPath;
  /** The entity's data as written, so that a faulty one can be checked for the rest. */
  readonly raw: unknown;
  /** The identifier it declares, or its file's name. */
  readonly identifier: string;
  /** Absent when the schema found a fault. */
  readonly value: T | undefined;
}

/** Everything the authors wrote, parsed as far as it can be. */
export interface Content {
  readonly files: readonly SourceFile[];
  readonly pack: Entry<PackSource> | undefined;
  readonly calendar: Entry<Calendar> | undefined;
  readonly synonyms: Entry<Synonyms> | undefined;
  readonly topics: readonly Entry<Topic>[];
  readonly sectors: readonly Entry<Sector>[];
  readonly organisations: readonly Entry<Organisation>[];
  readonly services: readonly Entry<PublicServiceSource>[];
  readonly events: readonly Entry<EventSource>[];
  readonly offices: readonly Entry<Office>[];
  readonly evidence: readonly Entry<EvidenceType>[];
  readonly legal: readonly Entry<LegalResource>[];
}

/** Size above which a source file is not read, in bytes; an entity has some kilobytes. */
const largestSource = 1_000_000;

/** Where each kind of entity is written, as a pattern of the path inside the content folder. */
const places = {
  pack: /^pack\.yaml$/,
  calendar: /^calendar\.yaml$/,
  synonyms: /^synonyms\.yaml$/,
  topics: /^topics\.yaml$/,
  sectors: /^sectors\.yaml$/,
  organisations: /^organisations\.yaml$/,
  services: /^services\/[^/]+\/[^/]+\.yaml$/,
  events: /^events\/[^/]+\.yaml$/,
  offices: /^offices\/[^/]+\.yaml$/,
  evidence: /^evidence\/[^/]+\.yaml$/,
  legal: /^legal\/[^/]+\.yaml$/,
} as const;
type Place = keyof typeof places;

const required: readonly Place[] = ['pack', 'calendar', 'topics', 'sectors', 'organisations'];

interface Found {
  readonly path: string;
  readonly isLink: boolean;
}

/** All files and links below a folder, sorted, without hidden ones and editors' left-overs. */
async function listFiles(root: string): Promise<Found[]> {
  const found: Found[] = [];
  const walk = async (folder: string): Promise<void> => {
    let items: Dirent[];
    try {
      items = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      // A folder that vanished while we looked holds nothing; the root's own absence is told by the caller.
      if (folder !== root && (error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    for (const item of items) {
      if (item.name.startsWith('.') || item.name.endsWith('~')) continue;
      const path = join(folder, item.name);
      if (item.isDirectory()) await walk(path);
      else if (item.isFile() || item.isSymbolicLink()) found.push({ path, isLink: item.isSymbolicLink() });
    }
  };
  await walk(root);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The bytes of a source; `undefined` when it vanished while we looked. */
async function readSource(path: string): Promise<Uint8Array | 'tooLarge' | undefined> {
  try {
    return (await stat(path)).size > largestSource ? 'tooLarge' : await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function identifierOf(raw: unknown, otherwise: string): string {
  const declared = raw !== null && typeof raw === 'object' ? (raw as Record<string, unknown>)['identifier'] : undefined;
  return typeof declared === 'string' ? declared : otherwise;
}

/** Reads and parses the content folder. Expected faults are returned, never thrown; `root` must exist. */
export async function loadContent(root: string, cwd: string): Promise<{ content: Content; faults: Fault[] }> {
  const faults: Fault[] = [];
  const files: { place: Place; file: SourceFile }[] = [];
  const seen = new Set<Place>();
  const display = (path: string): string => relative(cwd, path) || path;
  const wholeFile = (name: string, message: string, severity: Fault['severity'] = 'error'): void => {
    faults.push({ severity, file: name, line: 1, column: 1, field: '', message });
  };

  const decoder = new TextDecoder('utf-8', { fatal: true });
  const found = await listFiles(root);
  const read = await Promise.all(found.map(({ path, isLink }) => (isLink ? undefined : readSource(path))));
  for (const [index, { path, isLink }] of found.entries()) {
    const inside = relative(root, path).split(sep).join('/');
    const name = display(path);
    if (isLink) {
      // What a link points to is not part of the tree that is reviewed and signed.
      wholeFile(name, 'links are not followed; put the file itself here');
      continue;
    }
    const place = (Object.keys(places) as Place[]).find((key) => places[key].test(inside));
    if (place === undefined) {
      if (/\.ya?ml$/i.test(inside)) wholeFile(name, `no place for this file; content lies in ${required.join('.yaml, ')}.yaml, synonyms.yaml, services/<authority>/<identifier>.yaml, events/, offices/, evidence/ and legal/ (ending .yaml)`);
      else wholeFile(name, 'this file is not read; content is written in .yaml files', 'warning');
      continue;
    }
    seen.add(place);
    const bytes = read[index];
    if (bytes === undefined) continue;
    if (bytes === 'tooLarge') {
      wholeFile(name, `the file is larger than ${largestSource} bytes; split it`);
      continue;
    }
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      wholeFile(name, 'the file is not UTF-8 text; save it as UTF-8');
      continue;
    }
    const source = parseSource(name, inside, text);
    faults.push(...source.faults);
    files.push({ place, file: source.file });
  }
  for (const place of required) {
    if (!seen.has(place)) wholeFile(display(join(root, `${place}.yaml`)), `the file is missing; write ${place}.yaml`);
  }

  function entryOf<T extends v.GenericSchema>(file: SourceFile, at: FieldPath, raw: unknown, schema: T, otherwise: string): Entry<v.InferOutput<T>> {
    const parsed = file.broken ? { value: undefined, faults: [] } : parsePart(file, at, schema, raw);
    faults.push(...parsed.faults);
    return { file, at, raw, identifier: identifierOf(raw, otherwise), value: parsed.value };
  }
  /** Entities with a file of their own. */
  function single<T extends v.GenericSchema>(place: Place, schema: T): Entry<v.InferOutput<T>>[] {
    return files
      .filter((item) => item.place === place)
      .map(({ file }) => entryOf(file, [], file.data, schema, (file.path.split('/').at(-1) ?? '').replace(/\.yaml$/, '')));
  }
  /** Entities written as a list; each is parsed on its own, so that one bad item hides no other. */
  function listed<T extends v.GenericSchema>(place: Place, schema: T): Entry<v.InferOutput<T>>[] {
    return files
      .filter((item) => item.place === place)
      .flatMap(({ file }) => {
        if (Array.isArray(file.data)) return file.data.map((raw: unknown, index) => entryOf(file, [index], raw, schema, ''));
        if (!file.broken) faults.push(faultAt(file, [], 'expected a list; start each item with "- "'));
        return [];
      });
  }

  const content: Content = {
    files: files.map(({ file }) => file),
    pack: single('pack', packSourceSchema)[0],
    calendar: single('calendar', calendarSchema)[0],
    synonyms: single('synonyms', synonymsSchema)[0],
    topics: listed('topics', topicSchema),
    sectors: listed('sectors', sectorSchema),
    organisations: listed('organisations', organisationSchema),
    services: single('services', publicServiceSourceSchema),
    events: single('events', eventSourceSchema),
    offices: single('offices', officeSchema),
    evidence: listed('evidence', evidenceTypeSchema),
    legal: listed('legal', legalResourceSchema),
  };
  return { content, faults };
}
