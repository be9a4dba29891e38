import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ActionAnswer } from '../../src/api/agent.ts';
import type { Command, Terminal } from '../../src/console/command.ts';
import { folderSource } from '../../src/repository/copy.ts';
import { openFolder } from '../../src/repository/folder.ts';
import { importStickCommand } from '../../src/terminal/cli/import-stick.ts';
import { readRelease } from '../carriers/reader.ts';
import { TestRepository } from '../fixtures/repository.ts';
import { temporaryFolder, writeFiles, writeRepository } from '../hub/hub.ts';
import { fixtureMachine } from '../terminal-cli/fixture-machine.ts';
import { well } from './agent.ts';

const day = 24 * 3_600_000;
const birth = 'services/moi/birth.json';

/** The next edition, a day later. */
async function next(repository: TestRepository, riel: number): Promise<TestRepository> {
  const later = repository.fork();
  later.now += day;
  later.put(birth, { identifier: 'birth', riel });
  await later.publish();
  return later;
}

const one = await TestRepository.build();
const two = await next(one, 500);
const three = await next(two, 600);

/** A terminal and a stick. */
async function world(onStick: TestRepository | undefined, folder = 'owso-content') {
  const machine = await fixtureMachine({ content: false });
  await machine.put('/usr/share/owso-kiosk-terminal/app/baseline/root.json', Buffer.from(one.anchor).toString());
  const stick = temporaryFolder();
  if (onStick !== undefined) writeRepository(join(stick, folder), onStick);
  const content = machine.at('/var/lib/owso-kiosk-agent/content');
  const take = async (now = three.now, dir = stick): Promise<ActionAnswer> => {
    const lines: string[] = [];
    const terminal: Terminal = { cwd: '/', now: () => now, out: (line) => void lines.push(line), err: (line) => void lines.push(`err ${line}`), signal: new AbortController().signal };
    const command: Command = importStickCommand(machine);
    const code = await command.run({ positionals: [dir], text: () => undefined, texts: () => [], flag: () => false }, terminal);
    expect(lines).toHaveLength(1);
    const answer = JSON.parse(lines[0] ?? '') as ActionAnswer;
    expect(code).toBe(answer.result === 'done' ? 0 : 1);
    return answer;
  };
  const shows = (edition: TestRepository): Promise<void> =>
    machine.put('/run/owso-kiosk/state.json', JSON.stringify({ written: new Date().toISOString(), page: { heard: new Date().toISOString(), health: { ...well, edition: edition.edition, confirmed: new Date(edition.now).toISOString() } }, hub: { enrolled: false } }));
  const shown = (edition: TestRepository): Promise<Record<string, string>> => readRelease(folderSource(openFolder(content)), one.anchor, edition.now);
  return { machine, stick, content, take, shows, shown };
}

describe('content from a stick', () => {
  test('is taken over, as proven from the app’s own root, and only then', async () => {
    const { take, shown } = await world(two);
    expect(await take()).toEqual({ result: 'done', edition: 2 });
    expect(await shown(two)).toEqual(two.texts);
  });

  test('is found also where somebody copied the folder’s inside, or named that folder', async () => {
    expect(await (await world(two, '.')).take()).toEqual({ result: 'done', edition: 2 });
    const { take, stick } = await world(two);
    expect(await take(two.now, join(stick, 'owso-content'))).toEqual({ result: 'done', edition: 2 });
  });

  test('is taken over edition after edition', async () => {
    const { take, stick, shown } = await world(one);
    expect(await take()).toEqual({ result: 'done', edition: 1 });
    writeRepository(join(stick, 'owso-content'), three);
    expect(await take()).toEqual({ result: 'done', edition: 3 });
    expect(await shown(three)).toEqual(three.texts);
  });

  test('that was confirmed later is taken over though nothing in it changed', async () => {
    const confirmed = one.fork();
    confirmed.now += day;
    await confirmed.publish();
    const { take, shows } = await world(confirmed);
    await shows(one);
    expect((await take()).result).toBe('done');
  });
});

describe('is refused, and leaves what is there as it was:', () => {
  const before = async (onStick: TestRepository | undefined) => {
    const made = await world(two);
    expect((await made.take()).result).toBe('done');
    rmSync(join(made.stick, 'owso-content'), { recursive: true });
    if (onStick !== undefined) writeRepository(join(made.stick, 'owso-content'), onStick);
    return made;
  };

  test('an older edition than what came on an earlier stick', async () => {
    const { take, shown } = await before(one);
    expect(await take()).toEqual({ result: 'failed', code: 'stickOlder', detail: 'edition 1, here 2' });
    expect(await shown(two)).toEqual(two.texts);
  });

  test('an older edition than what the page shows, from wherever that came', async () => {
    const { take, shows } = await world(two);
    await shows(three);
    expect(await take()).toEqual({ result: 'failed', code: 'stickOlder', detail: 'edition 2, here 3' });
  });

  test('an older edition than what came with the package', async () => {
    const { take, machine } = await world(one);
    writeRepository(machine.at('/usr/share/owso-kiosk-terminal/content'), two);
    expect(await take()).toMatchObject({ code: 'stickOlder' });
  });

  test('the same edition', async () => {
    const { take } = await before(two);
    expect(await take()).toEqual({ result: 'failed', code: 'stickSame', detail: 'edition 2' });
  });

  test('a stick without content, an empty folder, and none at all', async () => {
    const { take, stick } = await world(undefined);
    expect(await take()).toMatchObject({ code: 'noContentOnStick' });
    mkdirSync(join(stick, 'owso-content'));
    expect(await take()).toMatchObject({ code: 'noContentOnStick' });
    expect(await take(one.now, join(stick, 'nowhere'))).toMatchObject({ code: 'noStick' });
  });

  test('an export that did not finish', async () => {
    const { take, stick } = await world(three);
    rmSync(join(stick, 'owso-content/metadata/timestamp.json'));
    expect(await take()).toMatchObject({ code: 'stickUnreadable' });
  });

  test('a stick on which a file is missing, cut or was changed', async () => {
    const { take, stick, shown } = await before(three);
    const target = readdirSync(join(stick, 'owso-content/targets/services/moi')).find((name) => name.endsWith('birth.json') && Buffer.from(three.bytes(`targets/services/moi/${name}`)).includes('600')) ?? '';
    const path = join(stick, 'owso-content/targets/services/moi', target);
    // Files of changes would bring it all the same.
    rmSync(join(stick, 'owso-content/changes'), { recursive: true, force: true });
    writeFileSync(path, Buffer.from(three.bytes(`targets/services/moi/${target}`)).toString().replace('600', '100'));
    expect(await take()).toMatchObject({ code: 'stickRefused' });
    truncateSync(path, 5);
    expect(await take()).toMatchObject({ code: 'stickRefused' });
    rmSync(path);
    expect(await take()).toMatchObject({ code: 'stickUnreadable' });
    expect(await shown(two)).toEqual(two.texts);
  });

  test('a stick that others signed', async () => {
    const forger = await TestRepository.build({ now: three.now });
    forger.put(birth, { identifier: 'birth', riel: 1 });
    await forger.publish();
    await forger.publish({ renew: ['moi'] });
    forger.put(birth, { identifier: 'birth', riel: 2 });
    await forger.publish();
    const { take, shown } = await before(forger);
    expect(await take()).toMatchObject({ code: 'stickRefused', detail: expect.stringMatching(/^(?:thresholdNotMet|forged|rolledBack) /) });
    expect(await shown(two)).toEqual(two.texts);
  });

  test('a stick that nobody confirmed in time', async () => {
    const { take } = await world(two);
    expect(await take(two.now + 40 * day)).toMatchObject({ code: 'stickRefused', detail: expect.stringContaining('expired') });
  });
});

describe('a stick that a stranger made', () => {
  test('leads out of itself by no link', async () => {
    const { take, stick, machine } = await world(two);
    const outside = machine.at('/somewhere');
    cpSync(join(stick, 'owso-content'), outside, { recursive: true });
    rmSync(join(stick, 'owso-content/metadata'), { recursive: true });
    symlinkSync(join(outside, 'metadata'), join(stick, 'owso-content/metadata'));
    expect(await take()).toMatchObject({ result: 'failed', code: 'stickUnreadable' });
  });

  test('holds nobody up by a device, a pipe or a file of terabytes', async () => {
    for (const make of [
      (path: string) => symlinkSync('/dev/zero', path),
      (path: string) => void execFileSync('mkfifo', [path]),
      (path: string) => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      },
    ]) {
      const { take, stick } = await world(two);
      const path = join(stick, 'owso-content/metadata/timestamp.json');
      rmSync(path);
      make(path);
      const began = performance.now();
      expect((await take()).result).toBe('failed');
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  });

  test('writes nothing but files of a repository', async () => {
    const { take, stick, content } = await world(two);
    writeFiles(stick, { 'owso-content/evil.sh': 'x', 'owso-content/metadata/evil.json': '{}', 'owso-content/targets/evil.json': '{}' });
    expect((await take()).result).toBe('done');
    const names = readdirSync(content, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.includes('evil'))).toEqual([]);
  });
});
