import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { loadDemonstration, sampleApplications } from '../../src/hub/demo.ts';
import { checkPng, Pictures } from '../../src/hub/fleet/pictures.ts';
import { troublesOf } from '../../src/hub/fleet/troubles.ts';
import { addSampleFleet, runSampleFleet } from '../../src/hub/samples/fleet.ts';
import { openMemoryStore } from '../../src/hub/store/sqlite.ts';
import { systemClock } from '../../src/serve/clock.ts';
import { applicationSchema, applicationStates } from '../../src/model/application.ts';
import { applicationStateTitles } from '../../src/model/application-words.ts';
import { dayOfWeek } from '../../src/model/day.ts';
import { parseRegistrationCode, printRegistrationCode } from '../../src/model/registration-code.ts';
import * as v from 'valibot';
import { application, code, hub, put, temporaryFolder, writeRepository } from './hub.ts';
import { TestRepository } from '../fixtures/repository.ts';

const content = resolve(import.meta.dirname, '../../kiosk-config/content');
const monday = Date.parse('2026-11-23T05:00:00Z');

function names(folder: string): readonly string[] {
  return readdirSync(join(content, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml')).map((file) => file.slice(file.lastIndexOf('/') + 1, -'.yaml'.length));
}

describe('the sample applications', () => {
  test('are a dozen with good codes, over three offices and every state', () => {
    const samples = sampleApplications(monday);
    expect(samples).toHaveLength(12);
    for (const { code: one, application: what } of samples) {
      expect(parseRegistrationCode(one.canonical)).toEqual({ ok: true, value: { canonical: one.canonical, office: what.office } });
      expect(v.parse(applicationSchema, what)).toEqual(what);
    }
    expect(new Set(samples.map((sample) => sample.application.state))).toEqual(new Set(applicationStates));
    expect(new Set(samples.map((sample) => sample.application.office))).toEqual(new Set(['99', '9901', '990101']));
  });

  test('have the same codes every day, so that a printed receipt stays good, and days near today', () => {
    const [today, later] = [sampleApplications(monday), sampleApplications(monday + 40 * 86_400_000)];
    expect(later.map((sample) => sample.code)).toEqual(today.map((sample) => sample.code));
    expect(today[0]?.code.canonical).toBe('990101CVVCJNTA88');
    expect(later[1]?.application.readyOn).not.toBe(today[1]?.application.readyOn);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])('are ready on working days and were changed before now, whatever the weekday (+%i)', (days) => {
    const now = monday + days * 86_400_000 - 5 * 3_600_000;
    for (const { application: what } of sampleApplications(now)) {
      expect(Date.parse(what.updatedAt)).toBeLessThanOrEqual(now);
      if (what.readyOn !== undefined) expect([1, 2, 3, 4, 5]).toContain(dayOfWeek(what.readyOn));
    }
  });

  test('name services, offices and documents that the content has', () => {
    const services = names('services');
    const offices = names('offices');
    const evidence = readdirSync(join(content, 'evidence')).flatMap((file) => v.parse(v.array(v.object({ identifier: v.string() })), parseYaml(readFileSync(join(content, 'evidence', file), 'utf8'))).map((one) => one.identifier));
    for (const { application: what } of sampleApplications(monday)) {
      expect(services).toContain(what.service);
      expect(offices).toContain(what.office);
      for (const missing of what.missing) expect(evidence).toContain(missing);
    }
  });
});

describe('the demonstration', () => {
  test('answers for its codes, and its page shows each in both scripts with its QR and its state', async () => {
    const store = openMemoryStore();
    const demonstration = await loadDemonstration(store, monday);
    const contentDir = temporaryFolder();
    const title = { km: 'កំណើត <b>', en: 'Birth & more' };
    writeRepository(contentDir, await TestRepository.build({ objects: { 'services/moi/birth-registration.json': { title }, 'offices/9901/office.json': { title: { km: 'ការិយាល័យ', en: 'The office' } } } }));
    const app = await hub({ store, demonstration, contentDir });
    const page = await app.inject('/samples/');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body.match(/<svg/g)).toHaveLength(12);
    for (const { code: one, application: what } of demonstration.samples) {
      for (const language of ['km', 'en'] as const) {
        expect(page.body).toContain(`>${printRegistrationCode(one, language)}<`);
        expect(page.body).toContain(`>${applicationStateTitles[what.state][language]}<`);
      }
      const answer = await app.inject(`/api/v1/applications/${one.canonical}`);
      expect(answer.json().application).toEqual(what);
    }
    expect(page.body).toContain('កំណើត &#60;b&#62;');
    expect(page.body).toContain('Birth &#38; more');
    expect(page.body).toContain('The office');
    expect(page.body).not.toMatch(/<script|\sstyle=|\son[a-z]+=/);
    expect((await app.inject('/api/v1/health')).json().demonstration).toBe(true);
    expect((await app.inject('/samples')).headers['location']).toBe('/samples/');
  });

  test('serves everything that its page and style sheet name', async () => {
    const store = openMemoryStore();
    const app = await hub({ store, demonstration: await loadDemonstration(store, monday) });
    const page = (await app.inject('/samples/')).body;
    const css = (await app.inject('/samples/samples.css')).body;
    const named = [...`${page}${css}`.matchAll(/["'](\/samples\/[^"']+)["']/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThanOrEqual(4);
    for (const url of new Set(named)) expect((await app.inject(url)).statusCode).toBe(200);
  });

  test('is not there in a real office', async () => {
    const app = await hub();
    for (const url of ['/samples/', '/samples', '/samples/samples.css']) expect([404, 503]).toContain((await app.inject(url)).statusCode);
    expect((await app.inject('/api/v1/health')).json().demonstration).toBe(false);
  });

  test('leaves an office’s own applications alone', async () => {
    const store = openMemoryStore();
    await put(store, [code(1), application]);
    await loadDemonstration(store, monday);
    await store.applications.removeSamples();
    expect(await store.applications.find(code(1))).toEqual(application);
    expect(await store.applications.find(sampleApplications(monday)[0]?.code ?? code(2))).toBeNull();
  });
});

describe('the sample terminals', () => {
  const world = () => {
    const store = openMemoryStore();
    const pictures = new Pictures();
    let beats = 0;
    let more: () => void = () => undefined;
    const over = new AbortController();
    const clock = {
      ...systemClock,
      wait: (_ms: number, signal?: AbortSignal) => new Promise<void>((done) => {
        beats += 1;
        more = done;
        signal?.addEventListener('abort', () => done());
      }),
    };
    const deps = { store, pictures, clock, edition: async () => 4 };
    const running = addSampleFleet(deps).then((alive) => runSampleFleet(deps, alive, over.signal));
    const beat = async (): Promise<void> => {
      const before = beats;
      await vi.waitFor(() => expect(beats).toBeGreaterThan(0));
      if (before > 0) more();
      await vi.waitFor(() => expect(beats).toBeGreaterThan(before));
    };
    onTestFinished(async () => {
      over.abort();
      await running;
      await store.close();
    });
    return { store, pictures, beat };
  };

  test('show what staff may meet: well ones, silent ones, troubles; all in sample offices', async () => {
    const { store, beat } = world();
    await beat();
    const terminals = await store.fleet.list('');
    expect(terminals.map(({ office, name }) => [office.startsWith('99'), name.startsWith('sample-')])).toEqual(terminals.map(() => [true, true]));
    const troubles = terminals.map((terminal) => troublesOf(terminal, { edition: 4, since: 0 }, Date.now()).map(({ code }) => code));
    expect(troubles).toContainEqual([]);
    expect(new Set(troubles.flat())).toEqual(new Set(['silent', 'editionBehind', 'neverHeard', 'foreignKeyboard', 'clockWrong', 'diskLow', 'hot', 'fault']));
  });

  test('carry orders out; of a private screen there is no picture', async () => {
    const { store, pictures, beat } = world();
    await beat();
    const idOf = async (name: string): Promise<string> => (await store.fleet.list('')).find((terminal) => terminal.name === name)!.id;
    const [hall, someone] = [await idOf('sample-hall'), await idOf('sample-lobby-3')];
    for (const id of [hall, someone]) await store.fleet.order(id, 'screenshot', 'demo', Date.now(), 0);
    await beat();
    const orders = await store.fleet.lastOrders();
    expect([orders.get(hall)?.result, orders.get(someone)?.result]).toEqual(['done', 'private']);
    expect(checkPng(pictures.get(hall, Date.now())!.png)).toMatchObject({ ok: true });
    expect(pictures.get(someone, Date.now())).toBeUndefined();
  });

  test('go without a trace, and never take the place of a real one', async () => {
    const { store, beat } = world();
    await beat();
    await store.fleet.addCode('ABCDEFGHJKMN', { office: '9901', name: 'hall' }, Date.now() + 60_000);
    const real = await store.fleet.enrol('ABCDEFGHJKMN', { office: '9901', name: 'hall' }, 'ab'.repeat(32), Date.now());
    expect(await store.fleet.addSample({ office: '9901', name: 'hall' }, 0)).toBeUndefined();
    await store.fleet.removeSamples();
    expect((await store.fleet.list('')).map(({ id }) => id)).toEqual([real?.id]);
  });
});
