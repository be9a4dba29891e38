import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as v from 'valibot';
import { runStateFile } from '../../src/terminal/agent/state-file.ts';
import { agentStateSchema, type AgentState } from '../../src/terminal/agent-state.ts';
import { agent, TestClock, well } from './agent.ts';

/** An agent that keeps the file for the machine’s commands, on a clock of the test’s. */
async function world() {
  const clock = new TestClock();
  const running = await agent({ clock, settings: { hub: 'http://127.0.0.1:4' } });
  const ended = new AbortController();
  const over = runStateFile(running.context, running.page, running.link, running.server.log, ended.signal);
  onTestFinished(async () => {
    ended.abort();
    await over;
  });
  const file = join(running.context.runDir, 'state.json');
  const state = (): AgentState => v.parse(v.pipe(v.string(), v.parseJson(), agentStateSchema), readFileSync(file, 'utf8'));
  const tick = async (): Promise<void> => {
    await vi.waitFor(() => expect(clock.waiting).toBeGreaterThan(0), { interval: 1 });
    await clock.advance(1_000);
    await vi.waitFor(() => expect(clock.waiting).toBeGreaterThan(0), { interval: 1 });
  };
  await vi.waitFor(() => expect(existsSync(file)).toBe(true));
  return { ...running, clock, file, state, tick };
}

describe('what the agent tells the commands of this machine', () => {
  test('is what the page said last, and when, and how the hub answers', async () => {
    const { beat, state, tick, link, clock } = await world();
    expect(state()).toMatchObject({ hub: { address: 'http://127.0.0.1:4', enrolled: false } });
    expect(state().page).toBeUndefined();
    await beat({ screen: 'visit' });
    const heard = new Date(clock.now()).toISOString();
    link.failed('ECONNREFUSED');
    await tick();
    expect(state()).toMatchObject({ page: { heard, health: { ...well, screen: 'visit' } }, hub: { failure: 'ECONNREFUSED' } });
  });

  test('is written when something changed, and otherwise every five seconds', async () => {
    const { beat, state, tick } = await world();
    await beat();
    await tick();
    const first = state().written;
    for (let second = 0; second < 4; second++) {
      await beat();
      await tick();
      expect(state().written).toBe(first);
    }
    await tick();
    const second = state().written;
    expect(Date.parse(second) - Date.parse(first)).toBe(5_000);
    await beat({ edition: 2 });
    await tick();
    expect(Date.parse(state().written) - Date.parse(second)).toBe(1_000);
  });

  test('can be read by every account of the machine: it says nothing of anybody', async () => {
    const { file } = await world();
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });
});
