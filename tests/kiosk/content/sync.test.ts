import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, test } from 'vitest';
import { nextWait, syncTimes } from '../../../src/kiosk/content/schedule.ts';
import { limits } from '../../../src/trust/limits.ts';
import { objectUrlPath } from '../../../src/trust/release.ts';
import { buildRelease, catalogueObjects, issuedAtFirst, makeTestKeys, serviceObject, type BuiltRelease } from '../../fixtures/content-release.ts';
import { codes, createWorld, json, serving, shownVersion, timestampPath, type HubAnswer } from './world.ts';

let first: BuiltRelease;
let second: BuiltRelease;
beforeAll(async () => {
  first = await buildRelease(100, catalogueObjects(['birth', 'marriage']));
  second = await buildRelease(200, catalogueObjects(['birth', 'death', 'marriage']));
});

const death = (): string => `/content/targets/${objectUrlPath('services/moi/death.json', second.release.objects['services/moi/death.json'] ?? { length: 2, sha256: '' })}`;

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
  const objects = world.asked.filter((path) => path.startsWith('/content/targets/'));
  expect(objects.map((path) => path.replace(/[0-9a-f]{64}\./, '')).sort()).toEqual(['/content/targets/catalogue/pack.json', '/content/targets/services/moi/death.json']);
});

test.each([1, 2, 3, 5])('a line that is cut after %d objects costs at most one of them twice', async (whole) => {
  const world = createWorld(first);
  const many = await buildRelease(200, catalogueObjects(['birth', 'death', 'divorce', 'marriage', 'moving', 'name', 'residence']));
  const hub = serving(many);
  const objects: string[] = [];
  let left = whole;
  world.hub = (path, init) => {
    if (!path.startsWith('/content/targets/')) return hub(path, init);
    objects.push(path);
    return --left < 0 ? undefined : hub(path, init);
  };
  const { content } = await world.start();
  expect(content.pending.value).toBe(false);
  left = Infinity;
  await content.checkForUpdate();
  expect(await content.applyPending()).toBe(true);
  expect(shownVersion(content)).toBe(200);
  expect(objects.length - new Set(objects).size).toBe(1);
});

test('the screen can say when what it shows was last confirmed, also after a restart, and no clock makes that younger', async () => {
  const world = createWorld(first);
  const { content } = await world.start();
  // The baseline brings its own confirmation.
  expect(content.lastConfirmed.value).toBe(issuedAtFirst);
  const later = issuedAtFirst + 86_400_000;
  world.time = later + 3_600_000;
  world.hub = serving(await buildRelease(100, catalogueObjects(['birth', 'marriage']), { issued: later, timestamp: 101 }));
  await content.checkForUpdate();
  expect(content.lastConfirmed.value).toBe(later);
  expect(content.pending.value).toBe(false);
  world.hub = () => undefined;
  world.time += 30 * 86_400_000;
  expect((await world.start()).content.lastConfirmed.value).toBe(later);
});

test('while nothing changes, each question is one request, answered with nothing', async () => {
  const world = createWorld(first);
  const served: number[] = [];
  const hub = serving(first);
  world.hub = async (path, init) => {
    const answer = await hub(path, init);
    if (path === timestampPath && answer !== undefined) served.push(answer.status);
    return answer;
  };
  const { content } = await world.start();
  const before = world.asked.length;
  world.time += 60_000;
  await content.checkForUpdate();
  expect(served).toEqual([200, 304]);
  expect(world.asked.slice(before).filter((path) => path.startsWith('/content/'))).toEqual([timestampPath]);
});

test('a new root is looked for at least once a day, though the timestamp stays the same', async () => {
  const world = createWorld(first);
  world.hub = serving(first);
  const { content } = await world.start();
  const before = world.asked.length;
  world.time += 25 * 3_600_000;
  await content.checkForUpdate();
  expect(world.asked.slice(before)).toContain('/content/metadata/2.root.json');
});

test('a timestamp signed anew is a confirmation, not a release: nothing is fetched, nothing waits', async () => {
  const world = createWorld(first);
  world.hub = serving(first);
  const { content } = await world.start();
  world.hub = serving(await buildRelease(100, catalogueObjects(['birth', 'marriage']), { issued: issuedAtFirst + 3_600_000, timestamp: 101 }));
  const before = world.asked.length;
  await content.checkForUpdate();
  expect(world.asked.slice(before).filter((path) => path.startsWith('/content/targets/'))).toEqual([]);
  expect(content.pending.value).toBe(false);
  expect(content.lastConfirmed.value).toBe(issuedAtFirst + 3_600_000);
});

test('a waiting release is not taken for a confirmation of the shown one', async () => {
  const world = createWorld(first);
  world.time += 10 * 86_400_000;
  second = await buildRelease(200, catalogueObjects(['birth', 'death', 'marriage']), { issued: world.time });
  world.hub = serving(second);
  const { content } = await world.start();
  expect(content.lastConfirmed.value).toBe(issuedAtFirst);
  await content.applyPending();
  expect(content.lastConfirmed.value).toBe(world.time);
});

test('an office whose file nobody can read costs neither prices nor a release: it alone is left out, and reported', async () => {
  const world = createWorld(first);
  world.hub = serving(await buildRelease(200, { ...catalogueObjects(['birth', 'death']), 'offices/990101/office.json': { identifier: '990101', costs: [{ riel: 1 }] } }));
  const { content, reports } = await world.start();
  await content.applyPending();
  expect(shownVersion(content)).toBe(200);
  expect(content.content.value.kind === 'ready' && content.content.value.catalogue.offices.size).toBe(0);
  expect(reports.recentReports.value).toContainEqual(expect.objectContaining({ code: 'contentRefused', detail: 'unreadable offices/990101/office.json' }));
});

test('an office that let its signature lapse is shown all the same, and reported', async () => {
  const world = createWorld(first);
  const title = { km: 'ការិយាល័យ', en: 'An office of its own hours' };
  const objects = catalogueObjects(['birth', 'death']);
  world.hub = serving(await buildRelease(200, { ...objects, 'offices/990101/office.json': { ...(objects['offices/990101/office.json'] as object), title } }, { officeExpires: world.time - 86_400_000 }));
  const { content, reports } = await world.start();
  await content.applyPending();
  expect(content.content.value.kind === 'ready' && content.content.value.catalogue.offices.get('990101')?.title).toEqual(title);
  const lapsed = (): readonly string[] => reports.recentReports.value.filter(({ code }) => code === 'officeLapsed').map(({ detail }) => detail);
  expect(lapsed()).toEqual(['990101']);
  await content.checkForUpdate();
  expect(lapsed()).toEqual(['990101']);
});

test.each([
  ['a service in the name of another authority', 'services/moi/death.json', () => serviceObject('death', { competentAuthority: 'mpwt' })],
  ['a service in the name of another service', 'services/moi/death.json', () => serviceObject('birth')],
  ['an office in the name of another office', 'offices/990101/office.json', () => ({ ...(catalogueObjects([])['offices/990101/office.json'] as object), identifier: '9901' })],
])('an object is only what its path says: %s is left out', async (_, path, object) => {
  const world = createWorld(first);
  const objects = catalogueObjects(['birth', 'death']);
  world.hub = serving(await buildRelease(200, { ...objects, [path]: object() }));
  const { content, reports } = await world.start();
  await content.applyPending();
  const state = content.content.value;
  expect(state.kind === 'ready' && [...state.catalogue.services.keys()].sort()).toEqual(path.startsWith('services/') ? ['birth'] : ['birth', 'death']);
  expect(state.kind === 'ready' && [...state.catalogue.offices.keys()]).toEqual(path.startsWith('services/') ? ['990101'] : []);
  expect(reports.recentReports.value).toContainEqual(expect.objectContaining({ code: 'contentNotDelegated', detail: `notDelegated ${path}` }));
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
  const release = timestampPath;
  const timestamp = (of: BuiltRelease): string => of.web.get('metadata/timestamp.json') ?? '';
  const role = '/content/metadata/200.moi.json';
  const ofRole = (): string => second.web.get('metadata/200.moi.json') ?? '';
  const faults: Record<string, [string | (() => string), HubAnswer, string, string]> = {
    'no connection': [release, () => undefined, 'hubUnreachable', 'unreachable'],
    'an agent that says that the hub is away': [release, () => new Response('{"error":{"code":"unavailable"}}', { status: 503, headers: { 'content-type': 'application/json' } }), 'hubUnreachable', 'unreachable 503 /content/metadata/timestamp.json'],
    'the page of a gateway behind which nobody answers': [release, () => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } }), 'hubUnreachable', 'unreachable 502'],
    'a page instead of the manifest': [release, html, 'hubAnswerInvalid', 'wrongType /content/metadata/timestamp.json'],
    'error 500': [release, () => new Response('', { status: 500 }), 'hubAnswerInvalid', '500 /content/metadata/timestamp.json'],
    'a redirect to somewhere': [release, () => new Response('', { status: 302, headers: { location: 'https://example.org/' } }), 'hubAnswerInvalid', '302 /content/metadata/timestamp.json'],
    'no content at all': [release, () => new Response('', { status: 404 }), 'contentAbsent', 'absent timestamp.json'],
    'a timestamp cut short': [release, () => json(timestamp(second).slice(0, 200)), 'contentCorrupt', 'corrupt timestamp.json'],
    'JSON of another kind': [release, () => json('{"status":"ok"}'), 'contentCorrupt', 'corrupt timestamp.json'],
    'an endless timestamp': [release, endless, 'contentTooBig', 'tooBig /content/metadata/timestamp.json'],
    'a timestamp that says more than was signed': [release, () => json(timestamp(second).replace('"version":200', '"version":201')), 'contentForged', 'forged timestamp.json'],
    'a timestamp of somebody else’s keys': [release, async () => json(timestamp(await buildRelease(300, {}, { keys: await makeTestKeys() }))), 'contentThreshold', 'thresholdNotMet timestamp.json'],
    'a role signed by nobody': [role, () => json(ofRole().replace(/"signatures":\[[^\]]*\]/, '"signatures":[]')), 'contentThreshold', 'thresholdNotMet moi.json'],
    'a role with another price’s hash': [role, () => json(ofRole().replace(/"sha256":"../, '"sha256":"00')), 'contentForged', 'forged moi.json'],
    'an endless role': [role, endless, 'contentTooBig', 'tooBig'],
    'an expired timestamp': [release, async () => json(timestamp(await buildRelease(300, catalogueObjects(['birth']), { expires: issuedAtFirst + 1000 }))), 'contentExpired', 'expired timestamp.json'],
    'an expired timestamp and a clock that disagrees with the hub’s': [
      release,
      async () => json(timestamp(await buildRelease(300, catalogueObjects(['birth']), { expires: issuedAtFirst + 1000 })), { date: 'Mon, 01 Jan 2024 00:00:00 GMT' }),
      'clockWrong',
      'clockWrong timestamp.json',
    ],
    'an older release': [release, async () => json(timestamp(await buildRelease(50, catalogueObjects(['birth'])))), 'contentRolledBack', 'rolledBack timestamp.json'],
    'a page instead of an object': [death, html, 'hubAnswerInvalid', 'wrongType'],
    'an object that is gone': [death, () => new Response('', { status: 404 }), 'hubAnswerInvalid', '404'],
    'an object cut short': [death, () => json((second.texts['services/moi/death.json'] ?? '').slice(0, -1)), 'contentCorrupt', 'wrongLength services/moi/death.json'],
    'an object altered on the way': [death, () => json((second.texts['services/moi/death.json'] ?? '').replace('400', '900')), 'contentCorrupt', 'wrongHash services/moi/death.json'],
    'an endless object': [death, endless, 'contentTooBig', 'tooBig'],
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
    world.hub = serving(first);
    const { content, reports } = await world.start();
    world.hub = servingBut(second, path, answer);
    await content.checkForUpdate();
    // Asked again while it is ill, it is no better.
    await content.checkForUpdate();
    expect(shownVersion(content)).toBe(100);
    expect(content.pending.value).toBe(false);
    const said = reports.recentReports.value.find((report) => report.code === code);
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
  expect(world.asked.slice(before).filter((path) => path !== '/api/v1/reports')).toEqual([timestampPath]);
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

test('a timestamp is read up to its limit and not further', async () => {
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
  expect(sent).toBeLessThan(limits.timestamp + 400_000);
});
