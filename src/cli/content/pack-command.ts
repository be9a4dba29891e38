import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Call, Command, Terminal } from '../../console/command.ts';
import { tellRefusal } from '../../console/refusal.ts';
import { ok, type Result } from '../../model/result.ts';
import { copyRepository, folderSource } from '../../repository/copy.ts';
import { failure, fromTrust, type RepositoryError } from '../../repository/error.ts';
import { openFolder, type RepositoryFolder } from '../../repository/folder.ts';
import { timestampName } from '../../repository/names.ts';
import { packRepository, type Baseline } from '../../repository/pack.ts';
import { readAnchor } from '../carry/stick.ts';
import { repositoryOf, repositoryOption } from '../hub-settings.ts';

/** Packs from the root that is named, or from the repository's own; `given` is the folder as it was named. */
async function packed(repository: RepositoryFolder, given: string, root: string | undefined, terminal: Terminal): Promise<Result<Baseline, RepositoryError>> {
  if (root === undefined) return packRepository(repository, terminal.now());
  const anchor = await readAnchor(terminal, root);
  if (!anchor.ok) return anchor;
  if ((await repository.read(timestampName)) === undefined) return failure('noRepository', `There is no published content in ${given}.`, 'Name the folder of a signed repository, as the hub that publishes has it in its CONTENT_DIR; publish first (content publish).');
  const baseline = await packRepository(repository, terminal.now(), anchor.value);
  if (baseline.ok || (baseline.error.code !== 'thresholdNotMet' && baseline.error.code !== 'forged')) return baseline;
  return failure(baseline.error.code, `What lies in ${given} is not signed by the keys that ${root} leads to: ${baseline.error.message}`, 'Take root.json and content of the same ceremony. If they are, somebody changed the content: bring it from the hub again.');
}

async function write(call: Call, terminal: Terminal, repository: RepositoryFolder, baseline: Baseline): Promise<Result<void, RepositoryError>> {
  const published = call.text('published');
  if (published !== undefined) {
    const copy = await copyRepository({ from: folderSource(repository), to: openFolder(resolve(terminal.cwd, published)), anchor: baseline.root, now: terminal.now() });
    if (!copy.ok) return fromTrust(copy.error);
  }
  const out = resolve(terminal.cwd, call.text('out') ?? '');
  await mkdir(out, { recursive: true });
  const folder = openFolder(out);
  await folder.write('packed.json', baseline.packed);
  await folder.write('root.json', baseline.root);
  return ok(undefined);
}

/** Packs the published edition for the app. */
export const contentPack: Command = {
  name: 'content pack',
  summary: 'Packs the published edition and the root that kiosks trust, to be built into the app',
  options: {
    repository: repositoryOption,
    root: { type: 'string', value: 'FILE', help: 'the root from which everything is verified; otherwise the repository’s own' },
    out: { type: 'string', value: 'DIR', help: 'folder of packed.json and root.json', default: '.build/baseline' },
    published: { type: 'string', value: 'DIR', help: 'also writes the edition there as a repository, and nothing that does not belong to it' },
  },
  details: 'Every signature and every object is verified first, as a kiosk would.',
  async run(call, terminal) {
    const place = repositoryOf(call, terminal);
    if (place === undefined) return 1;
    const repository = openFolder(place);
    const baseline = await packed(repository, call.text('repository') ?? place, call.text('root'), terminal);
    if (!baseline.ok) return tellRefusal(terminal, baseline.error);
    const written = await write(call, terminal, repository, baseline.value);
    if (!written.ok) return tellRefusal(terminal, written.error);
    const { edition, objects, demonstration } = baseline.value;
    const out = resolve(terminal.cwd, call.text('out') ?? '');
    terminal.out(`Packed edition ${edition} with ${objects} objects into ${relative(terminal.cwd, out) || out}${demonstration ? '; kiosks call it a sample' : ''}.`);
    return 0;
  },
};
