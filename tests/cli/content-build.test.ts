import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { calendarSchema } from '../../src/model/calendar.ts';
import { eventSchema } from '../../src/model/event.ts';
import { officeSchema } from '../../src/model/office.ts';
import { packSchema } from '../../src/model/pack.ts';
import { publicServiceSchema } from '../../src/model/public-service.ts';
import { checkObject, compiledReleaseSchema, objectUrlPath } from '../../src/trust/release.ts';
import { edited, readTree, run, soundSources, temporaryFolder, writeFiles, type Answer, type Sources } from './sources.ts';

const service = 'services/moi/birth.yaml';

async function folderWith(sources: Sources): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(join(folder, 'content'), sources);
  return folder;
}

function build(folder: string, ...more: string[]): Promise<Answer> {
  return run(folder, ['content', 'build', '--content', 'content', '--out', 'out', ...more]);
}

/** Parses an object of the compiled release. */
async function objectOf<T extends v.GenericSchema>(folder: string, path: string, schema: T): Promise<v.InferOutput<T>> {
  const tree = await readTree(join(folder, 'out'));
  const release = v.parse(compiledReleaseSchema, JSON.parse(tree['release.json'] ?? ''));
  return v.parse(schema, JSON.parse(tree[objectUrlPath(path, release.objects[path] ?? { sha256: '' })] ?? ''));
}

describe('content build', () => {
  test('writes what is to be signed, object by object, and says that nobody has', async () => {
    const folder = await folderWith(soundSources());
    const answer = await build(folder);
    expect(answer).toMatchObject({ code: 0, err: '' });
    expect(answer.out).toBe('Compiled into out: 1 services, 1 events, 1 offices, edited on 2026-11-20. Nobody has signed it yet.');

    const tree = await readTree(join(folder, 'out'));
    const manifest = tree['release.json'] ?? '';
    const release = v.parse(compiledReleaseSchema, JSON.parse(manifest));
    expect(release.editedOn).toBe('2026-11-20');
    expect(Object.keys(release.objects)).toEqual(['catalogue/calendar.json', 'catalogue/event-child.json', 'catalogue/pack.json', 'offices/990101/office.json', 'services/moi/birth.json']);
    for (const [path, entry] of Object.entries(release.objects)) {
      const text = tree[objectUrlPath(path, entry)] ?? '';
      expect(await checkObject(release, path, new TextEncoder().encode(text))).toEqual({ ok: true, value: undefined });
    }
    expect(Object.keys(tree)).toHaveLength(Object.keys(release.objects).length + 1);
  });

  test('every object follows the schema that the kiosk parses it with', async () => {
    const folder = await folderWith(soundSources());
    await build(folder);
    const birth = await objectOf(folder, 'services/moi/birth.json', publicServiceSchema);
    expect(birth.evidence[0]?.anyOf[0]).toEqual({ type: 'photo', copies: 2, title: { km: 'រូបថត', en: 'Photo' } });
    expect(birth.legalResources).toEqual([{ identifier: 'prakas-1', type: 'prakas', number: '1', date: '2016-12-29', title: { km: 'ប្រកាស', en: 'Prakas' } }]);
    const child = await objectOf(folder, 'catalogue/event-child.json', eventSchema);
    expect(child.stations[0]?.evidence).toContainEqual({ type: 'birth-certificate', title: { km: 'សំបុត្រកំណើត', en: 'Birth certificate' }, outputOf: 'birth' });
    await objectOf(folder, 'catalogue/calendar.json', calendarSchema);
    await objectOf(folder, 'offices/990101/office.json', officeSchema);
    const pack = await objectOf(folder, 'catalogue/pack.json', packSchema);
    expect(pack.order).toEqual({ km: ['birth'], en: ['birth'] });
    expect(pack.events).toEqual(['child']);
  });

  test('the same sources give the same bytes, whatever was there before and in whatever order keys are written', async () => {
    const first = await folderWith(soundSources());
    await build(first);
    const second = await folderWith(edited(soundSources(), service, 'Birth registration', 'Registration of a birth'));
    await build(second);
    const swapped = edited(soundSources(), 'topics.yaml', '{ identifier: family, title: { km: គ្រួសារ, en: Family }, icon: family }', '{ icon: family, title: { en: Family, km: គ្រួសារ }, identifier: family }');
    await writeFiles(join(second, 'content'), swapped);
    await build(second);
    expect(await readTree(join(second, 'out'))).toEqual(await readTree(join(first, 'out')));
  });

  test('services are in the alphabetical order of each language', async () => {
    const copy = (identifier: string, km: string, en: string): Sources => ({
      [`services/moi/${identifier}.yaml`]: (soundSources()[service] ?? '').replace('identifier: birth\n', `identifier: ${identifier}\n`).replace('km: ចុះបញ្ជីកំណើត, en: Birth registration', `km: ${km}, en: ${en}`),
    });
    const folder = await folderWith({ ...soundSources(), ...copy('z', 'ហាង', 'Adoption'), ...copy('a', 'ការផ្ទេរ', 'Zebra crossing') });
    expect(await build(folder)).toMatchObject({ code: 0 });
    const pack = await objectOf(folder, 'catalogue/pack.json', packSchema);
    // ក before ច before ហ.
    expect(pack.order).toEqual({ km: ['a', 'birth', 'z'], en: ['z', 'birth', 'a'] });
  });

  test('Khmer typed in another order of code points is compiled to one form, keys and English untouched', async () => {
    const mistyped = 'ខ\u17c2\u17d2មរ';
    const folder = await folderWith(edited(soundSources(), service, 'km: ចុះបញ្ជីកំណើត', `km: ${mistyped} 🙂`));
    await build(folder);
    const { title } = await objectOf(folder, 'services/moi/birth.json', publicServiceSchema);
    expect(title.km).toBe('ខ\u17d2ម\u17c2រ 🙂');
  });

  test('a fault leaves the old release as it was, to the byte', async () => {
    const folder = await folderWith(soundSources());
    await build(folder);
    const before = await readTree(join(folder, 'out'));
    await writeFiles(join(folder, 'content'), edited(soundSources(), service, 'riel: 2500', 'riel: 2500.5'));
    const answer = await build(folder);
    expect(answer.code).toBe(1);
    expect(answer.err).toContain('birth.yaml:31:58');
    expect(answer.err).toContain('Nothing was written; out is as it was.');
    expect(await readTree(join(folder, 'out'))).toEqual(before);
    expect(Object.keys(await readTree(folder)).filter((path) => !path.startsWith('out/') && !path.startsWith('content/'))).toEqual([]);
  });

  test('objects of an old release go, and nothing that is not one', async () => {
    const folder = await folderWith(soundSources());
    await build(folder);
    const old = Object.keys(await readTree(join(folder, 'out')));
    await writeFile(join(folder, 'out/services/notes.txt'), 'kept');
    await writeFiles(join(folder, 'content'), edited(soundSources(), service, 'Birth registration', 'Registration of a birth'));
    await build(folder);
    const tree = await readTree(join(folder, 'out'));
    expect(tree['services/notes.txt']).toBe('kept');
    expect(Object.keys(tree)).toHaveLength(old.length + 1);
  });

  test('a half-written output is healed by the next build', async () => {
    const folder = await folderWith(soundSources());
    await build(folder);
    const whole = await readTree(join(folder, 'out'));
    const object = Object.keys(whole).find((path) => path.startsWith('services/')) ?? '';
    await writeFile(join(folder, 'out', object), (whole[object] ?? '').slice(0, 40));
    await rm(join(folder, 'out/release.json'));
    expect((await build(folder)).code).toBe(0);
    expect(await readTree(join(folder, 'out'))).toEqual(whole);
  });

  test('a folder with other things in it is refused and left alone', async () => {
    const folder = await folderWith(soundSources());
    await writeFiles(folder, { 'out/thesis.txt': 'mine' });
    const answer = await build(folder);
    expect(answer.code).toBe(1);
    expect(answer.err).toContain('holds other files');
    expect(await readTree(join(folder, 'out'))).toEqual({ 'thesis.txt': 'mine' });
  });

  test('the content folder cannot be the output', async () => {
    const folder = await folderWith(soundSources());
    for (const out of ['content', 'content/out', '.']) {
      expect(await run(folder, ['content', 'build', '--content', 'content', '--out', out])).toMatchObject({ code: 2, err: expect.stringContaining('name another folder') });
    }
  });

  test('the lock of a dead build is taken over', async () => {
    const folder = await folderWith(soundSources());
    // No process has this number: it is above the kernel's limit.
    await writeFile(join(folder, 'out.lock'), '4194305');
    expect((await build(folder)).code).toBe(0);
  });

  test('builds at the same time all end, with one whole release', async () => {
    const folder = await folderWith(soundSources());
    const answers = await Promise.all([build(folder), build(folder), build(folder)]);
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0]);
    const tree = await readTree(join(folder, 'out'));
    const release = v.parse(compiledReleaseSchema, JSON.parse(tree['release.json'] ?? ''));
    for (const [path, entry] of Object.entries(release.objects)) {
      expect(createHash('sha256').update(tree[objectUrlPath(path, entry)] ?? '').digest('hex')).toBe(entry.sha256);
    }
  });
});

describe('content build --watch', () => {
  test('builds again after a change, tells faults, and ends when stopped', async () => {
    const folder = await folderWith(soundSources());
    const stop = new AbortController();
    const lines: string[] = [];
    let wake = (): void => undefined;
    const heard = (line: string): void => {
      lines.push(line);
      wake();
    };
    const waitFor = async (text: string): Promise<void> => {
      while (!lines.some((line) => line.includes(text))) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const ended = run(folder, ['content', 'build', '--content', 'content', '--out', 'out', '--watch'], { signal: stop.signal, onOut: heard, onErr: heard });
    await waitFor('edited on 2026-11-20');

    await writeFiles(join(folder, 'content'), edited(soundSources(), service, 'type: photo', 'type: foto'));
    await waitFor('there is no evidence type "foto"');

    // Editors save beside and rename.
    await mkdir(join(folder, 'beside'));
    await writeFile(join(folder, 'beside/pack.yaml'), edited(soundSources(), 'pack.yaml', '2026-11-20', '2026-11-21')['pack.yaml'] ?? '');
    await writeFiles(join(folder, 'content'), { [service]: soundSources()[service] ?? '' });
    await rename(join(folder, 'beside/pack.yaml'), join(folder, 'content/pack.yaml'));
    await waitFor('edited on 2026-11-21');

    stop.abort();
    expect((await ended).code).toBe(0);
  }, 60_000);
});
