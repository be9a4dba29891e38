import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { officeSchema, type Office } from '../../model/office.ts';
import { utf8 } from '../../trust/bytes.ts';
import { checkObject, packedReleaseSchema, type Release } from '../../trust/release.ts';
import { refuse, trusted, type TrustResult } from '../../trust/result.ts';
import { signatureVerifier } from '../../trust/sealed.ts';
import { places } from '../places.ts';
import type { Machine } from './machine.ts';

/** The content that came with the package, proven by its signatures from the root that came with it. */
export interface ProvenBaseline {
  readonly release: Release;
  /** Number of its objects, each of which has the hash that was signed. */
  readonly objects: number;
  readonly offices: readonly Office[];
}

/** Reads the packaged content and proves every byte of it. */
export async function readBaseline(machine: Machine): Promise<TrustResult<ProvenBaseline>> {
  const folder = machine.at(join(places.app, 'baseline'));
  const [anchor, text] = await Promise.all([readFile(join(folder, 'root.json')).catch(() => undefined), readFile(join(folder, 'packed.json'), 'utf8').catch(() => undefined)]);
  if (anchor === undefined) return refuse('absent', 'root.json');
  if (text === undefined) return refuse('absent', 'packed.json');
  const packed = v.safeParse(v.pipe(v.string(), v.parseJson(), packedReleaseSchema), text);
  if (!packed.success) return refuse('corrupt', 'packed.json');
  const release = await signatureVerifier(anchor).acceptRelease(utf8(packed.output.manifest));
  if (!release.ok) return release;
  const offices: Office[] = [];
  const paths = Object.keys(release.value.objects);
  for (const path of paths) {
    const object = Object.hasOwn(packed.output.objects, path) ? packed.output.objects[path] : undefined;
    if (object === undefined) return refuse('absent', path);
    const checked = await checkObject(release.value, path, utf8(object));
    if (!checked.ok) return checked;
    if (!/^offices\/\d+\/office\.json$/.test(path)) continue;
    const office = v.safeParse(v.pipe(v.string(), v.parseJson(), officeSchema), object);
    if (office.success) offices.push(office.output);
  }
  return trusted({ release: release.value, objects: paths.length, offices });
}
