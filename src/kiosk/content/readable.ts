import { err, ok, type Result } from '../../model/result.ts';
import { priceListVersionCode, type Release } from '../../trust/release.ts';
import { buildCatalogue, type Catalogue, type CatalogueError } from './catalogue.ts';
import type { AcceptedRelease } from './store.ts';

/** A release as the screens name it. */
export interface ShownRelease {
  /** Higher is newer: {@link Release.version}. */
  readonly version: number;
  /** The number that people see. */
  readonly edition: number;
  /** The price list's short code, the same on every screen and print of the same list. */
  readonly versionCode: string;
  /** Day the pack was last edited. */
  readonly editedOn: string;
  /** When the hub had last confirmed it as the newest when it was accepted, ms. */
  readonly confirmed: number | undefined;
  /** Signed with demonstration keys: a sample, whatever it says. */
  readonly demonstration: boolean;
}

/** A release whose every object is whole and readable by this version of the app. */
export interface Readable {
  readonly id: string;
  /** The metadata that proves it. */
  readonly manifest: Uint8Array;
  /** What it says of its objects, by path. */
  readonly objects: Release['objects'];
  readonly catalogue: Catalogue;
  readonly release: ShownRelease;
}

/** Makes verified objects readable. `objects` must hold every object of the release. */
export async function makeReadable(accepted: AcceptedRelease, objects: ReadonlyMap<string, Uint8Array>): Promise<Result<Readable, CatalogueError>> {
  const catalogue = await buildCatalogue(objects);
  if (!catalogue.ok) return err(catalogue.error);
  const { version, edition, confirmed, demonstration } = accepted.release;
  const { editedOn } = catalogue.value.pack;
  return ok({ id: accepted.id, manifest: accepted.manifest, objects: accepted.release.objects, catalogue: catalogue.value, release: { version, edition, confirmed, demonstration, editedOn, versionCode: await priceListVersionCode(accepted.release) } });
}
