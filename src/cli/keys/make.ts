import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Command } from '../../console/command.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { ok } from '../../model/result.ts';
import { failure } from '../../repository/error.ts';
import { openFolder } from '../../repository/folder.ts';
import { makeKey, readableKeyId } from '../../repository/key-file.ts';
import { Passphrases, passphraseOption } from './passphrases.ts';

/** Makes one person's key. */
export const keysMake: Command = {
  name: 'keys make',
  summary: 'Makes a key for an official of an authority or an office, or for the hub',
  options: {
    holder: { type: 'string', value: 'NAME', help: 'name and office of the person' },
    out: { type: 'string', value: 'NAME', help: 'writes NAME.key.json, to be kept, and NAME.public.json, to be handed on' },
    online: { type: 'boolean', help: 'a key of the hub, in clear: only for snapshot and timestamp' },
    'passphrase-file': passphraseOption,
  },
  details: 'Every person makes their own key on their own machine and hands on the public file alone.',
  async run(call, terminal) {
    const [holder, given] = [call.text('holder'), call.text('out')];
    if (holder === undefined || given === undefined) {
      terminal.err('Name the person with --holder and the file with --out.');
      return 2;
    }
    const out = resolve(terminal.cwd, given.replace(/(\.(key|public))?\.json$/, ''));
    const names = { key: `${basename(out)}.key.json`, public: `${basename(out)}.public.json` };
    for (const name of Object.values(names)) {
      if (existsSync(resolve(dirname(out), name))) return tellRefusal(terminal, failure('alreadyThere', `${name} is there already.`, 'Name another file: a key that is overwritten is lost.').error);
    }
    const passphrase = call.flag('online') ? ok(undefined) : await (await Passphrases.open(call, terminal)).fresh(`New passphrase of ${holder}`);
    if (!passphrase.ok) return tellRefusal(terminal, passphrase.error);
    const made = await makeKey({ holder, passphrase: passphrase.value, demonstration: false });
    if (!made.ok) return tellRefusal(terminal, made.error);
    const folder = openFolder(dirname(out), true);
    await folder.write(names.key, made.value.privateFile);
    await folder.write(names.public, made.value.publicFile);
    terminal.out(`Made the key ${readableKeyId(made.value.keyid)} of ${made.value.holder} in ${relative(terminal.cwd, out)}.key.json. Hand on ${names.public} alone.`);
    return 0;
  },
};
