import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadKiosk, openBrowser, startVisit, type KioskBrowser } from '../e2e/support/browser.ts';
import { readDatabase } from '../e2e/support/database.ts';
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

describe('a content object on its way', () => {
  /** The hub publishes a release one newer, one object of which is spoiled on the way. */
  const publish = async (object: string, spoil: (body: string) => string): Promise<{ readonly before: number; readonly after: number; fault: Fault }> => {
    const manifest = (await (await fetch(`${hub.url}/content/release.json`)).json()) as { version: number; objects: Record<string, { length: number; sha256: string }> };
    const before = (await readDatabase(kiosk.page)).current ?? 0;
    const after = before + 1;
    const path = object;
    const entry = manifest.objects[path];
    if (entry === undefined) throw new Error(`no ${path} in the release`);
    const slash = path.lastIndexOf('/') + 1;
    const body = await (await fetch(`${hub.url}/content/${path.slice(0, slash)}${entry.sha256}.${path.slice(slash)}`)).text();
    const wanted = `${body.slice(0, -1)} }`;
    const bytes = new TextEncoder().encode(wanted);
    const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
    const newer = JSON.stringify({ ...manifest, version: after, objects: { ...manifest.objects, [path]: { length: bytes.length, sha256 } } });
    return {
      before,
      after,
      fault: (incoming, response) =>
        incoming.url === '/content/release.json'
          ? answering('/', 200, 'application/json', newer)(incoming, response)
          : incoming.url?.includes(sha256) === true
            ? answering('/', 200, 'application/json', spoil(wanted))(incoming, response)
            : false,
    };
  };

  test.each([
    // Each another object: the same fault of the same object is told only once.
    ['cut short', 'offices/99.json', (body: string) => body.slice(0, -200)],
    ['altered in one letter', 'offices/9901.json', (body: string) => body.replace('08:00', '09:00')],
    ['replaced by a web page', 'offices/990101.json', () => '<!doctype html><title>Log in</title>'],
    ['longer than announced', 'catalogue/calendar.json', (body: string) => `${body}${' '.repeat(500)}`],
  ])('%s is not shown; the old release stays; the hub is told', async (_, object, spoil) => {
    const { page } = kiosk;
    await startOver(page);
    const { before, after, fault } = await publish(object, spoil);
    network.breakWith(fault);
    const told = page.waitForRequest((request) => request.url().endsWith('/api/v1/reports') && /contentRefused|hubAnswerInvalid/.test(request.postData() ?? ''));
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expect.poll(async () => (await readDatabase(page)).reports.some((report) => /contentRefused|hubAnswerInvalid/.test(report)), { timeout: 10_000 }).toBe(true);
    network.breakWith(undefined);
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await told;
    const database = await readDatabase(page);
    expect([database.current, database.complete.includes(after), database.damaged]).toEqual([before, false, 0]);
  });

  test('and whole, it is taken', async () => {
    const { page } = kiosk;
    const { after, fault } = await publish('offices/99.json', (body) => body);
    network.breakWith(fault);
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await expect.poll(async () => (await readDatabase(page)).current, { timeout: 10_000 }).toBe(after);
  });
});
