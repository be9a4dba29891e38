import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPair, keyPairOf, pkcs8Of, signerOf, type Signer } from '../trust/signer.ts';
import { err, ok, type Result } from '../model/result.ts';
import { writeWhole } from './write-whole.ts';

/** The terminal's key in the agent's state folder: made here, read by the agent alone, never handed out. */
export const keyFileName = 'key.pem';

const begin = '-----BEGIN PRIVATE KEY-----';
const end = '-----END PRIVATE KEY-----';

function pemOf(pkcs8: Uint8Array): string {
  return `${begin}\n${Buffer.from(pkcs8).toString('base64')}\n${end}\n`;
}

async function signerOfPem(text: string): Promise<Signer | undefined> {
  const body = text.trim();
  if (!body.startsWith(begin) || !body.endsWith(end)) return undefined;
  try {
    return await signerOf(await keyPairOf(new Uint8Array(Buffer.from(body.slice(begin.length, -end.length), 'base64'))));
  } catch {
    // Cut or flipped bytes: no Ed25519 key.
    return undefined;
  }
}

/** Reads the terminal's key. `absent`: none was made yet; `broken`: the file is no key, and the terminal has to be enrolled anew. */
export async function readTerminalKey(stateDir: string): Promise<Result<Signer, 'absent' | 'broken'>> {
  let text: string;
  try {
    text = await readFile(join(stateDir, keyFileName), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return err('absent');
    throw error;
  }
  const signer = await signerOfPem(text);
  return signer === undefined ? err('broken') : ok(signer);
}

/** A key that counts once the hub has taken it. */
export interface NextKey {
  readonly signer: Signer;
  /** Makes it the terminal's key, in the place of the one before. */
  keep(): Promise<void>;
  /** To be called when the enrolment is kept, too: the next one has another key. */
  forget(): Promise<void>;
}

const nextKeyFileName = 'key-next.pem';

/**
 * The key of the next enrolment. Each has one of its own: of a disk that was
 * copied, both machines have the same key, and whichever is enrolled anew would
 * take the other's place at the hub. It is on the disk before the hub hears of it,
 * so that an enrolment that was broken off is done again with the same code. To be
 * called as the agent's user: the files are 0600.
 */
export async function openNextKey(stateDir: string): Promise<NextKey> {
  const file = join(stateDir, nextKeyFileName);
  let pem = await readFile(file, 'utf8').catch(() => '');
  let signer = await signerOfPem(pem);
  if (signer === undefined) {
    const pair = await generateKeyPair(true);
    pem = pemOf(await pkcs8Of(pair));
    signer = await signerOf(pair);
    await writeWhole(file, pem, 0o600);
  }
  return {
    signer,
    keep: () => writeWhole(join(stateDir, keyFileName), pem, 0o600),
    forget: () => rm(file, { force: true }),
  };
}
