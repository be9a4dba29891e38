import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPair, keyPairOf, pkcs8Of, signerOf, type Signer } from '../trust/signer.ts';
import { err, ok, type Result } from '../model/result.ts';

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

/**
 * The terminal's key, made if there is none. To be called as the agent's user:
 * the file is 0600. A broken one is not replaced: `broken`.
 */
export async function openTerminalKey(stateDir: string): Promise<Result<Signer, 'broken'>> {
  const there = await readTerminalKey(stateDir);
  if (there.ok) return there;
  if (there.error === 'broken') return err('broken');
  const pair = await generateKeyPair(true);
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const file = await open(join(stateDir, keyFileName), 'wx', 0o600);
  try {
    await file.writeFile(pemOf(await pkcs8Of(pair)));
    await file.sync();
  } finally {
    await file.close();
  }
  return ok(await signerOf(pair));
}
