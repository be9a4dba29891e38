import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/terminal/cli/doctor/finding.ts';
import { PanelWatch } from './faults/panel-watch.ts';
import { Container } from './support/container.ts';
import { because, containerLacks, debianOf, triedSuites, whole } from './support/requirements.ts';
import { cleanRoot, mirrors, terminalPackage, toolPackages } from './support/root.ts';
import { Technician } from './support/technician.ts';
import { attractScreen } from './support/terminal.ts';

const project = resolve(import.meta.dirname, '../..');
const document = (path: string): string => readFileSync(resolve(project, path), 'utf8');
/** The lines that a document tells the technician to type. */
const block = (path: string): string[] => (/two commands[\s\S]*?```sh\n([\s\S]*?)```/.exec(document(path))?.[1] ?? '').trim().split('\n');
const typed = block('README.md');

const lacking = (await containerLacks()) ?? (whole ? undefined : 'fetches and installs some hundred packages: in the whole form (`npm run test:terminal`)');
const pin = '730519';

describe('the two commands', () => {
  it('are the same in both documents, and name the package of this version', () => {
    const { version } = JSON.parse(document('package.json')) as { readonly version: string };
    expect(typed).toEqual([`apt install ./owso-kiosk-terminal_${version}_amd64.deb`, 'owso-kiosk provision']);
    expect(block('kiosk-config/terminal/README.md')).toEqual(typed);
  });
});

/** Lays the machine a cable to Debian's packages and to nothing else: their servers' names lead through loopback to us. @returns the way to pull it */
async function cableToDebian(machine: Container): Promise<() => void> {
  const pulls: (() => void)[] = [];
  const { main, security } = await mirrors();
  for (const site of new Set([main, security ?? main].map((address) => new URL(address).origin))) {
    const { hostname, port, protocol } = new URL(site);
    const number = Number(port) || (protocol === 'https:' ? 443 : 80);
    await machine.sh(`grep -qw '${hostname}' /etc/hosts || echo '127.0.0.1 ${hostname}' >>/etc/hosts`);
    pulls.push(await machine.serve(number, (inside) => {
      const outside = connect(number, hostname);
      inside.pipe(outside).pipe(inside);
      const end = (): void => void (inside.destroy(), outside.destroy());
      inside.on('error', end);
      outside.on('error', end);
    }));
  }
  return () => pulls.forEach((pull) => pull());
}

/** Milliseconds of apt's download, and how much it was, by what apt says. */
function fetched(said: string): { readonly milliseconds: number; readonly size: string } {
  const [, size = '?', hours, minutes, seconds] = /Fetched ([\d.,]+ [kMG]?B) in (?:(\d+)h )?(?:(\d+)min )?(?:(\d+)s)?/.exec(said) ?? [];
  return { milliseconds: ((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1_000, size };
}

describe.skipIf(lacking !== undefined).each(triedSuites)(`one technician, bare Debian, two commands, ten minutes: on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;
  let pull: (() => void) | undefined;
  let before: readonly string[];
  let installing = 0;
  let download: ReturnType<typeof fetched>;
  const running = async (): Promise<readonly string[]> => (await machine.sh("systemctl list-units --type=service --state=running --no-legend --plain | cut -d ' ' -f 1")).trim().split('\n');

  beforeAll(async () => {
    const file = terminalPackage() ?? '';
    machine = await Container.create(await cleanRoot(suite));
    await machine.start();
    pull = await cableToDebian(machine);
    // As Debian's installer does at its end, and debootstrap does not.
    await machine.sh('apt-get update', { timeout: 300_000 });
    await machine.write(`/root/${basename(file)}`, readFileSync(file));
    before = await running();
  }, 900_000);
  afterAll(async () => {
    pull?.();
    await machine?.remove();
  });

  it('the first installs the terminal from Debian as it is, with what apt recommends, and asks no more than apt does', async () => {
    const began = performance.now();
    const technician = new Technician(machine, typed[0] ?? '');
    await technician.answers(/ontinue\? \[Y\/n\] $/, '', 120_000);
    expect(await technician.ended, technician.said.slice(-4_000)).toBe(0);
    installing = performance.now() - began;
    download = fetched(technician.said);
    expect(technician.said).toContain('run `owso-kiosk provision` to set this machine up as a kiosk');
    // Debian's Chromium and its helpers recommend what a desktop has: a printer's icon that brings network discovery, popups, a terminal emulator.
    const more = (await running()).filter((unit) => !before.includes(unit));
    expect(more).toEqual(['seatd.service']);
    expect((await machine.exec('command -v x-terminal-emulator || ls /etc/X11/default-display-manager')).stdout).toBe('');
  }, 1_800_000);

  it('the second asks, and the attract screen is there', async () => {
    // Of the test's panel: not before the first command, which has to do with what a bare Debian has.
    await machine.sh(`DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${toolPackages.join(' ')}`, { timeout: 300_000 });
    const began = performance.now();
    const technician = new Technician(machine, typed[1] ?? '');
    const question = (text: string): RegExp => new RegExp(`${text}[^\\n]*: $`);
    await technician.answers(question('Code of the office'), '99010', 60_000);
    await technician.sees(/no office 99010\.[\s\S]*990101 /, 5_000);
    await technician.answers(question('Code of the office'), '990101');
    await technician.answers(question('Is this the office \\[yes\\]'), '');
    await technician.answers(question('Name of this terminal'), 'lobby-2');
    await technician.answers(question('Address of the hub.* \\[-\\]'), '');
    await technician.answers(question('Diagonal'), '27');
    await technician.answers(question('Clockwise turn of the picture'), '0');
    await technician.answers(question('The camera looks at the person'), 'user');
    await technician.answers(question('When the screen is on'), '-');
    // Where nothing is plugged in that types, nothing is asked.
    if ((await technician.sees(/(?:barcode scanner|PIN of the operator)[^\n]*: $/, 10_000)).startsWith('barcode')) await technician.answers(question('barcode scanner'), '-');
    await technician.answers(question('PIN of the operator’s panel'), '112211');
    await technician.sees(/tried first/, 5_000);
    await technician.answers(question('PIN of the operator’s panel'), pin);
    await technician.answers(question('The same PIN again'), pin);
    expect(await technician.ended, technician.said.slice(-4_000)).toBe(0);
    await attractScreen(machine, 20_000);
    const took = installing + (performance.now() - began);
    expect((await (await PanelWatch.on(machine)).look()).shown).toBe('the page');
    expect(technician.said).toContain('This terminal is set up.');
    expect(technician.said).not.toMatch(new RegExp(`${pin}|112211`));
    const minutes = (milliseconds: number): string => (milliseconds / 60_000).toFixed(1);
    process.stderr.write(`  ${debianOf[suite]}: the two commands took ${minutes(took)} minutes, of which apt fetched ${download.size} in ${minutes(download.milliseconds)}\n`);
    expect(took / 60_000).toBeLessThan(10);
  }, 600_000);

  it('and it is locked and well, but for the touch screen that a container has not', async () => {
    const { stdout } = await machine.exec('owso-kiosk doctor --json', { timeout: 120_000 });
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
    expect(findings.filter(({ status }) => status === 'fault' || status === 'unknown').map(({ check, says }) => `${check}: ${says}`)).toEqual(['touch: There is no touch screen.']);
  }, 180_000);
});
