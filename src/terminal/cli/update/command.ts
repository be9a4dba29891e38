import { access, chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Call, Command, ExitCode, Terminal } from '../../../console/command.ts';
import { waitingFor } from '../../../console/progress.ts';
import { tellRefusal, type Refusal } from '../../../console/refusal.ts';
import { err, ok, type Result } from '../../../model/result.ts';
import { consoleUnit, places, units } from '../../places.ts';
import type { Machine } from '../machine.ts';
import { askWhether } from '../provision/ask.ts';
import { cannotChange } from '../refusals.ts';
import { readAgentState, unitStates } from '../state.ts';
import { endBrokenOff, runApt, withOpenFirewall } from './apt.ts';
import { installedVersion, isNewer, readPackage, type PackageFile } from './package-file.ts';

/** Copies this terminal's packages from a stick into a folder. @returns their paths */
async function packagesFromStick(machine: Machine, terminal: Terminal, folder: string): Promise<Result<readonly string[], Refusal>> {
  const ran = await waitingFor(terminal, 'Looking for packages on USB sticks', () => machine.run('unshare', ['--mount', '--propagation', 'private', machine.at(join(places.programs, 'packages-from-stick')), folder], { limit: 300_000, signal: terminal.signal }));
  const said = ran.kind === 'ended' ? ran.out : '';
  const names = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  if (names.length > 0) return ok(names.map((name) => join(folder, name)));
  if (!/^stick /m.test(said)) return err({ code: 'noStick', message: 'No USB stick is plugged in.', mend: 'Plug it in and run the command again.' });
  return err({ code: 'noPackage', message: 'There is no package for this machine on the stick.', mend: 'It must lie in its top folder or in owso-packages, and be named owso-kiosk-terminal_VERSION_ARCHITECTURE.deb.' });
}

/** Of several packages the newest that can be used; if none can, why not. */
async function newestOf(machine: Machine, paths: readonly string[]): Promise<Result<PackageFile, Refusal>> {
  let newest: PackageFile | undefined;
  let refused: Result<PackageFile, Refusal> | undefined;
  for (const path of paths) {
    const read = await readPackage(machine, path);
    if (!read.ok) refused = read;
    else if (newest === undefined || (await isNewer(machine, read.value.version, newest.version))) newest = read.value;
  }
  return newest === undefined ? (refused ?? err({ code: 'noPackage', message: 'No package was named.', mend: 'owso-kiosk update --help' })) : ok(newest);
}

/** Whether this package may be installed over what is there. */
async function mayInstall(machine: Machine, call: Call, terminal: Terminal, file: PackageFile): Promise<Refusal | 'same' | 'stopped' | undefined> {
  const before = await installedVersion(machine);
  terminal.err(`${basename(file.path)}: version ${file.version}${before === undefined ? '' : `, over ${before}`}`);
  terminal.err(`SHA-256 ${file.sha256}`);
  const wanted = call.text('sha256')?.toLowerCase();
  if (wanted !== undefined && wanted !== file.sha256) return { code: 'wrongHash', message: 'The file is not the one with the SHA-256 that you gave.', mend: 'Do not install it. Copy it again; if it differs again, tell the ministry who gave it to you.' };
  if (before === file.version && !call.flag('again')) return 'same';
  if (before !== undefined && before !== file.version && !(await isNewer(machine, file.version, before)) && !call.flag('allow-downgrade')) return { code: 'older', message: `Version ${file.version} is older than ${before}, which is installed.`, mend: 'If you mean to go back, add --allow-downgrade.' };
  if (wanted === undefined && terminal.ask !== undefined && !(await askWhether(terminal, terminal.ask, 'Is this the SHA-256 that the ministry published', 'no'))) return 'stopped';
  return undefined;
}

async function installPackage(machine: Machine, call: Call, terminal: Terminal, folder: string): Promise<ExitCode> {
  const named = call.positionals[0];
  const paths = named === undefined ? await packagesFromStick(machine, terminal, folder) : ok([resolve(terminal.cwd, named)]);
  if (!paths.ok) return tellRefusal(terminal, paths.error);
  for (const path of paths.value) if (!(await access(path).then(() => true, () => false))) return tellRefusal(terminal, { code: 'noFile', message: `There is no file ${path}.`, mend: 'Is the name right?' });
  const file = await newestOf(machine, paths.value);
  if (!file.ok) return tellRefusal(terminal, file.error);
  await endBrokenOff(machine, terminal);
  const refused = await mayInstall(machine, call, terminal, file.value);
  if (refused === 'stopped') return 1;
  if (refused === 'same') {
    terminal.out(`Version ${file.value.version} is installed already. To put all its files back as they were: --again`);
    return 0;
  }
  if (refused !== undefined) return tellRefusal(terminal, refused);
  // What was looked at is what is installed: a copy that nobody else can change.
  const copy = join(folder, `checked-${basename(file.value.path)}`);
  await copyFile(file.value.path, copy);
  const checked = await readPackage(machine, copy);
  if (!checked.ok || checked.value.sha256 !== file.value.sha256) return tellRefusal(terminal, { code: 'changed', message: 'The file changed while it was read.', mend: 'Copy it to this machine first, and name that copy.' });
  const [again, debian] = [call.flag('again'), call.flag('debian')];
  // Apt refuses a machine on which something is missing that is needed, unless it may fetch that.
  const how = [...(call.flag('allow-downgrade') ? ['--allow-downgrades'] : []), ...(again ? ['--reinstall'] : []), ...(again && debian ? ['--fix-broken', '--no-remove'] : [])];
  const install = (): Promise<string | undefined> => runApt(machine, terminal, 'Installing', ['install', ...how, copy], again ? 'putBack' : 'kept');
  const failure = debian ? await withOpenFirewall(machine, terminal, async () => (await runApt(machine, terminal, 'Reading Debian’s lists', ['update'])) ?? install()) : await install();
  if (failure !== undefined) return tellRefusal(terminal, { code: 'notInstalled', message: `The package was not installed: ${failure}`, mend: debian ? 'The old version goes on. Mend that and run the command again.' : 'The old version goes on. If packages of Debian are missing, add --debian.' });
  terminal.out(`Version ${file.value.version} is installed. Next: ${(await isReleased(machine)) ? lockFirst : 'owso-kiosk doctor'}`);
  return 0;
}

async function isReleased(machine: Machine): Promise<boolean> {
  return (await unitStates(machine, [consoleUnit]))?.[0]?.active === 'active';
}

/** What comes next on a console that the kiosk will take the place of. */
const lockFirst = 'owso-kiosk lock, then ‘Examine this terminal’ in the operator’s panel';

async function upgradeDebian(machine: Machine, terminal: Terminal): Promise<ExitCode> {
  await endBrokenOff(machine, terminal);
  const failure = await withOpenFirewall(machine, terminal, async () => (await runApt(machine, terminal, 'Reading Debian’s lists', ['update'])) ?? runApt(machine, terminal, 'Upgrading', ['upgrade', '--with-new-pkgs']));
  if (failure !== undefined) return tellRefusal(terminal, { code: 'notUpgraded', message: `Debian’s updates were not installed: ${failure}`, mend: 'Is the machine on a network that reaches Debian? Run the command again.' });
  if (await isReleased(machine)) {
    terminal.out(`Debian is up to date. Next: ${lockFirst}`);
    return 0;
  }
  const screen = (await readAgentState(machine))?.page?.health.screen;
  if (screen === 'visit' || screen === 'private') {
    terminal.out('Debian is up to date. Somebody is at the terminal: a new Chromium is used after the next nightly restart.');
    return 0;
  }
  await waitingFor(terminal, 'Starting the display anew', () => machine.run('systemctl', ['try-restart', units.display], { limit: 120_000 }));
  terminal.out('Debian is up to date, and the display was started anew. Next: owso-kiosk doctor');
  return 0;
}

/** `owso-kiosk update`. */
export function updateCommand(machine: Machine): Command {
  return {
    name: 'update',
    summary: 'Installs a newer package of the terminal, or Debian’s security updates',
    optionals: ['FILE'],
    options: {
      'from-stick': { type: 'boolean', help: 'takes the newest package of a USB stick' },
      debian: { type: 'boolean', help: 'lets apt out to Debian while the command runs; alone: upgrades Debian' },
      sha256: { type: 'string', value: 'HEX', help: 'installs the file only if it is this one' },
      again: { type: 'boolean', help: 'installs the version that is there once more, and puts back every file of it that was changed or lost' },
      'allow-downgrade': { type: 'boolean', help: 'goes back to an older version' },
    },
    details: 'Settings, key and content stay. The firewall is opened only with --debian, and closed again whatever happens.',
    async run(call, terminal) {
      const refused = await cannotChange(machine);
      if (refused !== undefined) return tellRefusal(terminal, refused);
      const ofPackage = [call.positionals[0] !== undefined, call.flag('from-stick')].filter(Boolean).length;
      if (ofPackage === 2) return tellRefusal(terminal, { code: 'badCall', message: 'Both a file and --from-stick were given.', mend: 'Give one of them.' });
      if (ofPackage === 0 && !call.flag('debian')) return tellRefusal(terminal, { code: 'badCall', message: 'What is to be installed was not said.', mend: 'Name a package’s file, or give --from-stick or --debian.' });
      if (ofPackage === 0) return upgradeDebian(machine, terminal);
      const folder = await mkdtemp(join(tmpdir(), 'owso-update-'));
      // Apt reads files as an account of its own.
      await chmod(folder, 0o755);
      try {
        return await installPackage(machine, call, terminal, folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
