import { access, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { setupReaderLimits, type SetupSeen } from '../../src/api/setup-reader.ts';
import { setupText } from '../../src/api/setup.ts';
import { err, ok } from '../../src/model/result.ts';
import type { ReadSetup, SetupSource } from '../../src/terminal/cli/setup-code/reader.ts';
import { fixtureMachine, says, type FixtureMachine } from './fixture-machine.ts';
import { now, session, type Session, type Typed } from './session.ts';

const hub = 'https://hub.example.org';
const code = '2345ABCDEFGH';
const text = setupText({ hub, code, office: '990101', kiosk: 'lobby-9' });

const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13];
const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 16];
const latin = (head: string): number[] => [...Buffer.from(head, 'latin1'), ...Array.from({ length: 20 }, () => 0)];

/** A page that sees one thing after the other, and then nothing any more; it keeps what it was given. */
function page(seen: readonly SetupSeen[]): { readonly read: ReadSetup; readonly sources: SetupSource[]; readonly ended: () => number } {
  const sources: SetupSource[] = [];
  let ended = 0;
  return {
    sources,
    ended: () => ended,
    read: async (_machine, source, work) => {
      sources.push(source);
      const left = [...seen];
      try {
        return ok(await work({ next: async () => { const next = left.shift(); return next === undefined ? new Promise(() => undefined) : ok(next); } }));
      } finally {
        ended += 1;
      }
    },
  };
}

const looks = (view: Extract<SetupSeen, { kind: 'looking' }>['view'], times: number): SetupSeen[] => Array.from({ length: times }, () => ({ kind: 'looking', view }) as const);
const on: SetupSeen = { kind: 'on', name: 'HD Webcam C270' };
const read: SetupSeen = { kind: 'read', text };

async function bare(): Promise<FixtureMachine> {
  const machine = await fixtureMachine({
    fetch: async () => Response.json({ status: 'ok', version: '0.1.0', now: new Date(now).toISOString(), release: 7, demonstration: false }),
    programs: { systemctl: () => says(''), setpriv: (_args, { input }) => says('', input === `${code}\n` ? 0 : 1) },
  });
  await machine.put('/run/systemd/system/.here', '');
  return machine;
}

/** The settings were never written, and nothing was told to the machine. */
async function unchanged(machine: FixtureMachine): Promise<void> {
  await expect(access(machine.at('/etc/owso-kiosk/terminal.yaml'))).rejects.toThrow('ENOENT');
  expect(machine.ran).toEqual([]);
}

const fromCamera = (machine: FixtureMachine, seen: readonly SetupSeen[], typed?: Typed): Promise<Session> => session(machine, ['provision', '--from', 'camera'], { readSetup: page(seen).read, ...(typed !== undefined && { typed }) });

describe('owso-kiosk provision --from camera', () => {
  test('takes from the code where the terminal belongs, and asks the rest', async () => {
    const machine = await bare();
    const done = await fromCamera(machine, [on, ...looks('noCode', 2), read], { Diagonal: '27', 'PIN of': '730519', 'same PIN': '730519' });
    expect(done.code).toBe(0);
    expect(done.err).toContain('The camera is on: HD Webcam C270.');
    expect(done.err).toContain('The code was read.');
    for (const preset of ['[990101]', '[lobby-9]', `[${hub}]`]) expect(done.asked.join('\n')).toContain(preset);
    expect(machine.ran.some((one) => one.includes('enrol'))).toBe(true);
    expect(done.out).toContain('This terminal is set up.');
  });

  test('without a person to ask sets up everything else as usual, and says the code nowhere', async () => {
    const machine = await bare();
    const done = await fromCamera(machine, [on, read]);
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('This terminal is set up.')]);
    for (const secret of [code, '2345-ABCD-EFGH', text]) expect(`${done.err}${done.out}${machine.ran.join('\n')}`).not.toContain(secret);
  });

  test('says what it sees, once in a while', async () => {
    const done = await fromCamera(await bare(), [on, ...looks('dark', 14), ...looks('otherCode', 3), ...looks('dark', 2), read]);
    expect(done.err.match(/The picture is dark/g)).toHaveLength(2);
    expect(done.err.match(/not the one that the staff page shows/g)).toHaveLength(1);
  });

  test('gives advice while it sees no code, and gives up after a minute', async () => {
    const machine = await bare();
    const done = await fromCamera(machine, [on, ...looks('noCode', 59), ...looks('noCode', 1)]);
    expect(done.code).toBe(1);
    expect([...done.err.matchAll(/Still no code.* (\d+) s are left/g)].map(([, left]) => left)).toEqual(['45', '30', '15']);
    expect(done.err).toMatch(/No code of the staff page was read within 60 s\. Nothing was changed\. .*owso-kiosk provision.* \[noCode\]/);
    await unchanged(machine);
  });

  test.each([
    [{ kind: 'failed', code: 'absent', detail: 'NotFoundError' }, /no camera that Chromium finds.*NotFoundError.*\[absent\]/],
    [{ kind: 'failed', code: 'denied', detail: 'NotAllowedError' }, /may not use the camera.*owso-kiosk doctor.*\[denied\]/],
    [{ kind: 'failed', code: 'lost', detail: 'NotReadableError' }, /gives no picture.*owso-kiosk release.*\[lost\]/],
    [{ kind: 'failed', code: 'noDecoder', detail: 'WorkerError' }, /cannot decode.*\[noDecoder\]/],
  ] as const)('refuses and changes nothing when it is told $code', async (seen, sentence) => {
    const machine = await bare();
    const done = await fromCamera(machine, [seen]);
    expect([done.code, done.err]).toEqual([1, expect.stringMatching(sentence)]);
    expect(done.err).toContain('Nothing was changed');
    await unchanged(machine);
  });

  test('a camera cannot colour the console by its name', async () => {
    expect((await fromCamera(await bare(), [{ kind: 'on', name: 'Cam\u001b[31m\nera' }, read])).err).toContain('The camera is on: Cam [31m era.');
  });

  test('ends at Ctrl+C, lets go of the camera and changes nothing', async () => {
    const machine = await bare();
    const stop = new AbortController();
    const { read: look, ended } = page([on]);
    const done = session(machine, ['provision', '--from', 'camera'], { signal: stop.signal, readSetup: (given, source, work) => look(given, source, (reading) => { stop.abort(); return work(reading); }) });
    expect(await done).toMatchObject({ code: 1, err: expect.stringMatching(/Stopped\.$/) });
    expect(ended()).toBe(1);
    await unchanged(machine);
  });

  test('refuses when Chromium does not start, or ends on the way', async () => {
    const machine = await bare();
    expect((await session(machine, ['provision', '--from', 'camera'])).err).toMatch(/Codes cannot be read here: no Chromium.*Nothing was changed.*\[noReader\]/);
    const gone = await session(machine, ['provision', '--from', 'camera'], { readSetup: async (_machine, _source, work) => ok(await work({ next: async () => err('Chromium ended by itself') })) });
    expect(gone.err).toMatch(/Chromium ended by itself.*\[noReader\]/);
    await unchanged(machine);
  });
});

describe('owso-kiosk provision --from PICTURE', () => {
  test.each([['image/png', png], ['image/jpeg', jpeg]] as const)('knows %s by its first bytes, whatever its name', async (type, bytes) => {
    const machine = await bare();
    await writeFile(machine.at('/code.yaml'), Buffer.from(bytes));
    const { read: look, sources, ended } = page([read]);
    const done = await session(machine, ['provision', '--from', 'code.yaml'], { readSetup: look, typed: { Diagonal: '27', 'PIN of': '730519', 'same PIN': '730519' } });
    expect(done.code).toBe(0);
    expect(sources).toEqual([{ kind: 'picture', type, bytes: Buffer.from(bytes) }]);
    expect(ended()).toBe(1);
    expect(done.asked.join('\n')).toContain('[lobby-9]');
  });

  test.each([
    ['WebP', latin('RIFF\x10\0\0\0WEBPVP8 ')],
    ['HEIC or AVIF', latin('\0\0\0\x18ftypheic')],
    ['GIF', latin('GIF89a')],
    ['BMP', latin('BM\x36\0\0\0\0\0\0\0')],
    ['TIFF', latin('II\x2a\0')],
    ['PDF', latin('%PDF-1.7')],
  ] as const)('says what to do with a picture of the kind %s, named as a PNG or not', async (kind, bytes) => {
    const machine = await bare();
    await writeFile(machine.at('/code.png'), Buffer.from(bytes));
    const done = await session(machine, ['provision', '--from', 'code.png']);
    expect([done.code, done.err]).toEqual([1, expect.stringMatching(new RegExp(`${kind}.*Nothing was changed.*PNG or JPEG.*\\[otherPicture\\]`))]);
    await unchanged(machine);
  });

  test('does not even look at a picture that is too large', async () => {
    const machine = await bare();
    await writeFile(machine.at('/code.png'), Buffer.from(png));
    await truncate(machine.at('/code.png'), setupReaderLimits.pictureBytes + 1);
    const { read: look, sources } = page([read]);
    const done = await session(machine, ['provision', '--from', 'code.png'], { readSetup: look });
    expect([done.code, done.err]).toEqual([1, expect.stringMatching(/larger than 20 MB.*\[tooLarge\]/)]);
    expect(sources).toEqual([]);
    await unchanged(machine);
  });

  test.each([
    ['unreadable', 'no whole picture'],
    ['tooManyPixels', '64 million pixels'],
    ['noCode', 'No code can be read in it'],
    ['otherCode', 'not the one that the staff page shows'],
  ] as const)('refuses one that is %s, and changes nothing', async (failure, sentence) => {
    const machine = await bare();
    await writeFile(machine.at('/code.jpg'), Buffer.from(jpeg));
    const done = await session(machine, ['provision', '--from', 'code.jpg'], { readSetup: page([{ kind: 'failed', code: failure }]).read });
    expect([done.code, done.err]).toEqual([1, expect.stringContaining(sentence)]);
    expect(done.err).toMatch(new RegExp(`Nothing was changed.*\\[${failure}\\]`));
    await unchanged(machine);
  });

  test('a file of answers is still one, and a long one is refused', async () => {
    const machine = await bare();
    await writeFile(machine.at('/answers.yaml'), "office: '990101'\nkiosk: lobby-2\n");
    expect((await session(machine, ['provision', '--from', 'answers.yaml'])).code).toBe(0);
    await writeFile(machine.at('/long.yaml'), `# ${'x'.repeat(100_000)}\n`);
    expect((await session(machine, ['provision', '--from', 'long.yaml'])).err).toContain('too long for a file of answers');
  });
});
