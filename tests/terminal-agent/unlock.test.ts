import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { agentPaths, panelHeader, type UnlockAnswer } from '../../src/api/agent.ts';
import { longestWait, waitAfter } from '../../src/terminal/agent/unlock.ts';
import { hashPin } from '../../src/terminal/pin.ts';
import { errorOf, temporaryFolder } from '../hub/hub.ts';
import { agent, movableClock, type AgentOverrides } from './agent.ts';

const pin = '739184';
let hash = '';
beforeAll(async () => {
  hash = await hashPin(pin);
});

/** An agent with a PIN, and a clock that can be moved on. */
async function locked(overrides: AgentOverrides = {}) {
  const clock = movableClock();
  const folder = temporaryFolder();
  const pinFile = join(folder, 'pin');
  writeFileSync(pinFile, `${hash}\n`);
  const running = await agent({ clock, pinFile, ...overrides });
  const type = async (digits: string): Promise<UnlockAnswer> => (await running.ask(agentPaths.unlock, { json: { pin: digits } })).json() as UnlockAnswer;
  return { ...running, clock, type };
}

/** The token of a panel that opens. */
async function opened(type: (digits: string) => Promise<UnlockAnswer>): Promise<string> {
  const answer = await type(pin);
  if (answer.result !== 'open') throw new Error(`the panel does not open: ${answer.result}`);
  return answer.token;
}

describe('the staff’s PIN', () => {
  test('opens the panel', async () => {
    const { type, ask } = await locked();
    expect(await opened(type)).toMatch(/^[\w-]{43}$/);
    expect((await ask(agentPaths.panel)).status).toBe(401);
  });

  test('that is wrong has to be waited for, and the right one with it', async () => {
    const { type, clock } = await locked();
    expect(await type('111222')).toEqual({ result: 'wrong', wait: 2 });
    expect(await type(pin)).toEqual({ result: 'wait', wait: 2 });
    clock.move(1_500);
    expect(await type(pin)).toEqual({ result: 'wait', wait: 1 });
    clock.move(600);
    expect((await type(pin)).result).toBe('open');
  });

  test('guessed again and again is waited for longer each time, at most a quarter of an hour', async () => {
    const { type, clock } = await locked();
    const waits: number[] = [];
    for (let failures = 1; failures <= 12; failures++) {
      const answer = await type('111222');
      if (answer.result !== 'wrong') throw new Error(answer.result);
      waits.push(answer.wait);
      clock.move(answer.wait * 1_000);
    }
    expect(waits).toEqual([2, 2, 2, 15, 30, 60, 120, 240, 480, 900, 900, 900]);
    // Half of a million PINs at this pace: fourteen years.
    expect((500_000 * longestWait) / 86_400 / 365).toBeGreaterThan(14);
    expect((await type(pin)).result).toBe('open');
    expect(await type('111222')).toEqual({ result: 'wrong', wait: 2 });
  });

  test('is not guessed faster by pulling the plug: the count is on the disk before a PIN is looked at', async () => {
    const stateDir = temporaryFolder();
    for (let start = 0; start < 5; start++) {
      const { type, clock } = await locked({ stateDir });
      if (start > 0) clock.move(waitAfter(start) * 1_000 + 1);
      if (start > 0) expect((await type('111222')).result).toBe('wait');
      clock.move(waitAfter(start) * 1_000 + 1);
      expect((await type('111222')).result).toBe('wrong');
      expect(JSON.parse(readFileSync(join(stateDir, 'pin-delay.json'), 'utf8'))).toEqual({ failures: start + 1 });
    }
  });

  test('is not guessed faster by setting the machine’s clock', async () => {
    const clock = movableClock();
    let ahead = 0;
    const { type } = await locked({ clock: { ...clock, now: () => Date.now() + ahead } });
    await type('111222');
    ahead = 365 * 86_400_000;
    expect((await type(pin)).result).toBe('wait');
  });

  test('is not guessed faster by many tries at once', async () => {
    const { type } = await locked();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => type(String(100_000 + index))));
    expect(answers.filter(({ result }) => result === 'wrong')).toHaveLength(1);
    expect(answers.filter(({ result }) => result === 'wait')).toHaveLength(19);
  });

  test('has to be waited for where somebody spoilt the count', async () => {
    const stateDir = temporaryFolder();
    writeFileSync(join(stateDir, 'pin-delay.json'), '{"failures":-5');
    const { type } = await locked({ stateDir });
    expect(await type(pin)).toEqual({ result: 'wait', wait: 60 });
  });

  test('stands in no log and in no answer', async () => {
    const { type, log, clock, ask } = await locked();
    await type('918273');
    clock.move(3_000);
    await type(pin);
    const odd = await ask(agentPaths.unlock, { json: { pin: '91827x' } });
    expect(odd.status).toBe(400);
    expect(log.text + odd.text).not.toMatch(/918273|739184|91827x/);
    expect(log.text).toContain('"result":"wrong"');
  });

  test('was not chosen: the panel opens for nobody', async () => {
    const { type, context } = await locked();
    rmSync(context.pinFile);
    expect(await type('000000')).toEqual({ result: 'notSet' });
    writeFileSync(context.pinFile, 'scrypt$1$1$1$x$y');
    expect(await type('000000')).toEqual({ result: 'notSet' });
  });

  test('that was chosen anew counts at once', async () => {
    const { type, context } = await locked();
    writeFileSync(context.pinFile, await hashPin('284617'));
    expect((await type('284617')).result).toBe('open');
  });
});

describe('an opened panel', () => {
  test('is open for whoever has its token, and for no other', async () => {
    const { type, ask } = await locked();
    const token = await opened(type);
    expect((await ask(agentPaths.panel, { headers: { [panelHeader]: token } })).status).toBe(200);
    for (const wrong of ['', 'x', `${token}x`, token.slice(1), token.toUpperCase()]) {
      const answer = await ask(agentPaths.panel, { headers: { [panelHeader]: wrong } });
      expect([answer.status, errorOf(answer.text)], wrong).toEqual([401, 'notSignedIn']);
    }
    expect((await ask(`${agentPaths.actions}release`, { json: {} })).status).toBe(401);
  });

  test('is forgotten after three minutes without use, and not while it is used', async () => {
    const { type, ask, clock } = await locked();
    const headers = { [panelHeader]: await opened(type) };
    for (let minute = 0; minute < 8; minute += 2) {
      clock.move(120_000);
      expect((await ask(agentPaths.panel, { headers })).status).toBe(200);
    }
    clock.move(181_000);
    expect((await ask(agentPaths.panel, { headers })).status).toBe(401);
  });

  test('is forgotten when staff close it, when another one is opened, and when the page starts anew', async () => {
    const { type, ask, beat } = await locked();
    await beat();
    const first = await opened(type);
    const second = await opened(type);
    const state = async (token: string): Promise<number> => (await ask(agentPaths.panel, { headers: { [panelHeader]: token } })).status;
    expect([await state(first), await state(second)]).toEqual([401, 200]);
    expect((await ask(`${agentPaths.actions}closePanel`, { json: {}, headers: { [panelHeader]: second } })).json()).toEqual({ result: 'done' });
    expect(await state(second)).toBe(401);
    const third = await opened(type);
    await beat({ screen: 'operator' });
    expect(await state(third)).toBe(200);
    await beat({ page: '00000000000000bb' });
    expect(await state(third)).toBe(401);
  });
});
