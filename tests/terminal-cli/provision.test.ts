import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { setupText } from '../../src/api/setup.ts';
import { checkPin } from '../../src/terminal/pin.ts';
import { terminalSettingsSchema } from '../../src/terminal/settings.ts';
import { fixtureMachine, says, type FixtureMachine, type Program } from './fixture-machine.ts';
import { now, session } from './session.ts';

const hub = 'https://hub.example.org';
const code = '2345-ABCD-EFGH';
const answers = { hub, kiosk: 'lobby-2', office: "'990101'", diagonal: '32', rotation: '90', camera: 'environment', hours: "{ from: '07:30', to: '17:00', days: [monday, friday] }", keyboards: "['0c2e:0200']", code: `'${code}'`, pin: "'730519'" };
const yaml = (fields: Readonly<Record<string, string>>): string => Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`).join('');

/** A hub that answers as one. */
const goodHub: typeof fetch = async () => Response.json({ status: 'ok', version: '0.1.0', now: new Date(now).toISOString(), release: 7, demonstration: false });
const systemctl: Program = () => says('');

async function machineWith(given: Parameters<typeof fixtureMachine>[0] = {}): Promise<FixtureMachine> {
  const machine = await fixtureMachine({ fetch: goodHub, ...given, programs: { systemctl, setpriv: () => says(''), ...given.programs } });
  await machine.put('/run/systemd/system/.here', '');
  return machine;
}

const read = (machine: FixtureMachine, path: string): Promise<string> => readFile(machine.at(path), 'utf8');
const settingsOf = async (machine: FixtureMachine) => v.parse(terminalSettingsSchema, parseYaml(await read(machine, '/etc/owso-kiosk/terminal.yaml')));

describe('owso-kiosk provision with a file', () => {
  test('writes settings that the agent reads, with a comment on each, keeps the PIN as a hash, enrols and starts the terminal', async () => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) } });
    const done = await session(machine, ['provision', '--from', 'answers.yaml']);
    expect(done.err).not.toContain('Nothing was changed');
    expect(done.code).toBe(0);
    expect(await settingsOf(machine)).toEqual({ hub, kiosk: 'lobby-2', office: '990101', diagonal: 32, rotation: 90, camera: 'environment', hours: { from: '07:30', to: '17:00', days: ['monday', 'friday'] }, keyboards: ['0c2e:0200'] });
    const text = await read(machine, '/etc/owso-kiosk/terminal.yaml');
    expect(text.match(/^# /gm)?.length).toBeGreaterThan(10);
    expect(await checkPin('730519', await read(machine, '/etc/owso-kiosk/pin'))).toBe('right');
    // The PIN first: with its settings a machine is a kiosk, and after a power cut in between it must have its way out.
    expect(machine.owned).toEqual(['/etc/owso-kiosk/ 0:991', '/etc/owso-kiosk/ 0:0']);
    expect(((await stat(machine.at('/etc/owso-kiosk/pin'))).mode & 0o777).toString(8)).toBe('640');
    expect(((await stat(machine.at('/etc/owso-kiosk/terminal.yaml'))).mode & 0o777).toString(8)).toBe('644');
    expect(machine.ran).toEqual([
      'nft list table inet owso_kiosk',
      '/usr/lib/owso-kiosk-terminal/lock-now',
      'systemctl enable owso-kiosk-settings.service owso-kiosk-firewall.service owso-kiosk-firewall-hub.timer',
      'systemctl reset-failed owso-kiosk-settings.service owso-kiosk-firewall.service owso-kiosk-firewall-hub.timer',
      'systemctl reload-or-restart owso-kiosk-settings.service owso-kiosk-firewall.service owso-kiosk-firewall-hub.timer',
      'setpriv --reuid=owso-kiosk-agent --regid=owso-kiosk-agent --init-groups --no-new-privs -- node owso-kiosk.js enrol --code-on-input',
      'systemctl enable owso-kiosk-agent.service owso-kiosk-requests.target',
      'systemctl reset-failed owso-kiosk-agent.service owso-kiosk-requests.target',
      'systemctl reload-or-restart owso-kiosk-agent.service owso-kiosk-requests.target',
      'systemctl enable owso-kiosk.service',
      'systemctl reset-failed owso-kiosk.service',
      'systemctl reload-or-restart owso-kiosk.service',
    ]);
    expect(done.err).toContain('990101');
    expect(done.out).toContain('owso-kiosk doctor');
  });

  test('neither code nor PIN stands in the settings, in an argument of a program or in what is printed', async () => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) } });
    const done = await session(machine, ['provision', '--from', 'answers.yaml']);
    const all = [await read(machine, '/etc/owso-kiosk/terminal.yaml'), ...machine.ran, done.out, done.err].join('\n');
    for (const secret of ['730519', code, '2345ABCDEFGH']) expect(all).not.toContain(secret);
  });

  test('run again, it changes what is answered anew and nothing else', async () => {
    const machine = await machineWith({ files: { '/first.yaml': yaml(answers), '/second.yaml': 'diagonal: 43\nhours: null\n' } });
    await session(machine, ['provision', '--from', 'first.yaml']);
    const pin = await read(machine, '/etc/owso-kiosk/pin');
    const before = await settingsOf(machine);
    machine.ran.length = 0;
    expect((await session(machine, ['provision', '--from', 'second.yaml'])).code).toBe(0);
    const { hours: _hours, ...rest } = before;
    expect(await settingsOf(machine)).toEqual({ ...rest, diagonal: 43 });
    expect(await read(machine, '/etc/owso-kiosk/pin')).toBe(pin);
    expect(machine.ran.some((line) => line.includes('enrol'))).toBe(false);
    expect((await session(machine, ['provision', '--from', '/dev/null'])).code).toBe(0);
    expect(await settingsOf(machine)).toEqual({ ...rest, diagonal: 43 });
  });

  test('runs the package’s script after the settings are there, and tells what it refuses', async () => {
    const script = '/usr/lib/owso-kiosk-terminal/apply-settings';
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers), [script]: '#!/bin/sh\n' } });
    await chmod(machine.at(script), 0o755);
    const run: Record<string, Program> = { [machine.at(script)]: () => says('', 1, 'nft: no such table\n') };
    const failing = { ...machine, run: async (program: string, args: readonly string[]) => run[program]?.(args, {}) ?? machine.run(program, args) };
    const done = await session(failing, ['provision', '--from', 'answers.yaml']);
    expect(done.code).toBe(1);
    expect(done.err).toContain('nft: no such table');
    expect(done.err).toContain('[notApplied]');
    expect((await settingsOf(machine)).kiosk).toBe('lobby-2');
  });

  test.each([
    ['an office that is not in the content', { ...answers, office: "'990177'" }, /no office 990177/],
    ['an office without quotes', { ...answers, office: '990101' }, /office: write it in quotes/],
    ['a trivial PIN', { ...answers, pin: "'123456'" }, /tried first/],
    ['the office’s code as PIN', { ...answers, pin: "'990101'" }, /papers that everybody sees/],
    ['an address with a path', { ...answers, hub: 'https://hub.example.org/kiosk' }, /field hub: a hub is an address/],
    ['a field of another name', { ...answers, offices: "'990101'" }, /field offices/],
    ['a broken code', { ...answers, code: "'OOOO'" }, /field code: twelve letters/],
    ['no office', { hub, kiosk: 'lobby-2' }, /Without these answers there is no terminal: office/],
    ['no YAML', { hub: '"' }, /cannot be read as YAML/],
  ])('refuses %s, and changes nothing', async (_what, fields, sentence) => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(fields) } });
    const done = await session(machine, ['provision', '--from', 'answers.yaml']);
    expect(done.code).toBe(1);
    expect(done.err).toMatch(sentence);
    await expect(stat(machine.at('/etc/owso-kiosk'))).rejects.toThrow('ENOENT');
    expect(machine.ran).toEqual([]);
  });

  test('a hub that does not answer is told before anything is changed, and taken only when that is wished', async () => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) }, fetch: () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })) });
    const refused = await session(machine, ['provision', '--from', 'answers.yaml']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('ECONNREFUSED');
    expect(refused.err).toContain('--unseen-hub');
    await expect(stat(machine.at('/etc/owso-kiosk'))).rejects.toThrow('ENOENT');
    expect((await session(machine, ['provision', '--from', 'answers.yaml', '--unseen-hub'])).code).toBe(0);
  });

  test.each([
    ['an empty battery of the board', 'CERT_NOT_YET_VALID', /the time of this machine’s clock, 20\d\d-.*timedatectl set-time/],
    ['an authority of the ministry’s own', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /update-ca-certificates/],
    ['a certificate of another name', 'ERR_TLS_CERT_ALTNAME_INVALID', /for another name/],
    ['a name that nobody knows', 'ENOTFOUND', /cannot be looked up/],
  ])('of a hub that cannot be reached for %s it says what to do', async (_what, failure, sentence) => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) }, fetch: () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: failure }) })) });
    expect((await session(machine, ['provision', '--from', 'answers.yaml'])).err).toMatch(sentence);
  });

  test('of an answer without end it reads no more than a hub would say', async () => {
    let sent = 0;
    const endless = (): Response => new Response(new ReadableStream({ pull: (out) => { sent += 65_536; out.enqueue(new Uint8Array(65_536)); } }));
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) }, fetch: async () => endless() });
    expect((await session(machine, ['provision', '--from', 'answers.yaml'])).err).toContain('not as a hub does');
    expect(sent).toBeLessThan(1_000_000);
  });

  test('says what an address without https gives away', async () => {
    for (const [address, told] of [['http://10.0.0.5:8080', true], ['https://hub.example.org', false], ['http://localhost:8080', false]] as const) {
      const machine = await machineWith({ files: { '/answers.yaml': yaml({ ...answers, hub: address }) } });
      expect((await session(machine, ['provision', '--from', 'answers.yaml'])).err.includes('is not https'), address).toBe(told);
    }
  });

  test('a terminal whose firewall lets out only its present hub is set up for another one all the same', async () => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) }, programs: { nft: () => says('table inet owso_kiosk {}') }, fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect((await session(machine, ['provision', '--from', 'answers.yaml'])).code).toBe(0);
    // Without a code nothing else would say that the hub does not answer there.
    await machine.put('/other.yaml', 'hub: https://elsewhere.example.org\n');
    const asked = { ...machine, run: async (program: string, args: readonly string[]) => (args.includes('hub') ? says('{"ok":false,"error":"https://elsewhere.example.org cannot be reached (ENOTFOUND)."}', 1) : machine.run(program, args)) };
    const other = await session(asked, ['provision', '--from', 'other.yaml']);
    expect(other.code).toBe(0);
    expect(other.err).toMatch(/elsewhere\.example\.org cannot be reached.*set up for it all the same/);
  });

  test('a hub of demonstration data without content, and a clock that differs, are told', async () => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) }, fetch: async () => Response.json({ status: 'ok', version: '0.1.0', now: new Date(now - 3_600_000).toISOString(), release: null, demonstration: true }) });
    const done = await session(machine, ['provision', '--from', 'answers.yaml']);
    for (const sentence of ['no content yet', 'demonstration data', '60 minutes ahead of']) expect(done.err).toContain(sentence);
  });

  test('an enrolment that the hub refuses leaves a terminal that works, and says so', async () => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) }, programs: { setpriv: () => says('', 1, 'The hub did not enrol this terminal. The code was used. [codeUsed]') } });
    const done = await session(machine, ['provision', '--from', 'answers.yaml']);
    expect(done.code).toBe(1);
    expect(done.err).toContain('[codeUsed]');
    expect(done.out).toContain('not enrolled');
    expect(machine.ran.at(-1)).toContain('systemctl reload-or-restart');
  });

  test('in an image that is being built nothing is started; with --no-start all but the display', async () => {
    const image = await fixtureMachine({ fetch: goodHub, programs: { systemctl, setpriv: () => says('') }, files: { '/answers.yaml': yaml(answers) } });
    expect((await session(image, ['provision', '--from', 'answers.yaml'])).code).toBe(0);
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) } });
    expect((await session(machine, ['provision', '--from', 'answers.yaml', '--no-start'])).code).toBe(0);
    const of = ({ ran }: FixtureMachine, verb: string): readonly string[] => ran.filter((line) => line.startsWith(`systemctl ${verb} `));
    expect([of(image, 'enable').length, of(image, 'reload-or-restart').length]).toEqual([3, 0]);
    expect(of(machine, 'enable')).toHaveLength(3);
    expect(of(machine, 'reload-or-restart').join(' ')).not.toContain('owso-kiosk.service');
  });

  test('is refused to anybody but root, and without the package', async () => {
    const person = await machineWith({ uid: 1000 });
    expect((await session(person, ['provision'])).err).toContain('[needsRoot]');
    const bare = await machineWith({ files: { '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n' } });
    expect((await session(bare, ['provision'])).err).toContain('[notInstalled]');
  });

  test('does not begin on content that was changed', async () => {
    const machine = await machineWith({ files: { '/answers.yaml': yaml(answers) } });
    const packed = await read(machine, '/usr/share/owso-kiosk-terminal/app/baseline/packed.json');
    await machine.put('/usr/share/owso-kiosk-terminal/app/baseline/packed.json', packed.replace('Child Helpline', 'Child Hotline'));
    const done = await session(machine, ['provision', '--from', 'answers.yaml']);
    expect(done.code).toBe(1);
    expect(done.err).toMatch(/content of the package is damaged .*office\.json/);
  });
});

describe('owso-kiosk provision with a person', () => {
  const typed = { 'Code of the office': '990101', 'Name of this terminal': 'lobby-3', 'Address of the hub': hub, 'Enrolment code': 'abcd efgh jkmn', Diagonal: '24', 'Clockwise turn': '270', 'The camera': 'environment', 'When the screen': 'monday-friday 07:30-17:30', 'barcode scanner': '2', 'PIN of': '730519', 'same PIN': '730519' };

  test('asks everything once, and sets up what was answered', async () => {
    const machine = await machineWith();
    const done = await session(machine, ['provision'], { typed });
    expect(done.code).toBe(0);
    expect(await settingsOf(machine)).toEqual({ office: '990101', kiosk: 'lobby-3', hub, publicAddress: hub, diagonal: 24, rotation: 270, camera: 'environment', hours: { from: '07:30', to: '17:30', days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] }, keyboards: ['0c2e:0200'] });
    expect(done.err).toContain('2) 0c2e:0200  Honeywell Scanner 1250g');
    expect(done.asked).toHaveLength(13);
  });

  test('asks again what cannot be used, and says why', async () => {
    const machine = await machineWith();
    const done = await session(machine, ['provision'], { typed: { ...typed, 'Code of the office': ['1234', '990101'], 'Address of the hub': ['hub', '-'], 'Clockwise turn': ['45', '0'], 'When the screen': ['all day', '-'], 'barcode scanner': ['Honeywell', '-'], 'PIN of': ['', '123456', '730519', '730519'], 'same PIN': ['730518', '730519'] } });
    expect(done.code).toBe(0);
    for (const sentence of ['no office 1234', 'a hub is an address', 'Write for example', 'named as lsusb does', 'tried first', 'not the same']) expect(done.err).toContain(sentence);
    expect(await settingsOf(machine)).toEqual({ office: '990101', kiosk: 'lobby-3', diagonal: 24, rotation: 0, camera: 'environment', keyboards: [] });
  });

  test('an empty answer keeps what was set up before', async () => {
    const machine = await machineWith();
    await session(machine, ['provision'], { typed });
    const [before, pin] = [await settingsOf(machine), await read(machine, '/etc/owso-kiosk/pin')];
    const done = await session(machine, ['provision'], { typed: {} });
    expect(done.code).toBe(0);
    expect(await settingsOf(machine)).toEqual(before);
    expect(await read(machine, '/etc/owso-kiosk/pin')).toBe(pin);
  });

  test('a scanned code answers where the terminal belongs; the rest is asked', async () => {
    const machine = await machineWith();
    const line = setupText({ hub, code: '2345ABCDEFGH', office: '990101', kiosk: 'lobby-9' });
    const done = await session(machine, ['provision', '--from', '-'], { typed: { 'Scan the code': line, Diagonal: '27', 'PIN of': '730519', 'same PIN': '730519' } });
    expect(done.code).toBe(0);
    const settings = await settingsOf(machine);
    expect([settings.hub, settings.kiosk, settings.office, settings.diagonal]).toEqual([hub, 'lobby-9', '990101', 27]);
    expect(machine.ran.some((one) => one.includes('enrol'))).toBe(true);
  });

  test('a scanned code without a person before it sets up everything else as usual', async () => {
    const machine = await machineWith();
    const done = await session(machine, ['provision', '--from', '-'], { input: `${setupText({ hub, code: '2345ABCDEFGH', office: '990101', kiosk: 'lobby-9' })}\n` });
    expect(done.code).toBe(0);
    expect(done.err).toContain('No PIN was chosen');
    await expect(stat(join(machine.root, 'etc/owso-kiosk/pin'))).rejects.toThrow('ENOENT');
  });

  test('a scanned code that would set a PIN or let a keyboard in is none of the staff page’s, and changes nothing', async () => {
    for (const more of [{ pin: '730519' }, { keyboards: ['1a2c:0e24'] }, { publicAddress: 'https://elsewhere.example.org' }]) {
      const line = `OWSO-SETUP1:${Buffer.from(JSON.stringify({ hub, code: '2345ABCDEFGH', office: '990101', kiosk: 'lobby-9', ...more })).toString('base64url')}`;
      const machine = await machineWith();
      expect(await session(machine, ['provision', '--from', '-'], { input: line })).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was changed') });
      expect(machine.ran).toEqual([]);
    }
  });
});
