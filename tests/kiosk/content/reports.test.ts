import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reportsSchema } from '../../../src/api/report.ts';
import { makeRegistrationCode, printRegistrationCode } from '../../../src/model/registration-code.ts';
import { openOutbox } from '../../../src/kiosk/content/db.ts';
import { cleanDetail, createReports, type Reports } from '../../../src/kiosk/content/reports.ts';
import { pageTimers } from '../../../src/kiosk/content/timers.ts';
import { err } from '../../../src/model/result.ts';
import * as v from 'valibot';

let count = 0;

interface Kiosk {
  status: number;
  time: number;
  readonly bodies: unknown[];
  start(): Promise<Reports>;
}

function createKiosk(open?: () => ReturnType<typeof openOutbox>): Kiosk {
  const name = `reports-${++count}`;
  const kiosk: Kiosk = {
    status: 204,
    time: Date.parse('2026-11-23T03:00:00Z'),
    bodies: [],
    async start() {
      const reports = createReports();
      await reports.startReports({
        kiosk: () => 'lobby-2',
        timers: pageTimers,
        now: () => kiosk.time,
        openOutbox: open ?? (() => openOutbox(name)),
        async fetch(_, init) {
          if (kiosk.status === 0) throw new TypeError('failed to fetch');
          kiosk.bodies.push(JSON.parse(String(init?.body)));
          return new Response(null, { status: kiosk.status });
        },
      });
      return reports;
    },
  };
  return kiosk;
}

test('a report reaches the hub in the form the hub asks for, once', async () => {
  const kiosk = createKiosk();
  const reports = await kiosk.start();
  reports.report('cameraLost', 'NotReadableError');
  expect(await reports.flushReports()).toBe(true);
  expect(await reports.flushReports()).toBe(true);
  expect(kiosk.bodies).toEqual([{ kiosk: 'lobby-2', reports: [{ code: 'cameraLost', at: '2026-11-23T03:00:00.000Z', detail: 'NotReadableError' }] }]);
  expect(v.is(reportsSchema, kiosk.bodies[0])).toBe(true);
});

test('a report made while the hub is dead survives a restart and is sent when the hub answers', async () => {
  const kiosk = createKiosk();
  kiosk.status = 0;
  const before = await kiosk.start();
  before.report('contentDamaged', 'database lost');
  expect(await before.flushReports()).toBe(false);
  const after = await kiosk.start();
  expect(after.recentReports.value).toMatchObject([{ code: 'contentDamaged', detail: 'database lost' }]);
  kiosk.status = 204;
  expect(await after.flushReports()).toBe(true);
  expect(kiosk.bodies).toHaveLength(1);
});

test('what is reported before the outbox is open is kept, too', async () => {
  const kiosk = createKiosk();
  const reports = createReports();
  reports.report('unexpectedError', 'TypeError');
  const started = await kiosk.start();
  void started;
  await reports.startReports({
    kiosk: () => 'lobby-2',
    timers: pageTimers,
    now: () => kiosk.time,
    openOutbox: () => openOutbox(`reports-early-${count}`),
    async fetch(_, init) {
      kiosk.bodies.push(JSON.parse(String(init?.body)));
      return new Response(null, { status: 204 });
    },
  });
  expect(await reports.flushReports()).toBe(true);
  expect(kiosk.bodies).toMatchObject([{ reports: [{ code: 'unexpectedError' }] }]);
});

test('the same fact is said once in ten minutes, a different one at once', async () => {
  const kiosk = createKiosk();
  const reports = await kiosk.start();
  for (let i = 0; i < 5; i++) reports.report('hubUnreachable', 'unreachable');
  kiosk.time += 1000;
  reports.report('hubUnreachable', 'tooSlow');
  expect(reports.recentReports.value.map((report) => report.detail)).toEqual(['tooSlow', 'unreachable']);
  kiosk.time += 11 * 60_000;
  reports.report('hubUnreachable', 'unreachable');
  expect(reports.recentReports.value).toHaveLength(3);
  // The one that still waits in the outbox stands for both.
  await reports.flushReports();
  expect(kiosk.bodies).toMatchObject([{ reports: [{ detail: 'unreachable' }, { detail: 'tooSlow' }] }]);
});

test('the outbox is bounded: the oldest reports go first', async () => {
  const kiosk = createKiosk();
  const reports = await kiosk.start();
  for (let i = 0; i < 250; i++) {
    kiosk.time += 1000;
    reports.report('contentRefused', `object ${i}`);
  }
  await reports.flushReports();
  const sent = kiosk.bodies.flatMap((body) => v.parse(reportsSchema, body).reports.map((report) => report.detail));
  expect(kiosk.bodies).toHaveLength(2);
  expect(sent).toHaveLength(200);
  expect(sent[0]).toBe('object 50');
  expect(sent.at(-1)).toBe('object 249');
});

test.each([429, 500, 503])('a hub that cannot take reports now gets them later: %i', async (status) => {
  const kiosk = createKiosk();
  const reports = await kiosk.start();
  reports.report('cameraDenied');
  kiosk.status = status;
  expect(await reports.flushReports()).toBe(false);
  kiosk.status = 204;
  expect(await reports.flushReports()).toBe(true);
  expect(kiosk.bodies).toHaveLength(2);
});

test('reports that the hub calls malformed do not block the way for later ones', async () => {
  const kiosk = createKiosk();
  const reports = await kiosk.start();
  reports.report('cameraDenied');
  kiosk.status = 400;
  await reports.flushReports();
  kiosk.status = 204;
  reports.report('cameraLost');
  await reports.flushReports();
  expect(kiosk.bodies.at(-1)).toMatchObject({ reports: [{ code: 'cameraLost' }] });
});

test('without a database reports are kept and sent from memory', async () => {
  const kiosk = createKiosk(async () => err({ code: 'storageBroken', detail: 'UnknownError' }));
  const reports = await kiosk.start();
  reports.report('contentDamaged', 'database');
  expect(await reports.flushReports()).toBe(true);
  expect(kiosk.bodies).toMatchObject([{ reports: [{ code: 'contentDamaged' }] }]);
});

test('no registration code leaves the kiosk in a report, in whatever form it gets there', () => {
  const letters = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.constantFrom('99', '9901', '990101'), fc.string(), fc.string(), (random, office, before, after) => {
      const code = makeRegistrationCode(office, random);
      for (const form of [code.canonical, code.canonical.toLowerCase(), printRegistrationCode(code, 'en'), printRegistrationCode(code, 'km'), `/api/v1/applications/${code.canonical}`]) {
        const cleaned = cleanDetail(`${before} ${form} ${after}`);
        expect(cleaned).not.toContain(code.canonical);
        expect(cleaned.replace(/[^A-Z0-9]/gi, '').toUpperCase()).not.toContain(code.canonical.slice(office.length));
      }
    }),
  );
});

test('a detail always fits what the hub accepts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const cleaned = cleanDetail(text);
      expect(cleaned.length).toBeLessThanOrEqual(200);
      expect(cleaned).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});
