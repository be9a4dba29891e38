import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentPaths, panelHeader, panelSchema, type ActionAnswer, type PanelAction } from '../../src/api/agent.ts';
import { hashPin } from '../../src/terminal/pin.ts';
import { writeEnrolment } from '../../src/terminal/enrolment.ts';
import * as v from 'valibot';
import { temporaryFolder } from '../hub/hub.ts';
import { agent, machine, movableClock, type AgentOverrides } from './agent.ts';

/** An agent whose panel is open. */
async function opened(overrides: AgentOverrides = {}) {
  const pinFile = join(temporaryFolder(), 'pin');
  writeFileSync(pinFile, await hashPin('739184'));
  const running = await agent({ pinFile, ...overrides });
  const { token } = (await running.ask(agentPaths.unlock, { json: { pin: '739184' } })).json() as { readonly token: string };
  const headers = { [panelHeader]: token };
  const act = async (action: PanelAction): Promise<ActionAnswer> => (await running.ask(agentPaths.actions + action, { json: {}, headers })).json() as ActionAnswer;
  return { ...running, headers, act };
}

/** Lets the machine's import leave an answer. */
const leave = (runDir: string, text: string): void => writeFileSync(join(runDir, 'results/import-stick.json'), text);

describe('the operator’s panel', () => {
  test('tells what the terminal is, how the machine is and whether the hub answers', async () => {
    const hub = 'http://127.0.0.1:4';
    const { ask, headers, context } = await opened({ settings: { hub } });
    const panel = async () => v.parse(panelSchema, (await ask(agentPaths.panel, { headers })).json());
    expect(await panel()).toMatchObject({ terminal: 'lobby-1', office: '990101', machine: { version: '1.2.3' }, hub: { address: hub, enrolled: false }, stick: false });
    await ask('/api/v1/health');
    await writeEnrolment(context.stateDir, { hub, terminal: '0123456789abcdef' });
    expect((await panel()).hub).toEqual({ address: hub, enrolled: true, failure: 'ECONNREFUSED' });
    // An enrolment at another hub is none at this one.
    await writeEnrolment(context.stateDir, { hub: 'https://other.example.org', terminal: '0123456789abcdef' });
    expect((await panel()).hub.enrolled).toBe(false);
  });

  test('of a terminal without a hub says so', async () => {
    const { ask, headers } = await opened();
    expect(v.parse(panelSchema, (await ask(agentPaths.panel, { headers })).json()).hub).toEqual({ enrolled: false });
  });
});

describe('what staff have done', () => {
  test.each([['restartDisplay', 'restart-display'], ['restartMachine', 'restart-machine'], ['release', 'release']] as const)('%s is asked of the machine as %s', async (action, request) => {
    const { act, context } = await opened();
    const taken = machine(context.runDir);
    expect(await act(action)).toEqual({ result: 'done' });
    expect(taken).toEqual([request]);
  });

  test('is not possible where the machine takes nothing up, and is then asked for no more', async () => {
    const { act, context } = await opened({ limits: { requestTaken: 100 } });
    expect(await act('restartDisplay')).toMatchObject({ result: 'failed', code: 'notPossible' });
    expect(readdirSync(join(context.runDir, 'requests'))).toEqual([]);
  });

  test('is nothing else than what the panel offers', async () => {
    const { ask, headers, context } = await opened();
    const taken = machine(context.runDir);
    for (const name of ['screenshot', 'restart-display', '../../x', 'importStick/..', '__proto__', '']) expect((await ask(agentPaths.actions + name, { json: {}, headers })).status, name).toBeGreaterThanOrEqual(400);
    expect(taken).toEqual([]);
  });

  test('requests of an agent before this one are not carried out', async () => {
    const runDir = temporaryFolder();
    mkdirSync(join(runDir, 'requests'));
    writeFileSync(join(runDir, 'requests/restart-machine'), '');
    await agent({ runDir });
    expect(readdirSync(join(runDir, 'requests'))).toEqual([]);
  });
});

describe('content from a stick', () => {
  test('is imported, its edition is told, and the page is asked to take it over', async () => {
    const { act, context, beat } = await opened();
    const taken = machine(context.runDir, () => leave(context.runDir, '{"result":"done","edition":7}\n'));
    expect(await act('importStick')).toEqual({ result: 'done', edition: 7 });
    expect(taken).toEqual(['import-stick']);
    expect((await beat()).json()).toEqual({ orders: ['syncNow'] });
  });

  test('that is refused says why', async () => {
    const { act, context, beat } = await opened();
    machine(context.runDir, () => leave(context.runDir, '{"result":"failed","code":"stickOlder","detail":"edition 3, here 5"}'));
    expect(await act('importStick')).toEqual({ result: 'failed', code: 'stickOlder', detail: 'edition 3, here 5' });
    expect((await beat()).json()).toEqual({ orders: [] });
  });

  test('does not end with the answer of an import before', async () => {
    const { act, context } = await opened({ limits: { importStick: 200 } });
    leave(context.runDir, '{"result":"done","edition":9}');
    machine(context.runDir);
    expect(await act('importStick')).toMatchObject({ result: 'failed', code: 'tooSlow' });
  });

  test.each([['half an answer', '{"result":"do'], ['something else', '{"result":"done","edition":"seven"}'], ['an endless answer', `{"result":"done"}${' '.repeat(20_000)}`]])('is not believed %s', async (_name, text) => {
    const { act, context } = await opened({ limits: { importStick: 200 } });
    machine(context.runDir, () => leave(context.runDir, text));
    expect(await act('importStick')).toMatchObject({ result: 'failed', code: 'tooSlow' });
  });

  test('no link is followed where an answer should be', async () => {
    const { act, context } = await opened({ limits: { importStick: 200 } });
    const elsewhere = join(temporaryFolder(), 'answer.json');
    writeFileSync(elsewhere, '{"result":"done","edition":9}');
    machine(context.runDir, () => symlinkSync(elsewhere, join(context.runDir, 'results/import-stick.json')));
    expect(await act('importStick')).toMatchObject({ result: 'failed', code: 'tooSlow' });
  });

  test('asked for twice is imported once', async () => {
    const { act, context } = await opened();
    const taken = machine(context.runDir, () => void setTimeout(() => leave(context.runDir, '{"result":"done","edition":7}'), 100));
    expect(await Promise.all([act('importStick'), act('importStick')])).toEqual([{ result: 'done', edition: 7 }, { result: 'done', edition: 7 }]);
    expect(taken).toEqual(['import-stick']);
  });
});

describe('an examination of the terminal', () => {
  const found = { looked: 21, findings: [{ check: 'touch', status: 'fault', says: 'There is no touch screen.', mend: 'Plug it in.' }], left: 0 };
  const leaveFound = (runDir: string, examination: object): void => writeFileSync(join(runDir, 'results/examine.json'), JSON.stringify({ result: 'done', examination }));

  test('is asked of the machine without any input, and its findings are told', async () => {
    const { act, context, beat } = await opened();
    const taken = machine(context.runDir, (name) => {
      leaveFound(context.runDir, found);
      expect(name).toBe('examine');
    });
    expect(await act('examine')).toEqual({ result: 'done', examination: found });
    expect(taken).toEqual(['examine']);
    expect((await beat()).json()).toEqual({ orders: [] });
    expect(readdirSync(join(context.runDir, 'results'))).toEqual([]);
  });

  test('is one at a time, beside an import', async () => {
    const { act, context } = await opened();
    const taken = machine(context.runDir, (name) => void setTimeout(() => (name === 'examine' ? leaveFound(context.runDir, found) : leave(context.runDir, '{"result":"done","edition":7}')), 100));
    expect(await Promise.all([act('examine'), act('importStick'), act('examine')])).toEqual([{ result: 'done', examination: found }, { result: 'done', edition: 7 }, { result: 'done', examination: found }]);
    expect([...taken].sort()).toEqual(['examine', 'import-stick']);
  });

  test('keeps the panel open for as long as it takes', async () => {
    const clock = movableClock();
    const { act, context, ask, headers } = await opened({ clock });
    machine(context.runDir, () => {
      clock.move(170_000);
      leaveFound(context.runDir, found);
    });
    expect(await act('examine')).toMatchObject({ result: 'done' });
    expect((await ask(agentPaths.panel, { headers })).status).toBe(200);
  });

  test('that failed says why', async () => {
    const { act, context } = await opened();
    machine(context.runDir, () => writeFileSync(join(context.runDir, 'results/examine.json'), '{"result":"failed","code":"tooSlow","detail":"The examination did not end within 160 seconds."}'));
    expect(await act('examine')).toEqual({ result: 'failed', code: 'tooSlow', detail: 'The examination did not end within 160 seconds.' });
  });

  test.each([
    ['a machine that takes nothing up', undefined, 'notPossible'],
    ['nothing', (): void => undefined, 'tooSlow'],
    ['more findings than are told', (runDir: string): void => leaveFound(runDir, { ...found, findings: Array.from({ length: 31 }, () => found.findings[0]) }), 'tooSlow'],
    ['an endless sentence', (runDir: string): void => leaveFound(runDir, { ...found, findings: [{ ...found.findings[0], says: 'x'.repeat(501) }] }), 'tooSlow'],
    ['something that is no finding', (runDir: string): void => leaveFound(runDir, { ...found, shadow: 'root:$y$j9T$x' }), 'tooSlow'],
  ] as const)('to which %s answers ends with a word', async (_what, answer, code) => {
    const { act, context } = await opened({ limits: { requestTaken: 100, examine: 200 } });
    if (answer !== undefined) machine(context.runDir, () => answer(context.runDir));
    expect(await act('examine')).toMatchObject({ result: 'failed', code });
  });

  test('is not for whoever has not opened the panel', async () => {
    const { ask, context } = await opened();
    const taken = machine(context.runDir);
    expect((await ask(`${agentPaths.actions}examine`, { json: {}, headers: { [panelHeader]: 'guessed' } })).status).toBe(401);
    expect(taken).toEqual([]);
  });
});
