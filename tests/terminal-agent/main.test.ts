import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAgentConfig } from '../../src/terminal/agent/config.ts';
import { journalStream } from '../../src/terminal/agent/log-stream.ts';
import { places } from '../../src/terminal/places.ts';
import { startAgent, type AgentOptions } from '../e2e/support/agent.ts';
import { temporaryFolder } from '../hub/hub.ts';
import { well } from './agent.ts';

const root = resolve(import.meta.dirname, '../..');

/** An agent as systemd runs it; ended after the test. */
async function started(options: AgentOptions = {}) {
  const agent = await startAgent(options);
  onTestFinished(() => agent.end());
  return agent;
}

/** What an agent says that does not start. */
async function refused(environment: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, [join(root, 'src/terminal/agent/main.ts')], { env: { PATH: process.env['PATH'], STATE_DIRECTORY: temporaryFolder(), RUNTIME_DIRECTORY: temporaryFolder(), ...environment }, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, text };
}

describe('the agent as a process', { timeout: 60_000 }, () => {
  test('ends at once and well when it is told to, whatever is open', async () => {
    const agent = await started();
    const idle = connect(agent.port, 'localhost');
    await new Promise((done) => idle.once('connect', done));
    // A page’s connection that is kept open.
    await fetch(`${agent.url}/terminal/health`);
    const began = performance.now();
    expect(await agent.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(2_000);
    idle.destroy();
  });

  test('is there again with the same page and nothing lost after a power cut', async () => {
    const agent = await started({ pin: '739184' });
    const unlock = async (pin: string): Promise<unknown> => (await fetch(`${agent.url}/terminal/unlock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ pin }) })).json();
    expect(await unlock('111222')).toEqual({ result: 'wrong', wait: 2 });
    await agent.kill();
    await agent.restart();
    expect(await unlock('739184')).toMatchObject({ result: 'wait' });
  });

  test('without settings that can be used says what to do, with the exit code that systemd takes for good', async () => {
    expect(await refused({ AGENT_SETTINGS: '/nowhere/terminal.yaml' })).toEqual({ code: 78, text: expect.stringMatching(/^The agent cannot start\. \/nowhere\/terminal\.yaml .*owso-kiosk provision/) });
    const file = join(temporaryFolder(), 'terminal.yaml');
    writeFileSync(file, 'kiosk: lobby-1\noffice: 12345678\n');
    expect(await refused({ AGENT_SETTINGS: file })).toEqual({ code: 78, text: expect.stringContaining('field office') });
    expect(await refused({ AGENT_PORT: 'http' })).toEqual({ code: 78, text: expect.stringContaining('Set AGENT_PORT otherwise: a port is a number from 0 to 65535.') });
  });

  test('whose port is taken says so, to be tried again', async () => {
    const other = await started();
    expect(await refused({ AGENT_PORT: String(other.port), AGENT_SETTINGS: other.settingsFile })).toEqual({ code: 1, text: expect.stringContaining(`cannot listen on localhost:${other.port} (EADDRINUSE)`) });
  });

  test('logs in lines of the journal, with nothing of a heartbeat each second', async () => {
    const agent = await started();
    for (let beat = 0; beat < 5; beat++) await fetch(`${agent.url}/terminal/heartbeat`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(well) });
    const lines = agent.log().trim().split('\n');
    for (const line of lines) expect(line).toMatch(/^<[3467]>/);
    expect(lines.filter((line) => line.includes('The page has started'))).toHaveLength(1);
    expect(lines.length).toBeLessThan(5);
  });
});

describe('the agent’s environment', () => {
  test('needs nothing to be set on a terminal', () => {
    const config = readAgentConfig({ STATE_DIRECTORY: '', PATH: '/usr/bin' });
    expect(config).toMatchObject({ ok: true, value: { AGENT_PORT: 8480, AGENT_SETTINGS: places.settings, AGENT_PIN_FILE: places.pin, AGENT_APP_DIR: places.app, STATE_DIRECTORY: places.state, RUNTIME_DIRECTORY: places.run, AGENT_SYSTEM_ROOT: '/', LOG_LEVEL: 'info' } });
  });
});

describe('a line for the journal', () => {
  test.each([
    ['{"level":30,"time":1,"msg":"The page has started.","app":"1"}', '<6>The page has started. {"app":"1"}\n'],
    ['{"level":40,"msg":"a"}', '<4>a\n'],
    ['{"level":50,"err":{"type":"Error"},"msg":"error"}', '<3>error {"err":{"type":"Error"}}\n'],
    ['{"level":20,"msg":"b"}', '<7>b\n'],
    ['no JSON\n', 'no JSON\n'],
  ])('%s', (line, expected) => {
    const lines: string[] = [];
    journalStream((text) => void lines.push(text)).write(line);
    expect(lines).toEqual([expected]);
  });
});
