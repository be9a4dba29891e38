import { err, ok, type Result } from '../../model/result.ts';
import { priceListVersionCode } from '../../trust/release.ts';
import { buildCatalogue, type Catalogue, type CatalogueError } from './catalogue.ts';
import type { AcceptedRelease } from './store.ts';

/** A release as the screens name it. */
export interface ShownRelease {
  /** Higher is newer. */
  readonly version: number;
  /** The price list's short code, the same on every screen and print of the same list. */
  readonly versionCode: string;
  /** Day the pack was last edited. */
  readonly editedOn: string;
}

/** A release whose every object is whole and readable by this version of the app. */
export interface Readable {
  readonly id: string;
  readonly catalogue: Catalogue;
  readonly release: ShownRelease;
}

/** Makes verified objects readable. `objects` must hold every object of the release. */
export async function makeReadable(accepted: AcceptedRelease, objects: ReadonlyMap<string, Uint8Array>): Promise<Result<Readable, CatalogueError>> {
  const catalogue = await buildCatalogue(objects);
  if (!catalogue.ok) return err(catalogue.error);
  const { version, editedOn } = accepted.release;
  return ok({ id: accepted.id, catalogue: catalogue.value, release: { version, editedOn, versionCode: await priceListVersionCode(accepted.release) } });
}
