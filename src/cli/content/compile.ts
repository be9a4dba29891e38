import * as v from 'valibot';
import type { PackSource } from '../../model/pack.ts';
import { assert } from '../../model/result.ts';
import { sha256Hex, utf8 } from '../../trust/bytes.ts';
import { stableJson } from '../../trust/compose.ts';
import { limits } from '../../trust/limits.ts';
import { compiledReleaseSchema, objectPathSchema, type CompiledManifest, type ObjectEntry } from '../../trust/release.ts';
import { checkCosts } from './check-costs.ts';
import { checkDates } from './check-dates.ts';
import { checkReferences } from './check-references.ts';
import { checkTexts } from './check-texts.ts';
import { sortFaults, type Fault } from './fault.ts';
import { linkContent } from './link.ts';
import { loadContent } from './load.ts';
import { Report } from './report.ts';

/** A release that nobody has signed yet, in memory: the texts whose hashes its manifest states. */
export interface CompiledRelease {
  readonly release: CompiledManifest;
  /** `release.json`, as it is written. */
  readonly manifest: string;
  /** Path inside the release to the object's text. */
  readonly objects: ReadonlyMap<string, string>;
}

/** What became of the sources. `compiled` is absent when there is any fault. */
export interface Compilation {
  /** Errors and warnings, sorted. */
  readonly faults: readonly Fault[];
  readonly compiled?: CompiledRelease;
}

/** Where and when to compile. */
export interface CompileOptions {
  /** The content folder; must exist. */
  readonly root: string;
  /** Folder that file names in messages are relative to. */
  readonly cwd: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

async function pack(linked: ReturnType<typeof linkContent>, source: PackSource, report: Report): Promise<CompiledRelease> {
  const objects = new Map<string, string>();
  const entries: Record<string, ObjectEntry> = {};
  for (const object of linked) {
    const text = stableJson(object.value);
    const bytes = utf8(text);
    if (bytes.length > limits.object) report.error(object.source, [], `compiled it has ${bytes.length} bytes; a kiosk accepts at most ${limits.object}: shorten it`);
    if (!v.is(objectPathSchema, object.path)) report.error(object.source, [], `the path "${object.path}" is too long for a release; shorten the identifier`);
    objects.set(object.path, text);
    entries[object.path] = { length: bytes.length, sha256: await sha256Hex(bytes) };
  }
  const release: CompiledManifest = { format: 1, editedOn: source.editedOn, objects: entries };
  if (report.faults.length === 0) assert(v.is(compiledReleaseSchema, release), 'a release made here follows its own schema');
  return { release, manifest: stableJson(release), objects };
}

/**
 * Compiles the content folder: every fault of every file in one run, or a
 * release. The same sources give the same bytes. Throws only for what is not
 * the authors' doing (a folder that cannot be read).
 */
export async function compileContent(options: CompileOptions): Promise<Compilation> {
  const { content, faults } = await loadContent(options.root, options.cwd);
  const report = new Report();
  checkReferences(content, report);
  checkTexts(content, report);
  checkDates(content, options.now, report);
  checkCosts(content, report);
  const all = [...faults, ...report.faults];
  if (all.some((fault) => fault.severity === 'error')) return { faults: sortFaults(all) };

  assert(content.pack?.value !== undefined, 'a pack without faults is there');
  const limitsReport = new Report();
  const compiled = await pack(linkContent(content), content.pack.value, limitsReport);
  if (limitsReport.faults.length > 0) return { faults: sortFaults([...all, ...limitsReport.faults]) };
  return { faults: sortFaults(all), compiled };
}
