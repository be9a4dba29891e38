import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionAnswerSchema, agentPaths, panelHeader } from '../../src/api/agent.ts';
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

/** What the page does when staff touch ‘Examine this terminal’, for a shell's double quotes. */
const askAsPanel = `
const ask = (path, headers, body) => fetch('http://localhost:8480' + path, { method: 'POST', headers, body }).then((answer) => answer.text());
ask('${agentPaths.unlock}', { 'content-type': 'application/json' }, JSON.stringify({ pin: '730519' }))
  .then((text) => ask('${agentPaths.actions}examine', { '${panelHeader}': JSON.parse(text).token }))
  .then(console.log)`;

/** Shell lines that take a package away, and leave it in an archive that apt reads, as Debian's would be on a network. */
const archiveOf = (name: string): string => `set -e
mkdir -p /srv/archive /srv/tree/DEBIAN
dpkg-query --show --showformat='Package: \${Package}\nVersion: \${Version}\nArchitecture: \${Architecture}\nMaintainer: test <test@example.org>\nDescription: test\n' ${name} >/srv/tree/DEBIAN/control
dpkg -L ${name} | grep /usr/share/fonts/ | while read -r path; do [ -d "$path" ] || { mkdir -p "/srv/tree$(dirname "$path")"; cp "$path" "/srv/tree$path"; }; done
dpkg-deb --build -Znone /srv/tree /srv/archive/package.deb
{ cat /srv/tree/DEBIAN/control; echo 'Filename: ./package.deb'; stat -c 'Size: %s' /srv/archive/package.deb; echo "SHA256: $(sha256sum </srv/archive/package.deb | cut -d' ' -f1)"; } >/srv/archive/Packages
echo 'deb [trusted=yes] file:/srv/archive ./' >/etc/apt/sources.list
dpkg --remove --force-depends ${name}`;

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

  it('tells staff the same in the panel, who ask through the agent, while the page goes on undisturbed', async () => {
    // Nobody answers there, which is another finding than a unit that may not ask.
    await machine.sh("cp -a /etc/owso-kiosk/terminal.yaml /root/as-it-was && echo 'hub: http://127.0.0.1:8999' >>/etc/owso-kiosk/terminal.yaml");
    const before = (await agentState(machine))?.page?.health.page;
    const restarts = await machine.sh('systemctl show --property=NRestarts,ActiveEnterTimestamp --value owso-kiosk.service');
    // Root asks as the page does: the agent answers on loopback alone.
    const answer = v.parse(v.pipe(v.string(), v.parseJson(), actionAnswerSchema), await machine.sh(`/usr/lib/owso-kiosk-terminal/node -e "${askAsPanel}"`, { timeout: 200_000 }));
    const { findings } = await doctor();
    const told = (list: readonly { readonly check: string; readonly status: string }[]): readonly string[] => list.map(({ check, status }) => `${check} ${status}`);
    expect([...told(answer.result === 'done' ? answer.examination?.findings ?? [] : [])].sort()).toEqual([...told(findings.filter(({ status }) => status !== 'ok'))].sort());
    expect(answer).toMatchObject({ result: 'done', examination: { looked: findings.length, left: 0, findings: expect.arrayContaining([{ check: 'touch', status: 'fault', says: 'There is no touch screen.', mend: expect.stringContaining('Plug in') }, { check: 'hub', status: 'fault', says: expect.stringContaining('ECONNREFUSED'), mend: expect.any(String) }]) } });
    await machine.sh('mv /root/as-it-was /etc/owso-kiosk/terminal.yaml');
    expect((await agentState(machine))?.page?.health.page).toBe(before);
    expect(await machine.sh('systemctl show --property=NRestarts,ActiveEnterTimestamp --value owso-kiosk.service')).toBe(restarts);
    expect(await machine.sh('ls /run/owso-kiosk/results; ls -d /tmp/owso-* /tmp/systemd-private-*-request@examine* 2>/dev/null || true')).toBe('');
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
    const { findings } = await doctor();
    expect(bad(findings)).toEqual(['touch: There is no touch screen.']);
    expect(findings.filter(({ says }) => says.includes('lock is released'))).toHaveLength(1);
    expect(findings.filter(({ check }) => check === 'page' || check === 'sandbox')).toEqual([]);
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

  it('has its files put back by the doctor’s own mend, those in /etc too, without a network', async () => {
    await machine.sh('rm /usr/lib/owso-kiosk-terminal/packages-from-stick; echo "{}" >/etc/chromium/policies/managed/owso-kiosk.json; rm /etc/chromium/policies/managed/more.json');
    const { findings } = await doctor();
    expect(findings.find(({ check }) => check === 'files')?.mend).toContain('owso-kiosk update ./owso-kiosk-terminal_….deb --again');
    const sum = (await machine.sh('sha256sum /root/newest.deb')).slice(0, 64);
    expect(await machine.sh(`owso-kiosk update /root/newest.deb --sha256 ${sum}`)).toContain('--again');
    expect(await machine.sh(`owso-kiosk update /root/newest.deb --again --sha256 ${sum}`, { timeout: 120_000 })).toContain('Version 100.0 is installed');
    const after = (await doctor()).findings;
    expect(after.filter(({ check }) => check === 'files' || check === 'policies').map(({ check, status }) => [check, status])).toEqual([['policies', 'ok'], ['files', 'ok']]);
    // Lost altogether, it comes back, too.
    await machine.sh('rm /etc/chromium/policies/managed/owso-kiosk.json');
    await machine.sh(`owso-kiosk update /root/newest.deb --again --sha256 ${sum}`, { timeout: 120_000 });
    expect(await machine.sh('cat /etc/chromium/policies/managed/owso-kiosk.json')).toContain('URLBlocklist');
    await attractScreen(machine, 30_000);
  });

  it('fetches a missing package of Debian by the doctor’s own mend, and is closed again', async () => {
    await machine.sh(archiveOf('fonts-khmeros'), { timeout: 60_000 });
    expect((await doctor()).findings).toContainEqual(expect.objectContaining({ check: 'fonts', status: 'warning', mend: expect.stringContaining('--again --debian') }));
    const sum = (await machine.sh('sha256sum /root/newest.deb')).slice(0, 64);
    const { code, stderr } = await machine.exec(`owso-kiosk update /root/newest.deb --again --debian --sha256 ${sum}`, { timeout: 120_000 });
    expect(stderr).toContain('The firewall is closed again.');
    expect(code, stderr).toBe(0);
    const after = (await doctor()).findings;
    expect(after.filter(({ check }) => check === 'fonts' || check === 'firewall').map(({ check, status }) => [check, status])).toEqual([['fonts', 'ok'], ['firewall', 'ok']]);
  });

  it('has a lost account made again by the doctor’s own mend', async () => {
    await machine.sh('systemctl stop owso-kiosk-agent.service; sed -i "/^owso-kiosk-agent:/d" /etc/passwd /etc/shadow');
    expect((await doctor()).findings).toContainEqual({ check: 'accounts', status: 'fault', says: 'There is no account owso-kiosk-agent.', mend: 'Install the package again: apt install --reinstall ./owso-kiosk-terminal_….deb' });
    await machine.sh('cd /root && DEBIAN_FRONTEND=noninteractive apt install --yes --reinstall ./newest.deb', { timeout: 120_000 });
    expect((await doctor()).findings.filter(({ check }) => check === 'accounts').map(({ status }) => status)).toEqual(['ok']);
  });
});
