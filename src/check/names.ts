import * as v from 'valibot';
import { identifierSchema } from '../model/identifier.ts';
import { localizedTextSchema, type LocalizedText } from '../model/text.ts';
import { utf8Text } from '../trust/bytes.ts';
import type { TrustClient } from '../trust/client.ts';
import { limits } from '../trust/limits.ts';
import { objectUrlPath } from '../trust/release.ts';
import { refuse, trusted, type TrustResult } from '../trust/result.ts';
import { feeIn, servicePath } from '../trust/statement.ts';
import type { Fee } from '../trust/statement-code.ts';
import { checkBytes } from '../trust/trusted-metadata.ts';

/** Brings the bytes of an object by its path below `/content/targets/`. They are checked here. */
export type ObjectSource = (path: string, limit: number) => Promise<TrustResult<Uint8Array>>;

/** What identifiers are called, as far as it is known. */
export interface Names {
  readonly authority?: LocalizedText;
  readonly service?: LocalizedText;
  readonly cost?: LocalizedText;
}

/** What the release that is trusted says of a fee. */
export interface InRelease {
  readonly names: Names;
  /** The fee as the release has it; `gone`: it has no such fee; `unknown`: it could not be asked. */
  readonly fee: Fee | 'gone' | 'unknown';
}

const serviceSchema = v.looseObject({
  title: localizedTextSchema,
  costs: v.array(v.looseObject({ identifier: identifierSchema, title: v.optional(localizedTextSchema) })),
});
const packSchema = v.looseObject({ organisations: v.array(v.looseObject({ identifier: identifierSchema, title: localizedTextSchema })) });

/** Looks a fee up in the trusted release. Whatever cannot be had or proven is left out: the statement itself needs none of it. */
export async function lookUp(fee: Fee, client: TrustClient, objects: ObjectSource): Promise<InRelease> {
  const [service, pack] = await Promise.all([object(servicePath(fee), client, objects), object('catalogue/pack.json', client, objects)]);
  const organisations = pack.ok ? v.safeParse(packSchema, pack.value) : undefined;
  const authority = organisations?.success === true ? organisations.output.organisations.find(({ identifier }) => identifier === fee.authority)?.title : undefined;
  if (!service.ok) return { names: named({ authority }), fee: service.error.code === 'notDelegated' ? 'gone' : 'unknown' };
  const parsed = v.safeParse(serviceSchema, service.value);
  const own = parsed.success ? parsed.output : undefined;
  const cost = own?.costs.find(({ identifier }) => identifier === fee.cost)?.title;
  return { names: named({ authority, service: own?.title, cost }), fee: feeIn(service.value, fee.cost) ?? (own === undefined ? 'unknown' : 'gone') };
}

function named(names: { readonly [K in keyof Names]: Names[K] | undefined }): Names {
  return Object.fromEntries(Object.entries(names).filter(([, text]) => text !== undefined));
}

async function object(path: string, client: TrustClient, objects: ObjectSource): Promise<TrustResult<unknown>> {
  const target = await client.target(path);
  if (!target.ok) return target;
  const { file } = target.value;
  const sha256 = file.hashes['sha256'];
  if (sha256 === undefined || file.length > limits.object) return refuse('corrupt', path);
  const bytes = await objects(objectUrlPath(path, { sha256 }), file.length);
  if (!bytes.ok) return bytes;
  const whole = await checkBytes(bytes.value, file, path);
  if (!whole.ok) return whole;
  try {
    return trusted(JSON.parse(utf8Text(bytes.value) ?? '') as unknown);
  } catch {
    return refuse('corrupt', path, 'not JSON');
  }
}
