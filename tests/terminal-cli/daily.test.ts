import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { PageHealth } from '../../src/api/page-health.ts';
import type { AgentState } from '../../src/terminal/agent-state.ts';
import { checkPin } from '../../src/terminal/pin.ts';
import { plainPng } from '../fixtures/fleet.ts';
import { fixtureMachine, says, type FixtureMachine, type Program } from './fixture-machine.ts';
import { now, session } from './session.ts';

const settings = "office: '990101'\nkiosk: lobby-1\nhub: https://hub.example.org\nkeyboards: ['0c2e:0200']\n";
const health: PageHealth = { page: '0123456789abcdef', screen: 'attract', drawn: true, content: true, app: '0.1.0', edition: 7, confirmed: '2026-11-23T02:00:00Z', sample: false, faults: [] };

function stateOf(page: Partial<PageHealth> = {}, heard = now): AgentState {
  return { written: new Date(heard).toISOString(), page: { heard: new Date(heard).toISOString(), health: { ...health, ...page } }, hub: { address: 'https://hub.example.org', enrolled: true, answered: new Date(now - 20_000).toISOString() } };
}

/** What `systemctl show` says of units that all run. */
const systemctl: Program = (args) =>
  says(args[0] === 'show' ? args.slice(3).map((unit) => `Id=${unit}\nLoadState=loaded\nActiveState=${unit.includes('console') ? 'inactive' : 'active'}\nUnitFileState=enabled\nNRestarts=${unit === 'owso-kiosk.service' ? 2 : 0}`).join('\n\n') : '');

async function terminalMachine(given: Parameters<typeof fixtureMachine>[0] = {}): Promise<FixtureMachine> {
  const machine = await fixtureMachine({
    content: false,
    ...given,
    files: { '/etc/owso-kiosk/terminal.yaml': settings, '/proc/uptime': '262800.00 1.0\n', '/proc/meminfo': 'MemTotal:        4000000 kB\nMemAvailable:    2500000 kB\n', '/run/owso-kiosk/state.json': JSON.stringify(stateOf()), '/run/owso-kiosk/heartbeat': '', '/run/owso-kiosk-settings/display-starts': '..', ...given.files },
    programs: { systemctl, ...given.programs },
  });
  await utimes(machine.at('/run/owso-kiosk/heartbeat'), new Date(now - 700), new Date(now - 700));
  for (const folder of ['requests', 'results']) await mkdir(machine.at(`/run/owso-kiosk/${folder}`), { recursive: true });
  return machine;
}

describe('owso-kiosk status', () => {
  test('shows on one screen what is shown, which price list, the hub and the machine', async () => {
    const machine = await terminalMachine();
    const done = await session(machine, ['status']);
    expect(done.code).toBe(0);
    for (const part of ['lobby-1, office 990101', 'last well 1 s ago; nobody is there', 'edition 7, confirmed on 2026-11-23', 'enrolled; answered 20 s ago', 'up 3 days', 'all run; display started 2 times', 'foreign, and ignored: Logitech USB Keyboard']) expect(done.out).toContain(part);
    expect(done.out.split('\n').length).toBeLessThan(20);
  });

  test('says that the lock is released', async () => {
    const machine = await terminalMachine({ programs: { systemctl: (args) => says(args.slice(3).map((unit) => `Id=${unit}\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\nNRestarts=0`).join('\n\n')) } });
    expect((await session(machine, ['status'])).out).toContain('RELEASED');
  });

  test('says plainly that the price list is a sample, and what is faulty', async () => {
    const machine = await terminalMachine({ files: { '/run/owso-kiosk/state.json': JSON.stringify(stateOf({ sample: true, faults: ['cameraAbsent'] })) }, programs: { systemctl: (args) => says(args.slice(3).map((unit) => `Id=${unit}\nLoadState=loaded\nActiveState=${unit === 'owso-kiosk.service' ? 'failed' : 'active'}\nUnitFileState=enabled\nNRestarts=0`).join('\n\n')) } });
    const { out } = await session(machine, ['status']);
    for (const part of ['SAMPLE', 'cameraAbsent', 'owso-kiosk.service failed']) expect(out).toContain(part);
  });

  test('works without systemd, without an agent and without being root', async () => {
    const machine = await terminalMachine({ uid: 1000 });
    await rm(machine.at('/run/owso-kiosk'), { recursive: true });
    const done = await session({ ...machine, run: async () => ({ kind: 'absent' }) }, ['status']);
    expect(done.code).toBe(0);
    expect(done.out).toContain('not seen since the machine started');
    expect(done.out).toContain('systemd does not answer');
  });

  test('says the same to a program', async () => {
    const { out } = await session(await terminalMachine(), ['status', '--json']);
    expect(JSON.parse(out)).toMatchObject({ kiosk: 'lobby-1', agent: { page: { health: { edition: 7 } } }, machine: { version: '0.1.0', foreignKeyboards: ['Logitech USB Keyboard'] } });
  });

  test('of a machine that was not set up says how to do it', async () => {
    const machine = await fixtureMachine({ content: false });
    const done = await session(machine, ['status']);
    expect(done.code).toBe(1);
    expect(done.err).toContain('owso-kiosk provision');
  });
});

describe('owso-kiosk logs', () => {
  test('shows the lines of our units as they come', async () => {
    const machine = await terminalMachine({ programs: { journalctl: (_args, { onLine }) => (['one', '2026 display[1]: [1:2:3/4.5:ERROR:dbus/bus.cc:405] Failed to connect', 'two\u001b[31m'].forEach((line) => onLine?.(line)), says('')) } });
    const done = await session(machine, ['logs', '--since=-2h', '--warnings']);
    expect(done.out).toBe('one\ntwo [31m');
    expect(machine.ran).toEqual(['journalctl --unit=owso-kiosk* --output=short-iso --no-hostname --no-pager --quiet --since=-2h --priority=warning']);
  });

  test('goes on until it is stopped, which is no failure', async () => {
    const stop = new AbortController();
    const machine = await terminalMachine({ programs: { journalctl: async (_args, { signal }) => (stop.abort(), signal?.aborted === true ? { kind: 'stopped' } : says('')) } });
    expect((await session(machine, ['logs', '--follow'], { signal: stop.signal })).code).toBe(0);
  });

  test('tells what stands in the way', async () => {
    const machine = await terminalMachine({ uid: 1000, programs: { journalctl: () => says('', 1, 'Failed to parse timestamp: yesteryear') } });
    const done = await session(machine, ['logs', '--since', 'yesteryear']);
    expect(done.code).toBe(1);
    expect(done.err).toMatch(/yesteryear.*sudo/);
  });
});

describe('owso-kiosk screenshot', () => {
  const picture = Buffer.from(plainPng(8, 8, [11, 42, 91]));

  /** A machine whose unit takes pictures, during which the page comes to show something. */
  async function withCamera(after: PageHealth['screen'], given: Parameters<typeof fixtureMachine>[0] = {}): Promise<FixtureMachine> {
    const machine: FixtureMachine = await terminalMachine({
      ...given,
      programs: {
        systemctl: async (args, options) => {
          if (args.join(' ') !== 'start owso-kiosk-request@screenshot.service') return systemctl(args, options);
          await machine.put('/run/owso-kiosk/state.json', JSON.stringify(stateOf({ screen: after }, now + 1_000)));
          await writeFile(machine.at('/run/owso-kiosk/results/screenshot.png'), picture);
          return says('');
        },
      },
    });
    return machine;
  }

  test('writes the picture for its owner alone, and leaves none behind', async () => {
    const machine = await withCamera('attract');
    const done = await session(machine, ['screenshot', 'shot.png']);
    expect(done).toMatchObject({ code: 0, out: 'shot.png' });
    expect(await readFile(machine.at('/shot.png'))).toEqual(picture);
    expect(((await stat(machine.at('/shot.png'))).mode & 0o777).toString(8)).toBe('600');
    expect(await readdir(machine.at('/run/owso-kiosk/results'))).toEqual([]);
  });

  test('takes none while somebody’s status is shown', async () => {
    const machine = await terminalMachine({ files: { '/run/owso-kiosk/state.json': JSON.stringify(stateOf({ screen: 'private' })) } });
    const done = await session(machine, ['screenshot', 'shot.png']);
    expect(done.err).toContain('[private]');
    expect(machine.ran).toEqual([]);
  });

  test('writes into no file that an agent which was taken over leads it to', async () => {
    const machine = await withCamera('attract', { files: { '/etc/shadow': 'root:*:20000::::::\n' } });
    await symlink(machine.at('/etc/shadow'), machine.at('/run/owso-kiosk/requests/screenshot'));
    await session(machine, ['screenshot', 'shot.png']);
    expect(await readFile(machine.at('/etc/shadow'), 'utf8')).toBe('root:*:20000::::::\n');
  });

  test('takes no picture for one that is behind a link, or a pipe that would never end', async () => {
    for (const [name, lead] of [['link', async (path: string) => symlink('../../../shot-of-another.png', path)], ['pipe', async (path: string) => void execFileSync('mkfifo', [path])]] as const) {
      const machine: FixtureMachine = await terminalMachine({ programs: { systemctl: async () => (await lead(machine.at('/run/owso-kiosk/results/screenshot.png')), says('')) } });
      await writeFile(machine.at('/shot-of-another.png'), picture);
      expect((await session(machine, ['screenshot', 'shot.png'])).err, name).toContain('[noPicture]');
    }
  });

  test('throws it away if somebody’s status came up meanwhile', async () => {
    const machine = await withCamera('private');
    const done = await session(machine, ['screenshot', 'shot.png']);
    expect(done.err).toContain('[private]');
    await expect(stat(machine.at('/shot.png'))).rejects.toThrow('ENOENT');
    expect(await readdir(machine.at('/run/owso-kiosk/results'))).toEqual([]);
  });
});

describe('owso-kiosk pin', () => {
  test('sets the PIN, and ends the wait after wrong ones', async () => {
    const machine = await terminalMachine({ files: { '/var/lib/owso-kiosk-agent/pin-delay.json': '{"failures":9}' } });
    const done = await session(machine, ['pin'], { typed: { 'PIN of': '730519', 'same PIN': '730519' } });
    expect(done).toMatchObject({ code: 0, out: 'The PIN was set.' });
    expect(await checkPin('730519', await readFile(machine.at('/etc/owso-kiosk/pin'), 'utf8'))).toBe('right');
    await expect(stat(machine.at('/var/lib/owso-kiosk-agent/pin-delay.json'))).rejects.toThrow('ENOENT');
    expect(machine.ran).toEqual(['systemctl try-restart owso-kiosk-agent.service']);
  });

  test('takes no PIN that is tried first, and can be taken away', async () => {
    const machine = await terminalMachine();
    expect((await session(machine, ['pin', '--from-input'], { input: '111111\n' })).err).toContain('[badPin]');
    expect((await session(machine, ['pin', '--from-input'], { input: '730519\n' })).code).toBe(0);
    expect((await session(machine, ['pin', '--remove'])).code).toBe(0);
    await expect(stat(machine.at('/etc/owso-kiosk/pin'))).rejects.toThrow('ENOENT');
  });
});

describe('owso-kiosk release and lock', () => {
  test('open a console and bring the kiosk back', async () => {
    const machine = await terminalMachine();
    const release = machine.at('/usr/lib/owso-kiosk-terminal/requests/release');
    const ran: string[] = [];
    const both = { ...machine, run: async (program: string, args: readonly string[]) => (ran.push([program, ...args].join(' ')), says('')) };
    expect((await session(both, ['release'])).out).toContain('owso-kiosk lock');
    expect((await session(both, ['lock'])).code).toBe(0);
    expect(ran).toEqual([release, 'systemctl reset-failed owso-kiosk.service', 'systemctl start owso-kiosk.service']);
  });

  test.each([['release'], ['lock'], ['pin'], ['screenshot']])('%s is for root alone', async (name) => {
    expect((await session(await terminalMachine({ uid: 1000 }), [name])).err).toContain('[needsRoot]');
  });
});
