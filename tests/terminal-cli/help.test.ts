import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { err } from '../../src/model/result.ts';
import { commandsFor } from '../../src/terminal/cli/main.ts';
import { answersSchema } from '../../src/terminal/cli/provision/answers.ts';
import { fixtureMachine } from './fixture-machine.ts';
import { noReader, session } from './session.ts';

/** For units that carry out the panel's requests, not for people. */
const internal = ['import-stick', 'examine'];

describe('the terminal’s documentation', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../kiosk-config/terminal/README.md'), 'utf8');

  test('names every command, and no other', async () => {
    const commands = commandsFor({ machine: await fixtureMachine({ content: false }), input: async () => '', probe: async () => err('none'), readSetup: noReader });
    const named = [...text.matchAll(/`owso-kiosk ([a-z-]+)[^`]*`((?:, `[a-z-]+`)*)/g)].flatMap(([, first, more]) => [first ?? '', ...[...(more ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1] ?? '')]);
    const inBlock = [...text.matchAll(/^owso-kiosk ([a-z-]+)/gm)].map((match) => match[1] ?? '');
    expect([...new Set([...named, ...inBlock])].sort()).toEqual(commands.map(({ name }) => name).filter((name) => !internal.includes(name)).sort());
  });

  test('names no option that there is not', async () => {
    const commands = commandsFor({ machine: await fixtureMachine({ content: false }), input: async () => '', probe: async () => err('none'), readSetup: noReader });
    for (const line of text.split('\n').filter((one) => one.startsWith('| `owso-kiosk '))) {
      const command = commands.find(({ name }) => line.startsWith(`| \`owso-kiosk ${name}`));
      for (const [, option] of line.matchAll(/--([a-z-]+)/g)) expect(Object.keys(command?.options ?? {}), line).toContain(option);
    }
  });
});

test('the help of provision shows every answer that a file can give', async () => {
  const { out } = await session(await fixtureMachine({ content: false }), ['provision', '--help']);
  for (const name of Object.keys(answersSchema.entries)) expect(out).toContain(`  ${name}:`);
});
