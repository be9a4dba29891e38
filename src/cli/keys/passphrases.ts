import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Call, Option, Terminal } from '../../console/command.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import { checkPassphrase, openKeyFile, parseKeyFile, type KeyFile } from '../../repository/key-file.ts';
import type { Signer } from '../../trust/signer.ts';

/** Where passphrases come from where nobody types them. */
export const passphraseOption: Option = { type: 'string', value: 'FILE', multiple: true, help: 'file with passphrases, one a line, in the order in which they would be asked for; one line serves for all' };

/** Keys that sign. */
export const keyOption: Option = { type: 'string', value: 'FILE', multiple: true, help: 'key file of a signer; repeat it for each who is present' };

/** How often a mistyped passphrase may be typed again. */
const tries = 3;

/** Asks for passphrases on the terminal, or takes them from files. */
export class Passphrases {
  readonly #terminal: Terminal;
  readonly #lines: readonly string[] | undefined;
  #next = 0;

  private constructor(terminal: Terminal, lines: readonly string[] | undefined) {
    this.#terminal = terminal;
    this.#lines = lines;
  }

  /** Reads the files that a call names, if it names any. What cannot be read is thrown, as for any file. */
  static async open(call: Call, terminal: Terminal): Promise<Passphrases> {
    const files = call.texts('passphrase-file');
    if (files.length === 0) return new Passphrases(terminal, undefined);
    const texts = await Promise.all(files.map((file) => readFile(resolve(terminal.cwd, file), 'utf8')));
    return new Passphrases(terminal, texts.flatMap((text) => text.split(/\r?\n/).filter((line) => line !== '')));
  }

  /** Whether a person answers. */
  get isAsked(): boolean {
    return this.#lines === undefined;
  }

  /** The passphrase of a key that exists. @param question what is asked, without a colon */
  async existing(question: string): Promise<Result<string, RepositoryError>> {
    if (this.#lines !== undefined) {
      const line = this.#lines.length === 1 ? this.#lines[0] : this.#lines[this.#next++];
      return line === undefined ? failure('badCall', `The passphrase files have no line left for: ${question}.`, 'Write one passphrase a line, in the order of the keys.') : ok(line);
    }
    if (this.#terminal.ask === undefined) return failure('badCall', 'Nobody can be asked for a passphrase here.', 'Run the command in a terminal, or name a file with --passphrase-file.');
    return ok(await this.#terminal.ask(question, true));
  }

  /** A passphrase for a new key, typed twice. */
  async fresh(question: string): Promise<Result<string, RepositoryError>> {
    for (;;) {
      const first = await this.existing(question);
      if (!first.ok) return first;
      const strong = checkPassphrase(first.value);
      if (!strong.ok) {
        if (!this.isAsked) return strong;
        this.#terminal.err(`${strong.error.message} ${strong.error.mend}`);
        continue;
      }
      if (!this.isAsked) return first;
      const again = await this.existing(`${question}, again`);
      if (!again.ok || again.value === first.value) return again;
      this.#terminal.err('The two are not the same; type it anew.');
    }
  }
}

/** Reads a key file, private or public. */
export async function readKeyFile(terminal: Terminal, name: string): Promise<Result<KeyFile, RepositoryError>> {
  return parseKeyFile(await readFile(resolve(terminal.cwd, name)), name);
}

/** Opens every key that a call names, asking each holder for their passphrase. */
export async function openSigners(call: Call, terminal: Terminal): Promise<Result<readonly Signer[], RepositoryError>> {
  const passphrases = await Passphrases.open(call, terminal);
  const signers: Signer[] = [];
  for (const name of call.texts('key')) {
    const file = await readKeyFile(terminal, name);
    if (!file.ok) return file;
    const signer = await openOne(file.value, name, passphrases, terminal);
    if (!signer.ok) return signer;
    if (signers.some(({ keyid }) => keyid === signer.value.keyid)) return failure('badCall', `${name} is the same key as one named before.`, 'Name each key once: two signatures need two keys.');
    signers.push(signer.value);
  }
  return signers.length > 0 ? ok(signers) : failure('badCall', 'No key is named.', 'Name the key file of each signer who is present with --key.');
}

async function openOne(file: KeyFile, name: string, passphrases: Passphrases, terminal: Terminal): Promise<Result<Signer, RepositoryError>> {
  for (let attempt = 1; ; attempt++) {
    let refused: RepositoryError | undefined;
    const signer = await openKeyFile(file, name, async () => {
      const typed = await passphrases.existing(`Passphrase of ${file.holder} (${basename(name)})`);
      if (typed.ok) return typed.value;
      refused = typed.error;
      return '';
    });
    if (refused !== undefined) return err(refused);
    if (signer.ok || signer.error.code !== 'wrongPassphrase' || !passphrases.isAsked || attempt === tries) return signer;
    terminal.err(signer.error.message);
  }
}
