import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Call, Command, Terminal } from '../../console/command.ts';
import { oneLine } from '../../console/one-line.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import { foundRepository, type Authority } from '../../repository/authority.ts';
import { failure, type RepositoryError } from '../../repository/error.ts';
import { memoryFolder, openFolder } from '../../repository/folder.ts';
import { makeKey, readableKeyId, type MadeKey } from '../../repository/key-file.ts';
import { expiryFrom } from '../../repository/times.ts';
import { utf8 } from '../../trust/bytes.ts';
import { Passphrases, passphraseOption } from './passphrases.ts';
import { ceremonyRecord, type RecordedRole } from './record.ts';

/** Holders of each offline role, and how many of them must sign. */
const holders = 3;
const threshold = 2;

const offline = ['root', 'targets'] as const;
type Offline = (typeof offline)[number];

async function namesOf(role: Offline, call: Call, terminal: Terminal): Promise<Result<readonly string[], RepositoryError>> {
  const given = [...call.texts(`${role}-holder`)];
  while (given.length < holders && terminal.ask !== undefined) given.push((await terminal.ask(`Name and office of ${role} key holder ${given.length + 1} of ${holders}`, false)).trim());
  if (given.length !== holders) return failure('badCall', `${given.length} holders of ${role} keys are named, and there are ${holders}.`, `Name each with --${role}-holder.`);
  return new Set(given).size === holders ? ok(given) : failure('badCall', `One person is named twice for ${role}.`, `Name ${holders} different people: two of them must agree.`);
}

interface Ceremony {
  readonly keys: Readonly<Record<Offline, readonly MadeKey[]>>;
  readonly online: Readonly<Record<'snapshot' | 'timestamp', MadeKey>>;
}

async function makeKeys(call: Call, terminal: Terminal, passphrases: Passphrases): Promise<Result<Ceremony, RepositoryError>> {
  const names: Partial<Record<Offline, readonly string[]>> = {};
  for (const role of offline) {
    const given = await namesOf(role, call, terminal);
    if (!given.ok) return given;
    names[role] = given.value;
  }
  const keys: Record<Offline, MadeKey[]> = { root: [], targets: [] };
  for (const role of offline) {
    for (const [index, holder] of (names[role] ?? []).entries()) {
      const passphrase = await passphrases.fresh(`New passphrase of ${holder} for ${role} key ${index + 1}`);
      if (!passphrase.ok) return passphrase;
      const made = await makeKey({ holder, passphrase: passphrase.value, demonstration: false });
      if (!made.ok) return made;
      keys[role].push(made.value);
    }
  }
  const snapshot = await makeKey({ holder: 'Hub, snapshot', passphrase: undefined, demonstration: false });
  const timestamp = await makeKey({ holder: 'Hub, timestamp', passphrase: undefined, demonstration: false });
  if (!snapshot.ok) return snapshot;
  return timestamp.ok ? ok({ keys, online: { snapshot: snapshot.value, timestamp: timestamp.value } }) : timestamp;
}

/** Everything that a ceremony leaves, by name: one folder a holder, so that each goes onto a stick of its own. */
async function filesOf({ keys, online }: Ceremony, now: number): Promise<Result<ReadonlyMap<string, Uint8Array>, RepositoryError>> {
  const authority: Authority = {
    roles: {
      root: { keys: keys.root.map(({ key }) => key), threshold },
      targets: { keys: keys.targets.map(({ key }) => key), threshold },
      snapshot: { keys: [online.snapshot.key], threshold: 1 },
      timestamp: { keys: [online.timestamp.key], threshold: 1 },
    },
    delegations: [],
  };
  const repository = memoryFolder();
  const signers = (role: Offline) => keys[role].map(({ signer }) => signer);
  const founded = await foundRepository(repository, { authority, rootSigners: signers('root'), targetsSigners: signers('targets'), demonstration: false, now });
  if (!founded.ok) return founded;

  const files = new Map<string, Uint8Array>();
  const record: RecordedRole[] = [];
  for (const role of offline) {
    for (const [index, made] of keys[role].entries()) {
      files.set(`${role}-${index + 1}/${role}-${index + 1}.key.json`, made.privateFile);
    }
    record.push({ role, threshold, expires: expiryFrom(role, now), keys: keys[role].map(({ holder, keyid }, index) => ({ holder, keyid, folder: `${role}-${index + 1}` })) });
  }
  for (const role of ['snapshot', 'timestamp'] as const) {
    files.set(`hub/${role}.key.json`, online[role].privateFile);
    record.push({ role, threshold: 1, expires: undefined, keys: [{ holder: 'the hub', keyid: online[role].keyid, folder: 'hub' }] });
  }
  for (const name of await repository.list('')) files.set(`repository/${name}`, (await repository.read(name)) ?? new Uint8Array());
  files.set('root.json', (await repository.read('metadata/1.root.json')) ?? new Uint8Array());
  files.set('record.html', utf8(ceremonyRecord(record, now)));
  return ok(files);
}

/** Makes the keys that everything else rests on. */
export const keysCeremony: Command = {
  name: 'keys ceremony',
  summary: 'Makes the offline root and targets keys (2 of 3 must sign), the hub’s keys, and the first metadata',
  options: {
    out: { type: 'string', value: 'DIR', help: 'new folder for everything that the ceremony makes' },
    'root-holder': { type: 'string', value: 'NAME', multiple: true, help: 'name and office of a root key’s holder; three of them; asked for otherwise' },
    'targets-holder': { type: 'string', value: 'NAME', multiple: true, help: 'the same for the targets keys' },
    'passphrase-file': passphraseOption,
  },
  details: [
    'Hold it on a machine without a network. Every holder types a passphrase of their own, twice.',
    'DIR/root-1 … DIR/targets-3  one key each: onto a stick for its holder, with a copy in a safe',
    'DIR/hub                     keys of the hub, in clear: it starts at night without anybody; they can change no text and no price',
    'DIR/repository              the first metadata: CONTENT_DIR of the hub',
    'DIR/root.json               what kiosks trust: built into the app',
    'DIR/record.html             print it, have everybody sign it, and keep it; it holds no secret',
  ].join('\n'),
  async run(call, terminal) {
    const given = call.text('out');
    if (given === undefined) {
      terminal.err('Name a new folder with --out.');
      return 2;
    }
    const out = resolve(terminal.cwd, given);
    if (existsSync(out)) return tellRefusal(terminal, failure('alreadyThere', `${given} is there already.`, 'Name a new folder: a ceremony overwrites nothing.').error);
    const made = await makeKeys(call, terminal, await Passphrases.open(call, terminal));
    if (!made.ok) return tellRefusal(terminal, made.error);
    const files = await filesOf(made.value, terminal.now());
    if (!files.ok) return tellRefusal(terminal, files.error);
    const [secret, open] = [openFolder(out, true), openFolder(out)];
    for (const [name, bytes] of files.value) await (name.endsWith('.key.json') ? secret : open).write(name, bytes);
    for (const role of offline) for (const { holder, keyid } of made.value.keys[role]) terminal.out(`${readableKeyId(keyid)}  ${role}  ${oneLine(holder)}`);
    const shown = relative(terminal.cwd, out) || out;
    terminal.out(`The ceremony’s keys and first metadata are in ${shown}. Print ${shown}/record.html; it says who takes what, and what to do when a key is lost or stolen.`);
    return 0;
  },
};
