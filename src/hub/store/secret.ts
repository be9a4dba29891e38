import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistrationCode } from '../../model/registration-code.ts';

/**
 * Registration codes are kept only as HMAC-SHA-256 under a secret of the hub,
 * so that whoever gets the database alone has no code of anybody.
 */
export interface CodeSecret {
  hash(code: RegistrationCode): Uint8Array;
  /** The same for other short secrets and names; another purpose, another hash. */
  hashText(purpose: 'enrolment code' | 'account name', text: string): Uint8Array;
  /** The same for the same secret: tells whether a database belongs to it. */
  proof(): Uint8Array;
}

/** A secret from its 32 bytes. */
export function codeSecret(key: Uint8Array): CodeSecret {
  const mac = (purpose: string, text: string): Uint8Array => createHmac('sha256', key).update(`${purpose}\n${text}`).digest();
  return { hash: (code) => mac('registration code', code.canonical), hashText: mac, proof: () => mac('proof', '') };
}

/** A secret that lasts as long as the process. */
export function passingSecret(): CodeSecret {
  return codeSecret(randomBytes(32));
}

/** Reads the secret of a data folder, or makes one (mode 0600). Throws when the file holds something else. */
export function secretOfFolder(folder: string): CodeSecret {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'registration-code.secret');
  try {
    // `wx`: never over an existing one, or every code in the database would be lost.
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    chmodSync(file, 0o600);
  }
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${file} is not a hub's secret: put the file back from your backup, or remove it together with hub.sqlite to start empty`);
  return codeSecret(Buffer.from(text, 'hex'));
}
