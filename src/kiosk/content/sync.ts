import { ChangesFetcher } from '../../trust/changes.ts';
import { TrustClient, type Fetcher } from '../../trust/client.ts';
import { limits } from '../../trust/limits.ts';
import { parseMetadata, type DelegatedRole } from '../../trust/metadata.ts';
import { objectsOf } from '../../trust/release.ts';
import { refuse, type TrustError, type TrustResult } from '../../trust/result.ts';
import { issuedAt, releaseOf, seal, sealedBytes } from '../../trust/sealed.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { getFile, type Answer, type HubDeps, type HubError } from './hub.ts';
import type { KeptTrust } from './kept-trust.ts';
import { createSlices, nextTurn } from './slices.ts';
import { releaseId, type AcceptedRelease } from './store.ts';

/** What a question to the hub needs beside the hub. */
export interface SyncDeps extends HubDeps {
  readonly trust: KeptTrust;
  /** The kiosk's clock, ms. */
  readonly now: () => number;
  /** Code of the office in which the kiosk stands. */
  readonly office: () => string;
  readonly begun: BegunChanges;
}

/**
 * The last file of changes that began to come. It is read whole or not at all,
 * so one that was cut is not begun again: what it carries then comes file by
 * file, of which a cut costs one.
 */
export interface BegunChanges {
  name(): Promise<string | undefined>;
  note(name: string): void;
}

/** What the hub says of its current release. */
export type ReleaseAnswer = {
  /** The hub's clock, ms, if it told it. */
  readonly hubTime: number | undefined;
  /** When the newest timestamp was signed, ms. */
  readonly issued: number | undefined;
  readonly etag: string | undefined;
} & (
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'release';
      readonly accepted: AcceptedRelease;
      /** Codes of offices whose signature has expired: taken all the same, since they can change no price. */
      readonly lapsed: readonly string[];
      /** An object that came along with the metadata, unchecked, given the one that the kiosk has at this path. */
      readonly carried: (path: string, before: Uint8Array | undefined) => Uint8Array | undefined;
    }
);

/** Longest time, in ms, in which a new root is not asked for while the timestamp stays the same. */
export const rootEvery = 24 * 3_600_000;
/** Difference to a clock beside, ms, from which expiry cannot be judged. */
const clockDoubt = 24 * 3_600_000;

/**
 * Which delegated roles a kiosk has use for: every authority's, and of the
 * offices the own one with those above and below it. The others' hours are not
 * worth an hour of a commune's mobile data.
 */
export function wantedRole(office: string): (role: DelegatedRole) => boolean {
  return ({ name }) => !/^\d+$/.test(name) || office.startsWith(name) || name.startsWith(office);
}

/**
 * Asks the hub what is current, at the price of one small request while nothing
 * has changed, and otherwise by the client workflow of the specification. What
 * was proven on the way stays in `trust`, also when the rest is refused.
 *
 * @param known etag of the timestamp that is kept
 * @param settled the kiosk has the release that was named last, and a new root was
 * looked for lately: an unchanged timestamp is then all there is to know
 */
export async function askRelease(deps: SyncDeps, known: string | undefined, settled: boolean): Promise<Result<ReleaseAnswer, HubError | TrustError>> {
  const first = await getFile(deps, 'metadata/timestamp.json', limits.timestamp, known === undefined ? {} : { headers: { 'if-none-match': known } });
  if (!first.ok) return err(named(first.error));
  const hubTime = dateOf(first.value);
  const etag = first.value.headers.get('etag') ?? known;
  const kept = await deps.trust.read('timestamp.json');
  const timestamp = first.value.bytes ?? kept;
  if (timestamp === undefined) return err({ code: 'badStatus', path: 'metadata/timestamp.json', status: 304 });
  const unchanged = first.value.bytes === undefined || (kept !== undefined && sameBytes(first.value.bytes, kept));

  const now = deps.now();
  let failed: HubError | undefined;
  const fail = (error: TrustError): Result<never, HubError | TrustError> => {
    if (error.code === 'unreachable' && failed !== undefined) return err(failed);
    // Either the machine's clock or the hub's is wrong: expiry means nothing then.
    if (error.code === 'expired' && hubTime !== undefined && Math.abs(hubTime - now) > clockDoubt) return err({ ...error, code: 'clockWrong' });
    return err(error);
  };
  if (unchanged && settled) {
    const { expires, issued } = momentsOf(timestamp);
    if (expires === undefined || now >= expires) return fail({ code: 'expired', path: 'timestamp.json' });
    return ok({ kind: 'unchanged', hubTime, etag, issued });
  }

  const get = async (name: string, limit: number, onBegun = (): void => undefined): Promise<TrustResult<Uint8Array>> => {
    const answer = await getFile(deps, name, limit, { onBegun });
    if (answer.ok) return answer.value.bytes === undefined ? refuse('unreachable', name) : { ok: true, value: answer.value.bytes };
    if (answer.error.code === 'badStatus' && (answer.error.status === 404 || answer.error.status === 403)) return refuse('absent', name);
    if (answer.error.code === 'tooBig') return refuse('tooBig', name);
    failed = answer.error;
    return refuse('unreachable', name, answer.error.code);
  };
  const network: Fetcher = { metadata: async (name, limit) => (name === 'timestamp.json' ? { ok: true, value: timestamp } : get(`metadata/${name}`, limit)) };
  const fetcher = new ChangesFetcher(network, deps.trust, async (name, limit) => ((await deps.begun.name()) === name ? refuse('unreachable', name, 'cut before') : get(name, limit, () => deps.begun.note(name))));
  const slices = createSlices();
  const client = await TrustClient.open({ store: deps.trust, fetcher, now, pause: () => slices.pause() });
  if (!client.ok) return fail(client.error);
  const refreshed = await client.value.refresh();
  if (!refreshed.ok) return fail(refreshed.error);
  const targets = await client.value.allTargets(wantedRole(deps.office()));
  if (!targets.ok) return fail(targets.error);
  await nextTurn();
  const objects = objectsOf(targets.value);
  if (!objects.ok) return fail(objects.error);

  const { set } = client.value;
  await nextTurn();
  const manifest = sealedBytes(seal(deps.trust, client.value));
  await nextTurn();
  const frame = { hubTime, etag, issued: issuedAt(set.timestamp) };
  return ok({ ...frame, kind: 'release', lapsed: client.value.lapsedRoles(), accepted: { id: await releaseId(manifest), manifest, release: releaseOf(set, objects.value) }, carried: (path, before) => fetcher.object(path, before) });
}

/** The moments in a timestamp that was verified when it was kept, ms. */
function momentsOf(timestamp: Uint8Array): { readonly expires: number | undefined; readonly issued: number | undefined } {
  const file = parseMetadata('timestamp', timestamp, 'timestamp.json');
  return file.ok ? { expires: Date.parse(file.value.signed.expires), issued: issuedAt(file.value.signed) } : { expires: undefined, issued: undefined };
}

/** A hub without the file is a hub without content, not a broken one. */
function named(error: HubError): HubError | TrustError {
  return error.code === 'badStatus' && error.status === 404 ? { code: 'absent', path: 'timestamp.json' } : error;
}

function dateOf({ headers }: Answer): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : date;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
