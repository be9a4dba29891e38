import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, test } from 'vitest';
import { nextWait, syncTimes } from '../../../src/kiosk/content/content.ts';
import { limits, objectUrlPath } from '../../../src/trust/release.ts';
import { buildRelease, catalogueObjects, serviceObject, type BuiltRelease } from '../../fixtures/content-release.ts';
import { codes, createWorld, json, serving, shownVersion, type HubAnswer } from './world.ts';

let first: BuiltRelease;
let second: BuiltRelease;
beforeAll(async () => {
  first = await buildRelease(100, catalogueObjects(['birth', 'marriage']));
  second = await buildRelease(200, catalogueObjects(['birth', 'death', 'marriage']));
});

const death = (): string => `/content/${objectUrlPath('services/moi/death.json', second.release.objects['services/moi/death.json'] ?? { length: 2, sha256: '' })}`;

/** A hub like {@link serving}, with one path answered otherwise. */
function servingBut(release: BuiltRelease, path: string | (() => string), answer: HubAnswer): HubAnswer {
  const rest = serving(release);
  return (asked, init) => (asked === (typeof path === 'string' ? path : path()) ? answer(asked, init) : rest(asked, init));
}

test('a newer release comes in behind the screen and is shown only when it is applied', async () => {
  const world = createWorld(first);
  world.hub = serving(second);
  const { content } = await world.start();
  expect(shownVersion(content)).toBe(100);
  expect(content.pending.value).toBe(true);
  expect(await content.applyPending()).toBe(true);
  expect(shownVersion(content)).toBe(200);
  expect(content.pending.value).toBe(false);
  expect(await content.applyPending()).toBe(false);
});

test('only what changed is fetched, once', async () => {
  const world = createWorld(first);
  world.hub = serving(second);
  const { content } = await world.start();
  await content.checkForUpdate();
  await content.applyPending();
  await content.checkForUpdate();
  const objects = world.asked.filter((path) => path.startsWith('/content/') && path !== '/content/release.json');
  expect(objects.map((path) => path.replace(/[0-9a-f]{64}\./, '')).sort()).toEqual(['/content/catalogue/pack.json', '/content/services/moi/death.json']);
});

test('the screen can say when the hub last confirmed what it shows, also after a restart', async () => {
  const world = createWorld(first);
  world.hub = serving(first);
  const { content } = await world.start();
  expect(content.lastConfirmed.value).toBe(world.time);
  const confirmed = world.time;
  world.hub = () => undefined;
  world.time += 86_400_000;
  expect((await world.start()).content.lastConfirmed.value).toBe(confirmed);
});

test('an unchanged release is confirmed without sending the manifest again', async () => {
  const world = createWorld(first);
  const served: number[] = [];
  const hub = serving(first);
  world.hub = async (path, init) => {
    const answer = await hub(path, init);
    if (path === '/content/release.json' && answer !== undefined) served.push(answer.status);
    return answer;
  };
  const { content } = await world.start();
  world.time += 60_000;
  await content.checkForUpdate();
  expect(served).toEqual([200, 304]);
  expect(content.lastConfirmed.value).toBe(world.time);
});

test('a waiting release is not taken for a confirmation of the shown one', async () => {
  const world = createWorld(first);
  world.hub = serving(second);
  const { content } = await world.start();
  expect(content.lastConfirmed.value).toBeUndefined();
  await content.applyPending();
  expect(content.lastConfirmed.value).toBe(world.time);
});

describe('whatever is wrong with the hub, the shown release stays and the fault is reported', () => {
  const slow: HubAnswer = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(64_000).fill(32));
        },
      }),
      { headers: { 'content-type': 'application/json' } },
    );
  const html = (): Response => new Response('<!doctype html><title>Log in</title>', { headers: { 'content-type': 'text/html' } });
  const release = '/content/release.json';
  const faults: Record<string, [string | (() => string), HubAnswer, string, string]> = {
    'no connection': [release, () => undefined, 'hubUnreachable', 'unreachable'],
    'a page instead of the manifest': [release, html, 'hubAnswerInvalid', 'wrongType /content/release.json'],
    'error 500': [release, () => new Response('', { status: 500 }), 'hubAnswerInvalid', '500 /content/release.json'],
    'a redirect to somewhere': [release, () => new Response('', { status: 302, headers: { location: 'https://example.org/' } }), 'hubAnswerInvalid', '302 /content/release.json'],
    'a manifest cut short': [release, () => json(second.packed.manifest.slice(0, 200)), 'contentRefused', 'corrupt release.json'],
    'JSON of another kind': [release, () => json('{"status":"ok"}'), 'contentRefused', 'corrupt release.json'],
    'an endless manifest': [release, endless, 'hubAnswerInvalid', 'tooBig /content/release.json'],
    'an older release': [release, () => json(JSON.stringify({ ...first.release, version: 50 })), 'contentRefused', 'rolledBack release.json'],
    'a page instead of an object': [death, html, 'hubAnswerInvalid', 'wrongType'],
    'an object that is gone': [death, () => new Response('', { status: 404 }), 'hubAnswerInvalid', '404'],
    'an object cut short': [death, () => json((second.texts['services/moi/death.json'] ?? '').slice(0, -1)), 'contentRefused', 'wrongLength services/moi/death.json'],
    'an object altered on the way': [death, () => json((second.texts['services/moi/death.json'] ?? '').replace('400', '900')), 'contentRefused', 'wrongHash services/moi/death.json'],
    'an endless object': [death, endless, 'hubAnswerInvalid', 'tooBig'],
    'an object that breaks off': [
      death,
      () => new Response(new ReadableStream({ start: (controller) => controller.error(new TypeError('reset')) }), { headers: { 'content-type': 'application/json' } }),
      'hubUnreachable',
      'unreachable',
    ],
  };

  test.each(Object.keys(faults))('%s', async (fault) => {
    const [path, answer, code, detail] = faults[fault] ?? ['', () => undefined, '', ''];
    const world = createWorld(first);
    world.hub = servingBut(second, path, answer);
    const { content, reports } = await world.start();
    expect(shownVersion(content)).toBe(100);
    expect(content.pending.value).toBe(false);
    const [said] = reports.recentReports.value;
    expect(said?.code).toBe(code);
    expect(said?.detail).toContain(detail);

    // And when the hub is well again, the release comes.
    world.hub = serving(second);
    await content.checkForUpdate();
    expect(await content.applyPending()).toBe(true);
    expect(shownVersion(content)).toBe(200);
  });

  test.each([release, death])('a hub that does not finish its answer is given up: %s', async (path) => {
    const world = createWorld(first);
    world.hub = serving(first);
    const { content, reports } = await world.start();
    world.hub = servingBut(second, path, slow);
    const asking = content.checkForUpdate();
    while (world.timers.size === 0 || !world.asked.includes(typeof path === 'string' ? path : path())) await new Promise((resolve) => setImmediate(resolve));
    for (const { callback } of world.timers.values()) callback();
    await asking;
    expect(shownVersion(content)).toBe(100);
    expect(codes(reports)).toContain('hubUnreachable');
  });
});

test('a release for another version of the app is refused once, not fetched again and again', async () => {
  const world = createWorld(first);
  const strange = await buildRelease(300, { ...catalogueObjects(['birth']), 'services/moi/birth.json': serviceObject('birth', { invented: 1 }) });
  world.hub = serving(strange);
  const { content, reports } = await world.start();
  expect(reports.recentReports.value[0]).toMatchObject({ code: 'contentRefused', detail: 'unreadable services/moi/birth.json' });
  const before = world.asked.length;
  await content.checkForUpdate();
  expect(world.asked.slice(before).filter((path) => path !== '/api/v1/reports')).toEqual(['/content/release.json']);
  expect(shownVersion(content)).toBe(100);
});

test('a clock that differs from the hub’s is reported', async () => {
  const world = createWorld(first);
  const hub = serving(first);
  world.hub = async (path, init) => {
    const answer = await hub(path, init);
    answer?.headers.set('date', new Date(world.time + 3_600_000).toUTCString());
    return answer;
  };
  const { reports } = await world.start();
  expect(reports.recentReports.value).toContainEqual(expect.objectContaining({ code: 'clockWrong', detail: 'behind the hub' }));
});

test('a hub that is down is asked less and less often, kiosks do not ask in step, and one answer ends it', async () => {
  const world = createWorld(first);
  const { content } = await world.start();
  const waits = [];
  for (let i = 0; i < 8; i++) {
    waits.push([...world.timers.values()].map((timer) => timer.milliseconds));
    await content.checkForUpdate();
  }
  expect(waits).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000].map((wait) => [wait]));
  expect(nextWait(0, 0)).toBeLessThan(nextWait(0, 1));
  world.hub = serving(first);
  await content.checkForUpdate();
  expect([...world.timers.values()].map((timer) => timer.milliseconds)).toEqual([syncTimes.interval]);
});

test('a stopped kiosk asks no more', async () => {
  const world = createWorld(first);
  const { content } = await world.start();
  content.stopContent();
  expect(world.timers.size).toBe(0);
});

test('a manifest is read up to its limit and not further', async () => {
  const world = createWorld(first);
  let sent = 0;
  world.hub = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sent += 100_000;
          controller.enqueue(new Uint8Array(100_000).fill(32));
        },
      }),
      { headers: { 'content-type': 'application/json', 'content-length': '10' } },
    );
  await world.start();
  expect(sent).toBeLessThan(limits.manifest + 400_000);
});
