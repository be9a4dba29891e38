import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/terminal/cli/doctor/finding.ts';
import { must, until } from './support/command.ts';
import { Container } from './support/container.ts';
import { press } from './support/input.ts';
import { compare, decode } from './support/picture.ts';
import { because, containerLacks, triedSuites } from './support/requirements.ts';
import { terminalPackage, terminalRoot } from './support/root.ts';
import { agentState, attractScreen } from './support/terminal.ts';

const lacking = await containerLacks();

/** Answers as a technician has them on a stick. */
const answers = "office: '990101'\nkiosk: lobby-2\ndiagonal: 27\npin: '730519'\n";

/** The package that was built, but for its version. */
async function packageOf(version: string): Promise<Buffer> {
  const work = mkdtempSync(join(tmpdir(), 'owso-package-'));
  try {
    await must('dpkg-deb', ['--raw-extract', terminalPackage() ?? '', join(work, 'tree')]);
    const control = join(work, 'tree/DEBIAN/control');
    writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
    await must('dpkg-deb', ['--build', '-Znone', '--root-owner-group', join(work, 'tree'), join(work, 'out.deb')]);
    return readFileSync(join(work, 'out.deb'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

describe.skipIf(lacking !== undefined).each(triedSuites)(`the technician's command on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;
  const doctor = async (): Promise<{ readonly code: number; readonly findings: readonly Finding[] }> => {
    const { code, stdout } = await machine.exec('owso-kiosk doctor --json', { timeout: 90_000 });
    return { code, findings: (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings };
  };
  const bad = (findings: readonly Finding[]): readonly string[] => findings.filter(({ status }) => status === 'fault' || status === 'unknown').map(({ check, says }) => `${check}: ${says}`);

  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), { 'root/answers.yaml': { content: answers } });
    await machine.start();
  }, 900_000);
  afterAll(() => machine?.remove());

  it('is on a machine whose network stays open until then, also after a restart', async () => {
    expect((await machine.exec('nft list tables')).stdout).not.toContain('owso');
    expect((await machine.exec('systemctl --failed --no-legend')).stdout).not.toContain('owso');
  });

  it('turns the bare machine into a kiosk: settings, PIN, firewall, services, and the attract screen', async () => {
    expect((await machine.exec('owso-kiosk status')).stderr).toContain('owso-kiosk provision');
    const said = await machine.sh('owso-kiosk provision --from /root/answers.yaml', { timeout: 120_000 });
    expect(said).toContain('This terminal is set up.');
    await attractScreen(machine, 20_000);
    expect((await machine.sh('stat -c "%U:%G %a" /etc/owso-kiosk/pin /etc/owso-kiosk/terminal.yaml')).trim().split('\n')).toEqual(['root:owso-kiosk-agent 640', 'root:root 644']);
    expect(await machine.sh('nft list table inet owso_kiosk')).toContain('policy drop');
    expect(await machine.sh('owso-kiosk status')).toMatch(/lobby-2, office 990101[\s\S]*nobody is there[\s\S]*all run/);
  });

  it('finds it locked and well, but for the touch screen that a container has not', async () => {
    const { code, findings } = await doctor();
    expect(bad(findings)).toEqual(['touch: There is no touch screen.']);
    expect(code).toBe(1);
    for (const check of ['policies', 'sandbox', 'fonts', 'firewall', 'ports', 'accounts', 'files', 'page', 'content']) expect(findings.find((one) => one.check === check)?.status, check).toMatch(/ok|warning/);
  });

  it('takes a picture of what the panel shows', async () => {
    // Home stands still, the attract screen does not.
    await machine.input(press([300, 1710]));
    await until('the visit', 10_000, async () => ((await agentState(machine))?.page?.health.screen === 'visit' ? true : undefined));
    await machine.sh('owso-kiosk screenshot /root/shot.png', { timeout: 60_000 });
    const [shot, panel] = [await decode(await machine.read('/root/shot.png')), await decode(await machine.picture())];
    expect([shot.width, shot.height]).toEqual([panel.width, panel.height]);
    expect(compare(shot, panel).squares).toBeLessThan(5);
  });

  it('run again it changes what is answered anew, and the kiosk comes back', async () => {
    await machine.sh("printf 'diagonal: 32\\n' >/root/anew.yaml");
    const pin = await machine.sh('cat /etc/owso-kiosk/pin');
    const before = (await agentState(machine))?.page?.health.page;
    await machine.sh('owso-kiosk provision --from /root/anew.yaml', { timeout: 120_000 });
    await attractScreen(machine, 20_000, before);
    expect(await machine.sh('grep -v "^#" /etc/owso-kiosk/terminal.yaml')).toMatch(/kiosk: lobby-2[\s\S]*diagonal: 32/);
    expect(await machine.sh('cat /etc/owso-kiosk/pin')).toBe(pin);
    expect(await machine.sh('systemctl show --property=ActiveEnterTimestamp --value owso-kiosk-fallback.service')).toBe('\n');
  });

  it.each([
    ['while it is just starting', '/usr/lib/owso-kiosk-terminal/requests/restart-display; sleep 0.4'],
    ['with a compositor that hangs', 'pkill -STOP -x cage'],
    ['with a browser that hangs', 'pkill -STOP -x chromium'],
  ])('starts the display anew %s, and says “out of service” nowhere', async (_what, first) => {
    const before = (await agentState(machine))?.page?.health.page;
    await machine.sh(`${first}; /usr/lib/owso-kiosk-terminal/requests/restart-display`);
    await attractScreen(machine, 30_000, before);
    expect(await machine.sh('systemctl show --property=ActiveEnterTimestamp --value owso-kiosk-fallback.service')).toBe('\n');
  });

  it('releases the lock and locks again', async () => {
    await machine.sh('owso-kiosk release');
    await until('the console is there', 10_000, async () => ((await machine.exec('systemctl is-active owso-kiosk-console.service')).code === 0 ? true : undefined));
    expect((await machine.exec('systemctl is-active owso-kiosk.service')).code).not.toBe(0);
    expect(await machine.sh('owso-kiosk status')).toContain('RELEASED');
    await machine.sh('owso-kiosk lock', { timeout: 90_000 });
    expect((await machine.exec('systemctl is-active owso-kiosk-console.service')).code).not.toBe(0);
    await attractScreen(machine, 20_000);
  });

  it('installs a newer package while the kiosk runs, keeps the settings, and goes back only when told to', async () => {
    await machine.write('/root/newer.deb', await packageOf('99.0'));
    const sum = (await machine.sh('sha256sum /root/newer.deb')).slice(0, 64);
    expect((await machine.exec(`owso-kiosk update /root/newer.deb --sha256 ${'0'.repeat(64)}`)).stderr).toContain('[wrongHash]');
    const before = (await agentState(machine))?.page?.health.page;
    expect(await machine.sh(`owso-kiosk update /root/newer.deb --sha256 ${sum}`, { timeout: 120_000 })).toContain('Version 99.0 is installed');
    await attractScreen(machine, 30_000, before);
    expect(await machine.sh('owso-kiosk status')).toMatch(/lobby-2, office 990101/);
    expect(await machine.sh('dpkg-query --show owso-kiosk-terminal')).toContain('99.0');
    await machine.write('/root/older.deb', await packageOf('98.0'));
    expect((await machine.exec('owso-kiosk update /root/older.deb')).stderr).toContain('[older]');
    expect(await machine.sh('dpkg-query --show owso-kiosk-terminal')).toContain('99.0');
  });

  it('ends an update in the middle of which the power went', async () => {
    await machine.write('/root/newest.deb', await packageOf('100.0'));
    await machine.sh('dpkg --unpack /root/newest.deb', { timeout: 60_000 });
    const sum = (await machine.sh('sha256sum /root/newest.deb')).slice(0, 64);
    expect(await machine.sh(`owso-kiosk update /root/newest.deb --sha256 ${sum}`, { timeout: 120_000 })).toContain('Version 100.0 is installed');
    expect(await machine.sh("dpkg-query --show --showformat='${db:Status-Status} ${Version}' owso-kiosk-terminal")).toBe('installed 100.0');
    await attractScreen(machine, 30_000);
  });

  it('finds what was opened, changed or left behind on the machine itself', async () => {
    await machine.sh("nft flush chain inet owso_kiosk output; nft 'chain inet owso_kiosk output { policy accept ; }'");
    await machine.sh('echo "{\\"AudioOutputAllowed\\": false}" >/etc/chromium/policies/managed/more.json');
    await machine.sh('echo "// " >>/usr/lib/owso-kiosk-terminal/agent.js');
    await machine.sh('usermod --shell /bin/sh owso-kiosk; passwd --delete owso-kiosk-agent; chmod 644 /etc/owso-kiosk/pin');
    await machine.sh('systemctl disable owso-kiosk-firewall.service');
    const found = bad((await doctor()).findings).join('\n');
    for (const sentence of [/firewall: .*does not close output/, /policies: Policy AudioOutputAllowed/, /files: .*agent\.js/, /accounts: owso-kiosk has a shell/, /accounts: The account owso-kiosk-agent has no password/, /settings: .*can be read by everybody/, /services: owso-kiosk-firewall\.service does not start/]) expect(found).toMatch(sentence);
  });
});
