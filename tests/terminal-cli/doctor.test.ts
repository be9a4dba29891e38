import { chmod, rm, symlink } from 'node:fs/promises';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { actionAnswerSchema, examinationLimits, examinationSchema } from '../../src/api/agent.ts';
import { err, ok } from '../../src/model/result.ts';
import { toldOf } from '../../src/terminal/cli/doctor/examine-command.ts';
import type { Finding } from '../../src/terminal/cli/doctor/finding.ts';
import { khmerFault } from '../../src/terminal/cli/doctor/khmer.ts';
import { openSockets } from '../../src/terminal/cli/doctor/sockets.ts';
import { says, type FixtureMachine } from './fixture-machine.ts';
import { session } from './session.ts';
import { boxes, examine, health, later, listening, probed, shaped, systemctlWith, wellTerminal } from './well-terminal.ts';

const stateWith = (page: object, hub: object = {}): string =>
  JSON.stringify({ written: new Date(later).toISOString(), page: { heard: new Date(later).toISOString(), health: { ...health, ...page } }, hub: { address: 'https://hub.example.org', enrolled: true, answered: new Date(later).toISOString(), ...hub } });

describe('a terminal that is well', () => {
  test('has no fault, nothing that cannot be told, and exit code 0; the sample content is a warning', async () => {
    const { code, findings } = await examine(await wellTerminal());
    expect(findings.filter(({ status }) => status !== 'ok').map(({ check, status }) => [check, status])).toEqual([['content', 'warning']]);
    expect(code).toBe(0);
    expect(findings.length).toBeGreaterThanOrEqual(18);
  });

  test('is left as it was: nothing is run that changes it', async () => {
    const machine = await wellTerminal();
    await examine(machine);
    expect(machine.ran.filter((line) => !/^(?:systemctl show|nft list|setpriv .* hub --json$|fc-list|dpkg --verify|udevadm info)/.test(line))).toEqual([]);
    expect(machine.owned).toEqual([]);
  });

  test('is shown as a table, one row a finding, with what to do below', async () => {
    const done = await session(await wellTerminal({ '/proc/sys/kernel/sysrq': '438\n' }), ['doctor']);
    expect(done.out).toMatch(/^ok {7}settings +lobby-1, office 990101\.$/m);
    expect(done.out).toMatch(/^FAULT {4}consoles +The kernel’s magic keys are on.*\n +→ Run: sysctl --system$/m);
    expect(done.code).toBe(1);
  });
});

describe('each fault is found, and says what to do', () => {
  const cases: readonly (readonly [what: string, check: string, status: string, sentence: RegExp, machine: () => Promise<FixtureMachine>])[] = [
    ['no settings', 'settings', 'fault', /not set up/, async () => without(await wellTerminal(), '/etc/owso-kiosk/terminal.yaml')],
    ['settings that are no YAML', 'settings', 'fault', /terminal\.yaml cannot be read/, () => wellTerminal({ '/etc/owso-kiosk/terminal.yaml': '"' })],
    ['an office that the content does not know', 'settings', 'fault', /no office 990177/, () => wellTerminal({ '/etc/owso-kiosk/terminal.yaml': "office: '990177'\nkiosk: a\n" })],
    ['settings that everybody can change', 'settings', 'fault', /changed by others/, () => withMode('/etc/owso-kiosk/terminal.yaml', 0o666)],
    ['a PIN that everybody can read', 'settings', 'fault', /read by everybody/, () => withMode('/etc/owso-kiosk/pin', 0o644)],
    ['no PIN', 'settings', 'warning', /opens for nobody/, async () => without(await wellTerminal(), '/etc/owso-kiosk/pin')],
    ['a service that failed', 'services', 'fault', /agent\.service is failed/, () => wellTerminal({}, { programs: { systemctl: systemctlWith({ 'owso-kiosk-agent.service': 'failed' }) } })],
    ['a screen that says "out of service"', 'services', 'fault', /out of service/, () => wellTerminal({}, { programs: { systemctl: systemctlWith({ 'owso-kiosk.service': 'failed', 'owso-kiosk-fallback.service': 'active' }) } })],
    ['a released lock', 'services', 'warning', /lock is released/, () => wellTerminal({}, { programs: { systemctl: systemctlWith({ 'owso-kiosk.service': 'inactive', 'owso-kiosk-console.service': 'active' }) } })],
    ['a page that never came', 'page', 'fault', /No page of/, async () => without(await wellTerminal(), '/run/owso-kiosk/heartbeat')],
    ['a black screen', 'page', 'fault', /draws nothing/, () => wellTerminal({ '/run/owso-kiosk/state.json': stateWith({ drawn: false }) })],
    ['a page with faults', 'page', 'warning', /cameraLost/, () => wellTerminal({ '/run/owso-kiosk/state.json': stateWith({ faults: ['cameraLost'] }) })],
    ['content that is lost', 'content', 'fault', /shows no content/, () => wellTerminal({ '/run/owso-kiosk/state.json': stateWith({ content: false }) })],
    ['an edition older than the package’s', 'content', 'fault', /older than the package’s/, () => wellTerminal({ '/run/owso-kiosk/state.json': stateWith({ edition: 0 }) })],
    ['content that nobody confirmed for a month', 'content', 'warning', /That is 40 days ago/, () => wellTerminal({ '/run/owso-kiosk/state.json': stateWith({ confirmed: new Date(later - 40 * 86_400_000).toISOString() }) })],
    ['a terminal that is not enrolled', 'hub', 'warning', /not enrolled/, () => wellTerminal({ '/run/owso-kiosk/state.json': stateWith({}, { enrolled: false }) })],
    ['a hub that does not answer', 'hub', 'fault', /cannot be reached/, () => wellTerminal({}, { programs: { setpriv: () => says('{"ok":false,"error":"https://hub.example.org cannot be reached (ENOTFOUND)."}', 1) } })],
    ['a hub that everybody in between can pass for', 'hub', 'warning', /not https/, () => wellTerminal({ '/etc/owso-kiosk/terminal.yaml': "office: '990101'\nkiosk: lobby-1\nhub: http://10.0.0.5:8080\n" })],
    ['a Chromium without its sandbox', 'sandbox', 'fault', /without its sandbox/, () => wellTerminal({ '/proc/100/cmdline': '/usr/lib/chromium/chromium\0--kiosk\0--no-sandbox\0' })],
    ['a page process without a filter', 'sandbox', 'fault', /without a filter/, () => wellTerminal({ '/proc/101/status': 'Uid:\t990\t990\nSeccomp:\t0\n' })],
    ['a page process in the browser’s namespace', 'sandbox', 'fault', /same user namespace/, async () => {
      const machine = await wellTerminal();
      await rm(machine.at('/proc/101/ns/user'));
      await symlink('user:[1]', machine.at('/proc/101/ns/user'));
      return machine;
    }],
    ['no camera', 'camera', 'warning', /no camera/, async () => without(await wellTerminal(), '/sys/class/video4linux')],
    ['a camera that the display may not use', 'camera', 'fault', /may not use the camera HD Webcam/, () => withMode('/dev/video0', 0o600)],
    ['no touch screen', 'touch', 'fault', /no touch screen/, () => wellTerminal({ '/proc/bus/input/devices': '' })],
    ['a foreign keyboard', 'keyboards', 'warning', /Logitech USB Keyboard" types.*ignored/, () => wellTerminal(only('0c2e:0200'))],
    ['a foreign keyboard that reaches the display', 'keyboards', 'fault', /reaches the display/, () => wellTerminal(only('0c2e:0200'), { programs: { udevadm: () => says('ID_INPUT=1\n') } })],
    ['a scanner that was pulled', 'keyboards', 'warning', /ffff:0001 is not plugged in/, () => wellTerminal(only('0c2e:0200', '046d:c31c', 'ffff:0001'))],
    ['a firewall that is not loaded', 'firewall', 'fault', /not loaded/, () => wellTerminal({}, { programs: { nft: () => says('', 1, 'Error: No such file or directory') } })],
    ['a firewall that lets everybody out', 'firewall', 'fault', /does not close output/, () => wellTerminal({}, { programs: { nft: () => says('chain input {\n type filter hook input priority filter; policy drop;\n}\nchain output {\n type filter hook output priority filter; policy accept;\n}') } })],
    ['a firewall that was left open for updates', 'firewall', 'warning', /open for Debian/, () => wellTerminal({}, { programs: { nft: () => says('set updaters {\n type uid\n elements = { 0, 42 }\n}\nchain input {\n type filter hook input priority filter; policy drop;\n}\nchain output {\n type filter hook output priority filter; policy drop;\n}') } })],
    ['a program that listens to the outside', 'ports', 'fault', /sshd listens on 0\.0\.0\.0:22/, () => withSocket('/proc/net/tcp', '00000000:0016')],
    ['one that listens by IPv6', 'ports', 'fault', /sshd listens on \[::\]:22/, () => withSocket('/proc/net/tcp6', `${'0'.repeat(32)}:0016`)],
    ['a console', 'consoles', 'fault', /console waits on tty2/, () => wellTerminal({}, { programs: { systemctl: systemctlWith({ 'getty@tty2.service': 'active' }) } })],
    ['magic keys', 'consoles', 'fault', /magic keys are on/, () => wellTerminal({ '/proc/sys/kernel/sysrq': '1\n' })],
    ['a service account with a shell', 'accounts', 'fault', /has a shell: \/bin\/bash/, () => wellTerminal({ '/etc/passwd': 'owso-kiosk:x:990:990::/:/bin/bash\nowso-kiosk-agent:x:991:991::/:/usr/sbin/nologin\n' })],
    ['a service account with a password', 'accounts', 'fault', /owso-kiosk has a password/, () => wellTerminal({ '/etc/shadow': 'owso-kiosk:$y$j9T$x:20000::::::\n' })],
    ['an account with an empty password', 'accounts', 'fault', /root has no password/, () => wellTerminal({ '/etc/shadow': 'root::20000::::::\n' })],
    ['a key that others can read', 'key', 'fault', /read by others/, async () => {
      const machine = await wellTerminal({ '/var/lib/owso-kiosk-agent/key.pem': 'x' });
      return machine;
    }],
    ['changed program files', 'files', 'fault', /A file of the package was changed: \/usr\/lib\/owso-kiosk-terminal\/agent\.js/, () => wellTerminal({}, { programs: { dpkg: () => says('??5??????   /usr/lib/owso-kiosk-terminal/agent.js\n', 1) } })],
    ['a changed policy file', 'files', 'warning', /owso-kiosk\.json/, () => wellTerminal({}, { programs: { dpkg: () => says('??5?????? c /etc/chromium/policies/managed/owso-kiosk.json\n', 1) } })],
    ['memory that is used up, as the operators’ page does', 'memory', 'warning', /205 MB of 8\.2 GB free/, () => wellTerminal({ '/proc/meminfo': 'MemTotal:        8000000 kB\nMemAvailable:    200000 kB\n' })],
    ['heat', 'temperature', 'warning', /86 °C/, () => wellTerminal({ '/sys/class/thermal/thermal_zone0/temp': '86000\n' })],
    ['little memory', 'memory', 'warning', /1\.\d GB free/, () => wellTerminal({ '/proc/meminfo': 'MemTotal:        1500000 kB\nMemAvailable:    1100000 kB\n' })],
  ];

  test.each(cases)('%s', async (_what, check, status, sentence, machine) => {
    const found = (await examine(await machine())).of(check);
    const one = found.find(({ says: text }) => sentence.test(text));
    expect(one, JSON.stringify(found)).toMatchObject({ status });
    expect(one?.mend).toMatch(/\w/);
  });

  test('a page that has been silent for longer than the watchdog allows', async () => {
    const found = await examine(await wellTerminal(), ok(probed), later + 60_000);
    expect(found.of('page')[0]).toMatchObject({ status: 'fault', says: expect.stringContaining('last well 61 s ago') });
  });

  test('a released lock is one warning, and nothing that the screen would have to show is looked for', async () => {
    const systemctl = systemctlWith({ 'owso-kiosk.service': 'inactive', 'owso-kiosk-console.service': 'active' });
    const machine = await wellTerminal({ '/proc/100/status': 'Uid:\t0\n', '/proc/101/status': 'Uid:\t0\n', '/run/owso-kiosk/state.json': stateWith({ content: false }) }, { programs: { systemctl } });
    const { code, findings, of } = await examine(machine, ok(probed), later + 600_000);
    expect(of('services').filter(({ status }) => status !== 'ok')).toEqual([{ check: 'services', status: 'warning', says: expect.stringContaining('The lock is released'), mend: expect.stringMatching(/owso-kiosk lock.*Examine this terminal/) }]);
    expect([of('page'), of('sandbox')]).toEqual([[], []]);
    expect(findings.filter(({ status }) => status === 'fault' || status === 'unknown')).toEqual([]);
    expect(code).toBe(0);
  });

  test('a service that starts when somebody comes, by what can be switched off', async () => {
    const found = await examine(await withSocket('/proc/net/tcp', '00000000:006F', 'systemd'));
    expect(found.of('ports')[0]).toMatchObject({ status: 'fault', mend: expect.stringContaining('systemctl disable --now NAME.socket') });
  });

  test('a clock that stands in 1970, and one that differs from the hub’s', async () => {
    expect((await examine(await wellTerminal(), ok(probed), 3_600_000)).of('clock')[0]).toMatchObject({ status: 'fault', says: expect.stringContaining('1970-01-01') });
    const answer = (difference: number): string => JSON.stringify({ ok: true, value: { health: { status: 'ok', version: '0.1.0', now: new Date(later).toISOString(), release: 7, demonstration: false }, clockDifference: difference } });
    const ahead = await wellTerminal({}, { programs: { setpriv: () => says(answer(600_000)) } });
    expect((await examine(ahead)).of('clock')[0]).toMatchObject({ status: 'fault', says: expect.stringContaining('10 min ahead of the hub’s') });
  });
});

describe('policies and fonts, as a Chromium shows them', () => {
  test.each([
    ['an error', { URLBlocklist: { value: ['*'], error: 'Unknown policy.' } }, /URLBlocklist: Unknown policy/],
    ['a deprecated policy', { URLBlocklist: { value: ['*'], deprecated: true } }, /is deprecated/],
    ['another value', { URLBlocklist: { value: [] } }, /has the value \[\] instead of \["\*"\]/],
    ['a policy that was not loaded', {}, /URLBlocklist: was not loaded/],
  ])('%s is a fault', async (_what, shown, sentence) => {
    const { code, of } = await examine(await wellTerminal(), ok({ ...probed, shown: ok({ DeveloperToolsAvailability: { value: 1 }, ...shown }) }));
    expect(of('policies').map(({ says: text }) => text).join()).toMatch(sentence);
    expect(code).toBe(1);
  });

  test('no policy at all is a fault', async () => {
    expect((await examine(await wellTerminal(), ok({ ...probed, shipped: {} }))).of('policies')[0]).toMatchObject({ status: 'fault' });
  });

  test('Khmer that falls apart is a fault', async () => {
    expect((await examine(await wellTerminal(), ok({ ...probed, khmer: ok({ moul: boxes }) }))).of('fonts')[0]).toMatchObject({ status: 'fault', says: expect.stringContaining('misshapen in moul') });
  });

  test('the shape of Khmer is told from its measures', () => {
    expect(khmerFault(shaped)).toBeUndefined();
    expect(khmerFault(boxes)).toContain('ស្ត');
    expect(khmerFault({ ...shaped, ស្រ: { width: 180, above: 60, below: 27 } })).toContain('ស្រ');
    expect(khmerFault({ ...shaped, សី: { width: 93, above: 60, below: 1 } })).toContain('សី');
    expect(khmerFault({ ...shaped, ស្ត្រី: { width: 186, above: 89, below: 27 } })).toContain('ស្ត្រី');
  });

  test('without a Chromium they cannot be told, which is no fault: exit code 2', async () => {
    const { code, of } = await examine(await wellTerminal(), err('there is no Chromium'));
    expect([...of('policies'), ...of('fonts')].every(({ status }) => status === 'unknown')).toBe(true);
    expect(code).toBe(2);
  });
});

describe('to somebody who is not root', () => {
  test('what cannot be told says so, and how to have it told', async () => {
    const machine = await wellTerminal({}, { uid: 1000, programs: { nft: () => says('', 1, 'Operation not permitted (you must be root)') } });
    await rm(machine.at('/etc/shadow'));
    await rm(machine.at('/proc/100/ns/user'));
    const { code, findings, of } = await examine(machine, err('only root can'));
    for (const check of ['firewall', 'accounts', 'sandbox', 'policies', 'fonts']) expect(of(check).find(({ status }) => status === 'unknown')?.mend, check).toContain('sudo owso-kiosk doctor');
    expect(findings.filter(({ status }) => status === 'fault').map(({ check }) => check)).toEqual(['hub']);
    expect(code).toBe(1);
  });
});

describe('every mend', () => {
  test('that puts the package or one of Debian back is a command that the closed firewall and a package without an archive let work', async () => {
    const broken = await wellTerminal({ '/etc/passwd': '' }, {
      programs: { 'fc-list': () => says(''), dpkg: () => says('??5??????   /usr/lib/owso-kiosk-terminal/agent.js\n', 1), nft: () => ({ kind: 'absent' }), systemctl: (args) => says(args.slice(args.indexOf('--') + 1).map((unit) => `Id=${unit}\nLoadState=not-found\nActiveState=inactive\n`).join('\n')) },
    });
    const { of } = await examine(broken, ok({ ...probed, shipped: {}, khmer: ok({}) }));
    for (const check of ['services', 'policies', 'files']) expect(of(check).find(({ status }) => status === 'fault')?.mend, check).toMatch(/owso-kiosk update \.\/owso-kiosk-terminal_….deb --again/);
    for (const check of ['fonts', 'firewall']) expect(of(check).find(({ mend }) => mend?.includes('--again --debian') === true), check).toBeDefined();
    const all = ['services', 'policies', 'fonts', 'accounts', 'files', 'firewall'].flatMap((check) => of(check)).map(({ mend }) => mend ?? '');
    // The one thing that `owso-kiosk update` cannot do: without the accounts it does not begin.
    expect([...new Set(all.filter((mend) => /apt install/.test(mend)))]).toEqual(['Install the package again: apt install --reinstall ./owso-kiosk-terminal_….deb']);
  });
});

describe('what the panel is told', () => {
  const one = (status: Finding['status'], says: string = status): Finding => ({ check: 'page', status, says, ...(status !== 'ok' && { mend: 'Do.' }) });

  test('is what is not well, the worst first, and how much was looked at', () => {
    expect(toldOf([one('ok'), one('warning'), one('fault'), one('ok'), one('unknown')])).toEqual({ looked: 5, left: 0, findings: ['fault', 'unknown', 'warning'].map((status) => ({ check: 'page', status, says: status, mend: 'Do.' })) });
  });

  test('stays within its bounds on a machine in ruins', () => {
    const told = toldOf([...Array.from({ length: 300 }, () => one('warning', `"${'ស'.repeat(5_000)}\n`)), one('fault')]);
    expect(v.is(examinationSchema, told)).toBe(true);
    expect([told.findings.length, told.left, told.findings[0]?.status]).toEqual([examinationLimits.findings, 301 - examinationLimits.findings, 'fault']);
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(131_072);
  });

  test('is one line that the agent can read', async () => {
    const done = await session(await wellTerminal({ '/proc/sys/kernel/sysrq': '438\n' }), ['examine']);
    expect(done.code).toBe(0);
    const answer = v.parse(v.pipe(v.string(), v.parseJson(), actionAnswerSchema), done.out);
    expect(answer).toMatchObject({ result: 'done', examination: { findings: expect.arrayContaining([{ check: 'consoles', status: 'fault', says: expect.stringContaining('magic keys'), mend: 'Run: sysctl --system' }]) } });
    expect(done.out).not.toContain('\n');
  });
});

describe('sockets', () => {
  test('are read from the kernel’s tables in both families', () => {
    expect(openSockets('tcp', listening('0100007F:2120'))).toEqual([{ protocol: 'tcp', address: '127.0.0.1', port: 8480, loopback: true, inode: '12345' }]);
    expect(openSockets('tcp', listening('0000000000000000FFFF00000100007F:2120'))[0]).toMatchObject({ address: '127.0.0.1', loopback: true });
    expect(openSockets('tcp', listening('B80D01200000000000000000010000FE:0050'))[0]).toMatchObject({ address: '[2001:db8::fe00:1]', port: 80, loopback: false });
    expect(openSockets('udp', listening('00000000:0044').replace(' 0A ', ' 07 '))[0]).toMatchObject({ port: 68 });
    expect(openSockets('tcp', 'nonsense\n')).toEqual([]);
  });
});

function only(...keyboards: readonly string[]): Readonly<Record<string, string>> {
  return { '/etc/owso-kiosk/terminal.yaml': `office: '990101'\nkiosk: lobby-1\nhub: https://hub.example.org\nkeyboards: ${JSON.stringify(keyboards)}\n` };
}

async function without(machine: FixtureMachine, path: string): Promise<FixtureMachine> {
  await rm(machine.at(path), { recursive: true });
  return machine;
}

async function withMode(path: string, mode: number): Promise<FixtureMachine> {
  const machine = await wellTerminal();
  await chmod(machine.at(path), mode);
  return machine;
}

async function withSocket(table: string, at: string, holder = 'sshd'): Promise<FixtureMachine> {
  const machine = await wellTerminal({ [table]: listening(at, 777), '/proc/500/comm': `${holder}\n`, '/proc/500/fd/.keep': '' });
  await symlink('socket:[777]', machine.at('/proc/500/fd/3'));
  return machine;
}
