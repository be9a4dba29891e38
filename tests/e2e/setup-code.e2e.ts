import { chown, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSetupText, setupSchema } from '../../src/api/setup.ts';
import { buildPage } from '../../src/package/page.ts';
import { withDisplayChromium } from '../../src/terminal/cli/chromium/display.ts';
import { readSetupWithChromium } from '../../src/terminal/cli/setup-code/reader.ts';
import { fixtureMachine, type FixtureMachine } from '../terminal-cli/fixture-machine.ts';
import { openBrowser } from './support/browser.ts';
import { startHub, type TestHub } from './support/hub.ts';
import { furnish, signInAt, windows, type Window } from './support/studio.ts';

const root = resolve(import.meta.dirname, '../..');
const setupPage = resolve(root, '.build/test-pages/setup');

/** A made-up machine with the shipped policies and the page that reads codes, whose display is the account of nobody. */
async function terminal(): Promise<FixtureMachine> {
  const machine = await fixtureMachine({ content: false, files: { '/etc/passwd': 'owso-kiosk:x:65534:65534::/nonexistent:/usr/sbin/nologin\n' } });
  await machine.put('/etc/chromium/policies/managed/owso-kiosk.json', JSON.stringify(parseYaml(await readFile(resolve(root, 'kiosk-config/terminal/chromium-policies.yaml'), 'utf8'))));
  return { ...machine, chown, at: (path) => (path === '/usr/share/owso-kiosk-terminal/setup' ? setupPage : machine.at(path)) };
}

/** Another account's Chromium behind other policies can be started by root alone. */
describe.runIf(process.getuid?.() === 0)('the code on the staff page', () => {
  let hub: TestHub;

  beforeAll(async () => {
    await buildPage('src/setup', setupPage);
    hub = await startHub();
    await furnish(hub, []);
  });
  afterAll(() => hub.end());

  test.each(['desk', 'phone'] as Window[])('is read by a terminal from a picture of the whole page on a %s', async (window) => {
    const staff = await openBrowser({ viewport: windows[window] });
    try {
      await signInAt(staff.page, hub, 'km');
      await staff.page.goto(`${hub.url}/studio/#enrol/990101/lobby-1`);
      await staff.page.locator('button[type=submit]').click();
      await staff.page.locator('.code__qr svg').waitFor();
      const bytes = await staff.page.screenshot({ fullPage: true });
      const seen = await readSetupWithChromium(await terminal(), { kind: 'picture', type: 'image/png', bytes }, (reading) => reading.next());
      if (!seen.ok || !seen.value.ok || seen.value.value.kind !== 'read') throw new Error(JSON.stringify(seen));
      const shown = (await staff.page.locator('.code__big').innerText()).trim().replaceAll('-', '');
      expect(v.parse(setupSchema, readSetupText(seen.value.value.text))).toEqual({ hub: hub.url, office: '990101', kiosk: 'lobby-1', code: shown });
    } finally {
      await staff.close();
    }
  });

  test('is read by a page that reaches nothing but its own files', async () => {
    let asked = 0;
    const elsewhere: Server = createServer((_request, response) => {
      asked += 1;
      response.setHeader('access-control-allow-origin', '*').end('here');
    });
    await new Promise<void>((done) => elsewhere.listen(0, '127.0.0.1', done));
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const files = new Map([['/', { type: 'text/html', body: Buffer.from('<!doctype html><title>t</title>') }]]);
    const answers = await withDisplayChromium(await terminal(), { site: { origin: 'http://localhost:8480', files } }, async (chromium) => {
      const tab = await chromium.open('http://localhost:8480/');
      if (!tab.ok) return [tab.error];
      const reach = async (url: string): Promise<string> => {
        const got = await tab.value.evaluate(`fetch(${JSON.stringify(url)}).then((r) => 'got ' + r.status, () => 'nothing')`);
        return got.ok ? got.value : got.error;
      };
      return [await reach('/'), await reach('/other'), await reach(`http://localhost:${port}/`), (await chromium.open(`http://localhost:${port}/`)).ok];
    });
    await new Promise((done) => elsewhere.close(done));
    expect(answers).toEqual({ ok: true, value: ['got 200', 'nothing', 'nothing', false] });
    expect(asked).toBe(0);
  });
});
