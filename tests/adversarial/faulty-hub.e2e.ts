import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadKiosk, openBrowser, startVisit, type KioskBrowser } from '../e2e/support/browser.ts';
import { copyBuild, type BuildCopy } from '../e2e/support/build-copy.ts';
import { readDatabase, settled, untilDatabase } from '../e2e/support/database.ts';
import { answering, faultyHub, type Fault, type FaultyHub } from '../e2e/support/faulty-hub.ts';
import { startHub, type TestHub } from '../e2e/support/hub.ts';
import { openGuide, openTile, sampleIn, startOver, typeCode } from '../e2e/support/states.ts';
import { say, tongues } from '../e2e/support/words.ts';

const code = sampleIn('inProgress').code.canonical;
const applications = '/api/v1/applications/';

let hub: TestHub;
let network: FaultyHub;
let kiosk: KioskBrowser;

beforeAll(async () => {
  hub = await startHub();
  network = await faultyHub(hub.port);
  kiosk = await openBrowser();
  kiosk.page.setDefaultTimeout(10_000);
  await loadKiosk(kiosk.page, `${network.url}`, '?kiosk=faulty');
});
afterEach(() => {
  network.breakWith(undefined);
  expect([kiosk.errors.splice(0), kiosk.foreign.splice(0)]).toEqual([[], []]);
});
afterAll(async () => {
  await kiosk.close();
  await network.close();
  await hub.end();
});

/** Faults of the hub's answer about an application, each of them answered at once. */
const faults: Readonly<Record<string, Fault>> = {
  'is down': ({ url, socket }) => {
    if (url?.startsWith(applications) !== true) return false;
    socket.destroy();
    return true;
  },
  'answers a web page': answering(applications, 200, 'text/html', '<!doctype html><title>Log in to the network</title><script>document.title="owned"</script>'),
  'answers 500': answering(applications, 500, 'application/json', '{"error":{"code":"internal","message":{"km":"កំហុស","en":"error"},"hint":""}}'),
  'answers 500 with a web page': answering(applications, 500, 'text/html', '<h1>Internal Server Error</h1>'),
  'answers JSON of another shape': answering(applications, 200, 'application/json', '{"asOf":"yesterday","application":{"state":"ready<img src=x onerror=alert(1)>"}}'),
  'answers JSON that ends in the middle': answering(applications, 200, 'application/json', '{"asOf":"2026-11-30T03:15:00.000Z","applic'),
  'answers nothing': answering(applications, 200, 'application/json', ''),
  'answers a state that does not exist': answering(applications, 200, 'application/json', JSON.stringify({ asOf: '2026-11-30T03:15:00.000Z', padding: '', application: { service: 'id-card', office: '990101', state: 'enchanted', missing: [], updatedAt: '2026-11-30T03:15:00.000Z' } })),
  'cuts the connection in the middle of its answer': ({ url }, response) => {
    if (url?.startsWith(applications) !== true) return false;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '2000' });
    response.write('{"asOf":');
    setImmediate(() => response.destroy());
    return true;
  },
};

describe.each(tongues)('checking an application when the hub is ill (%s)', (language) => {
  test.each(Object.keys(faults))('it %s: within a second the screen says that it cannot be checked now, and offers the counter', async (name) => {
    const { page } = kiosk;
    await startOver(page);
    await startVisit(page, language);
    await openTile(page, 'status');
    network.breakWith(faults[name]);
    await page.locator('#code').fill(code);
    const asked = Date.now();
    await page.locator('#code').press('Enter');
    await page.getByText(say('status', 'cannotCheck', language)).waitFor();
    expect(Date.now() - asked).toBeLessThan(1_000);
    expect(await page.getByText(say('status', 'cannotCheckHint', language)).isVisible()).toBe(true);
    expect(await page.locator('.answer').count()).toBe(0);
    // The hub recovers, the same screen goes on.
    network.breakWith(undefined);
    await page.getByRole('button', { name: say('status', 'again', language) }).click();
    await page.locator('.answer').waitFor();
  });

  test('it takes 30 seconds: within a second the screen says so, everything else can be used, and the late answer disturbs nobody', async () => {
    const { page } = kiosk;
    await startOver(page);
    await startVisit(page, language);
    await openTile(page, 'status');
    let release: () => void = () => undefined;
    network.breakWith(({ url }, response) => {
      if (url?.startsWith(applications) !== true) return false;
      release = () => response.end('{}');
      return true;
    });
    await typeCode(page, code);
    await page.getByText(say('status', 'asking', language)).waitFor({ timeout: 1_000 });
    await page.getByText(say('status', 'askingSlow', language)).waitFor({ timeout: 3_000 });
    // Nobody has to wait for it.
    await page.getByRole('button', { name: say('core', 'home', language), exact: true }).click();
    await openGuide(page, language === 'km' ? 'កែតម្រូវសំបុត្រកំណើត' : 'Correction of a birth certificate');
    release();
    await page.locator('.price--free').waitFor();
    expect(await page.locator('.answer, .verdict').count()).toBe(0);
  });

  test('its clock is wrong: the answer stands, with the word that dates are not to be trusted', async () => {
    const { page } = kiosk;
    await startOver(page);
    await startVisit(page, language);
    await openTile(page, 'status');
    const application = { service: 'id-card', office: '990101', state: 'received', missing: [], updatedAt: '2020-01-01T00:00:00.000Z' };
    network.breakWith(answering(applications, 200, 'application/json', JSON.stringify({ asOf: '2020-01-01T00:00:00.000Z', padding: '', application })));
    await typeCode(page, code);
    await page.locator('.answer').waitFor();
    expect(await page.locator('.answer').innerText()).toContain(say('status', 'clockWrong', language));
  });

  test('it asks for patience: the screen says for how long', async () => {
    const { page } = kiosk;
    await startOver(page);
    await startVisit(page, language);
    await openTile(page, 'status');
    network.breakWith(answering(applications, 429, 'application/json', JSON.stringify({ error: { code: 'tooManyRequests', message: { km: 'ច្រើនពេក', en: 'too many' }, hint: '', retryAfter: 17 } })));
    await typeCode(page, code);
    await page.getByText(say('status', 'tooMany', language, { n: language === 'km' ? '១៧' : '17' })).waitFor();
  });
});

test('it never answers: the kiosk gives up by itself and says what it knows', async () => {
  const { page } = kiosk;
  await startOver(page);
  await startVisit(page, 'km');
  await openTile(page, 'status');
  network.breakWith(({ url }) => url?.startsWith(applications) === true);
  await typeCode(page, code);
  await page.getByText(say('status', 'cannotCheck', 'km')).waitFor();
});

describe('starting when the hub is ill', () => {
  const web = answering('/', 200, 'text/html', '<!doctype html><title>Log in to the network</title>');
  const start: Readonly<Record<string, Fault>> = {
    'every answer is a web page': (incoming, response) => (/^\/(?:api|content)\//.test(incoming.url ?? '') ? web(incoming, response) : false),
    'every answer is 500': (incoming, response) => (/^\/(?:api|content)\//.test(incoming.url ?? '') ? answering('/', 500, 'text/plain', 'no')(incoming, response) : false),
    'no answer ever comes': ({ url }) => /^\/(?:api|content)\//.test(url ?? ''),
  };
  test.each(Object.keys(start))('%s: a kiosk that has never been started shows its guides from the app’s own content', async (name) => {
    network.breakWith(start[name]);
    const fresh = await openBrowser();
    try {
      await loadKiosk(fresh.page, network.url);
      await startVisit(fresh.page, 'km');
      await openGuide(fresh.page, 'កែតម្រូវសំបុត្រកំណើត');
      await fresh.page.locator('.price--free').waitFor();
      expect([fresh.errors, fresh.foreign]).toEqual([[], []]);
    } finally {
      await fresh.close();
    }
  });
});

describe('content on its way', () => {
  let build: BuildCopy;
  let signing: TestHub;
  let carrier: FaultyHub;
  let reader: KioskBrowser;
  beforeAll(async () => {
    build = copyBuild();
    signing = await startHub(build.environment);
    carrier = await faultyHub(signing.port);
    reader = await openBrowser();
    await loadKiosk(reader.page, carrier.url, '?kiosk=reader');
    await settled(reader.page, (await build.release()).release.version);
  });
  afterAll(async () => {
    await reader.close();
    await carrier.close();
    await signing.end();
    build.remove();
  });

  /** Every answer whose path fits is replaced by what becomes of its body. */
  const spoiling = (path: RegExp, spoil: (body: string) => string): Fault => (incoming, response) => {
    if (!path.test(incoming.url ?? '')) return false;
    void fetch(signing.url + (incoming.url ?? '')).then(async (answer) => {
      const body = spoil(await answer.text());
      answering('/', answer.status, body.startsWith('<') ? 'text/html' : 'application/json', body)(incoming, response);
    });
    return true;
  };
  const gone = (path: RegExp): Fault => (incoming, response) => (path.test(incoming.url ?? '') ? answering('/', 404, 'application/json', '{}')(incoming, response) : false);
  const both = (one: Fault, other: Fault): Fault => (incoming, response) => one(incoming, response) || other(incoming, response);
  const changes = /^\/content\/changes\//;
  const objects = /^\/content\/targets\/offices\//;
  const role = /^\/content\/metadata\/\d+\.\d+\.json/;
  const timestamp = /^\/content\/metadata\/timestamp\.json/;
  const page = '<!doctype html><title>Log in</title>';

  const faults: Readonly<Record<string, readonly [Fault, RegExp]>> = {
    'an object cut short': [both(gone(changes), spoiling(objects, (body) => body.slice(0, -200))), /contentCorrupt/],
    'an object altered in one letter': [both(gone(changes), spoiling(objects, (body) => body.replace('08:00', '09:00').replace('07:30', '07:31'))), /contentCorrupt/],
    'an object replaced by a web page': [both(gone(changes), spoiling(objects, () => page)), /hubAnswerInvalid/],
    'an object longer than signed': [both(gone(changes), spoiling(objects, (body) => `${body}${' '.repeat(500)}`)), /contentTooBig/],
    'a role altered in one digit': [both(gone(changes), spoiling(role, (body) => body.replace(/"length":(\d)/, (_, digit: string) => `"length":${(Number(digit) + 1) % 10}`))), /contentForged/],
    'a role without its signatures': [both(gone(changes), spoiling(role, (body) => body.replace(/"signatures":\[.*?\]/, '"signatures":[]'))), /contentThreshold/],
    'a timestamp of a later version than signed': [spoiling(timestamp, (body) => body.replace(/"version":(\d+)\}?,/, '"version":9999,')), /contentForged|contentCorrupt/],
    'a timestamp replaced by a web page': [spoiling(timestamp, () => page), /hubAnswerInvalid/],
  };

  test.each(Object.keys(faults))('%s is not shown; the old release stays; the hub is told; and whole, it is taken', async (name) => {
    const [fault, code] = faults[name] ?? [gone(changes), /never/];
    const before = (await readDatabase(reader.page)).current;
    const office = 'offices/9901/office.json';
    const { texts } = await build.release();
    const after = await build.publish({ [office]: (texts[office] ?? '').replace(/"title":\{"en":"[^"]*"/, `"title":{"en":"${name}"`) });
    expect(after).toBeGreaterThan(before ?? 0);
    carrier.breakWith(fault);
    const told = reader.page.waitForRequest((request) => request.url().endsWith('/api/v1/reports') && code.test(request.postData() ?? ''));
    await reader.page.evaluate(() => dispatchEvent(new Event('online')));
    const database = await untilDatabase(reader.page, ({ reports }) => reports.some((report) => code.test(report)));
    expect([database.current, database.complete.includes(after), database.damaged]).toEqual([before, false, 0]);
    carrier.breakWith(undefined);
    await reader.page.evaluate(() => dispatchEvent(new Event('online')));
    await told;
    await settled(reader.page, after);
    expect([reader.errors.splice(0), reader.foreign.splice(0)]).toEqual([[], []]);
  });
});
