import { cp, readdir, readFile, stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { setupText } from '../../src/api/setup.ts';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { readEnrolment } from '../../src/terminal/enrolment.ts';
import { addOperator, injectFetch, StaffMember, testPassword } from '../fixtures/fleet.ts';
import { hub, plentiful } from '../hub/hub.ts';
import { fixtureMachine, says, type FixtureMachine } from './fixture-machine.ts';
import { session } from './session.ts';

const address = 'https://hub.example.org';
const place = { office: '990101', name: 'lobby-1' };

/** A hub with an operator who is signed in, and a machine that reaches it; under the agent's account the program runs itself. */
async function world() {
  const store = openMemoryStore();
  await addOperator(store);
  const ask = injectFetch(await hub({ store, rates: plentiful }));
  const staff = new StaffMember(ask, address);
  await staff.signIn('dara', testPassword);
  return { machine: await machineThatReaches(ask), another: () => machineThatReaches(ask), staff };
}

/** A machine on which the program runs itself under the agent’s account. */
async function machineThatReaches(ask: typeof fetch): Promise<FixtureMachine> {
  const machine: FixtureMachine = await fixtureMachine({
    fetch: ask,
    programs: {
      systemctl: () => says(''),
      setpriv: async (args, { input = '' }) => {
        const done = await session({ ...machine, uid: 991 }, args.slice(args.indexOf('owso-kiosk.js') + 1), { input });
        return says(done.out, done.code, done.err);
      },
    },
  });
  return machine;
}

describe('a terminal that is set up with a code of the staff page', () => {
  test('is enrolled under the agent’s account, by a key that was made on it and that only its owner can read', async () => {
    const { machine, staff } = await world();
    const { code } = await staff.code(place);
    const line = setupText({ hub: address, code, office: place.office, kiosk: place.name });
    const done = await session(machine, ['provision', '--from', '-'], { input: line });
    expect(done.err).toContain('It answers: version');
    expect(done).toMatchObject({ code: 0 });
    const enrolment = await readEnrolment(machine.at('/var/lib/owso-kiosk-agent'));
    expect(enrolment?.hub).toBe(address);
    expect((await staff.terminals()).terminals.map(({ id, name, office }) => [id, name, office])).toEqual([[enrolment?.terminal, 'lobby-1', '990101']]);
    expect(((await stat(machine.at('/var/lib/owso-kiosk-agent/key.pem'))).mode & 0o777).toString(8)).toBe('600');
    expect(await readFile(machine.at('/etc/owso-kiosk/terminal.yaml'), 'utf8')).not.toContain(code);
  });

  test('cannot be enrolled twice with the same code, nor with one that nobody made', async () => {
    const { machine, another, staff } = await world();
    const { code } = await staff.code(place);
    const line = setupText({ hub: address, code, office: place.office, kiosk: place.name });
    await session(machine, ['provision', '--from', '-'], { input: line });
    const again = await session(await another(), ['provision', '--from', '-'], { input: line });
    expect(again.code).toBe(1);
    expect(again.out).toContain('not enrolled');
    const made = await session(machine, ['enrol', '--code-on-input'], { input: 'ABCDEFGHJKMN' });
    expect(made.code).toBe(1);
    expect(made.err).toMatch(/did not enrol this terminal.*owso-kiosk enrol/);
  });
});

describe('owso-kiosk enrol', () => {
  test('asks for the code, makes a key for each enrolment, and has the agent read it', async () => {
    const { machine, staff } = await world();
    await session(machine, ['provision', '--from', '-'], { input: `office: '990101'\nkiosk: lobby-1\nhub: ${address}\n` });
    const { code } = await staff.code(place);
    const done = await session(machine, ['enrol'], { typed: { 'Enrolment code': code.toLowerCase() } });
    expect(done).toMatchObject({ code: 0, out: `Enrolled at ${address}.` });
    expect(machine.ran.at(-1)).toBe('systemctl try-restart owso-kiosk-agent.service');
    const key = await readFile(machine.at('/var/lib/owso-kiosk-agent/key.pem'), 'utf8');
    const second = await staff.code(place);
    expect((await session(machine, ['enrol'], { typed: { 'Enrolment code': second.code } })).code).toBe(0);
    expect(await readFile(machine.at('/var/lib/owso-kiosk-agent/key.pem'), 'utf8')).not.toBe(key);
    expect(await readdir(machine.at('/var/lib/owso-kiosk-agent'))).toEqual(['enrolment.json', 'key.pem']);
  });

  test('of a copied disk leaves the machine that it was copied from where it is', async () => {
    const { machine, another, staff } = await world();
    const { code } = await staff.code(place);
    await session(machine, ['provision', '--from', '-'], { input: setupText({ hub: address, code, office: place.office, kiosk: place.name }) });
    const copy = await another();
    for (const folder of ['etc/owso-kiosk', 'var/lib/owso-kiosk-agent']) await cp(machine.at(`/${folder}`), copy.at(`/${folder}`), { recursive: true });
    const second = await staff.code({ ...place, name: 'lobby-2' });
    const done = await session(copy, ['provision', '--from', '-'], { input: setupText({ hub: address, code: second.code, office: place.office, kiosk: 'lobby-2' }) });
    expect(done).toMatchObject({ code: 0 });
    expect(done.err).toContain('have that one retired');
    const mine = await readEnrolment(machine.at('/var/lib/owso-kiosk-agent'));
    expect((await staff.terminals()).terminals.map(({ id, name }) => [name, id === mine?.terminal])).toEqual([['lobby-1', true], ['lobby-2', false]]);
  });

  test('whose answer was lost is done again with the same code', async () => {
    const { machine, staff } = await world();
    await session(machine, ['provision', '--from', '-'], { input: `office: '990101'\nkiosk: lobby-1\nhub: ${address}\n` });
    const { code } = await staff.code(place);
    const { fetch: ask } = machine;
    const lost = { ...machine, fetch: (async (...asked) => (await ask(...asked), Promise.reject(new TypeError('fetch failed')))) as typeof fetch };
    expect((await session({ ...lost, uid: 991 }, ['enrol', '--code-on-input'], { input: code })).err).toContain('did not answer');
    expect((await staff.terminals()).terminals).toHaveLength(1);
    expect(await session(machine, ['enrol'], { typed: { 'Enrolment code': code } })).toMatchObject({ code: 0 });
  });

  test('of a terminal without a hub, without settings or without a code says what to do', async () => {
    const { machine } = await world();
    expect((await session(machine, ['enrol'], { typed: {} })).err).toContain('[notProvisioned]');
    await machine.put('/etc/owso-kiosk/terminal.yaml', "office: '990101'\nkiosk: a\n");
    expect((await session(machine, ['enrol'], { typed: {} })).err).toContain('[noHub]');
    await machine.put('/etc/owso-kiosk/terminal.yaml', `office: '990101'\nkiosk: a\nhub: ${address}\n`);
    expect((await session(machine, ['enrol'], { typed: { 'Enrolment code': 'hello' } })).err).toContain('[badCode]');
    expect((await session(machine, ['enrol'])).err).toContain('--code-on-input');
  });
});

describe('owso-kiosk hub', () => {
  test('asks the hub under the agent’s account', async () => {
    const { machine } = await world();
    await machine.put('/etc/owso-kiosk/terminal.yaml', `office: '990101'\nkiosk: a\nhub: ${address}\n`);
    const done = await session(machine, ['hub']);
    expect(done).toMatchObject({ code: 0 });
    expect(done.out).toMatch(/^It answers: version \S+, price list/);
    expect(machine.ran[0]).toContain('setpriv --reuid=owso-kiosk-agent');
    expect((await session({ ...machine, fetch: () => Promise.reject(new TypeError('fetch failed')), uid: 1000 }, ['hub'])).err).toContain('cannot be reached');
  });
});
