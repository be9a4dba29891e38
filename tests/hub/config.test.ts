import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig, readTerminal } from '../../src/hub/config.ts';
import { hub, temporaryFolder, writeFiles } from './hub.ts';

const root = resolve(import.meta.dirname, '../..');

describe('the hub’s settings', () => {
  test('have defaults that need nothing and let nobody in from outside', () => {
    expect(readConfig({})).toEqual({
      ok: true,
      value: {
        port: 8080,
        host: 'localhost',
        dataDir: join(root, '.data'),
        demonstration: false,
        contentDir: join(root, '.build/repository'),
        upstream: undefined,
        trustRoot: join(root, '.build/baseline/root.json'),
        onlineKeys: undefined,
        kioskDir: join(root, '.build/kiosk'),
        studioDir: join(root, '.build/studio'),
        terminalFile: join(root, 'kiosk-config/terminal.yaml'),
        publicAddress: undefined,
        logLevel: 'info',
        trustProxy: [],
      },
    });
  });

  test.each([
    [{ XDG_DATA_HOME: '/home/a/.local/share' }, '/home/a/.local/share/owso-kiosk'],
    [{ XDG_DATA_HOME: '/home/a/.local/share', DATA_DIR: '/srv/hub' }, '/srv/hub'],
    [{ XDG_DATA_HOME: '', DATA_DIR: '' }, join(root, '.data')],
  ])('%j keeps data in %s', (environment, dataDir) => {
    expect(readConfig(environment)).toMatchObject({ ok: true, value: { dataDir } });
  });

  test.each([
    ['https://hub.example', 'https://hub.example/content/'],
    ['https://hub.example/', 'https://hub.example/content/'],
    ['http://10.0.0.2:8080/content', 'http://10.0.0.2:8080/content/'],
    ['https://cdn.example/kh/owso/?a=1#b', 'https://cdn.example/kh/owso/'],
  ])('UPSTREAM_URL %s mirrors %s into the data folder', (text, upstream) => {
    expect(readConfig({ UPSTREAM_URL: text, DATA_DIR: '/srv/hub', TRUST_ROOT: '/srv/root.json', DEMO: '1' })).toMatchObject({
      ok: true,
      value: { upstream: new URL(upstream), contentDir: '/srv/hub/content', trustRoot: '/srv/root.json', onlineKeys: undefined },
    });
    expect(readConfig({ UPSTREAM_URL: text, CONTENT_DIR: '/srv/content' })).toMatchObject({ ok: true, value: { contentDir: '/srv/content' } });
  });

  test('ONLINE_KEYS names the folder of the keys with which it publishes', () => {
    expect(readConfig({ ONLINE_KEYS: '/srv/online' })).toMatchObject({ ok: true, value: { onlineKeys: '/srv/online' } });
  });

  test('PUBLIC_ADDRESS is what codes for phones lead to', () => {
    expect(readConfig({ PUBLIC_ADDRESS: 'https://owso.example.org' })).toMatchObject({ ok: true, value: { publicAddress: 'https://owso.example.org' } });
    expect(readConfig({ PUBLIC_ADDRESS: 'owso.example.org' })).toEqual({ ok: false, error: [{ variable: 'PUBLIC_ADDRESS', mend: 'an address such as https://owso.example.org' }] });
  });

  test('a hub that mirrors holds no keys', () => {
    expect(readConfig({ UPSTREAM_URL: 'https://hub.example/', ONLINE_KEYS: '/srv/online' })).toEqual({ ok: false, error: [{ variable: 'UPSTREAM_URL', mend: 'a mirror holds no key: set UPSTREAM_URL or ONLINE_KEYS, not both' }] });
  });

  test.each(['hub.example', 'ftp://hub.example/', 'file:///srv/content'])('UPSTREAM_URL %s is refused', (text) => {
    expect(readConfig({ UPSTREAM_URL: text })).toEqual({ ok: false, error: [{ variable: 'UPSTREAM_URL', mend: 'an address such as https://hub.example/content/' }] });
  });

  test('every setting that cannot be used is named with its mend', () => {
    const config = readConfig({ PORT: '99999', DEMO: 'maybe', LOG_LEVEL: 'loud', HOST: 'a b' });
    expect(config).toEqual({
      ok: false,
      error: [
        { variable: 'PORT', mend: 'a port is a number from 0 to 65535' },
        { variable: 'HOST', mend: 'an address or a host name' },
        { variable: 'DEMO', mend: 'write 1 or 0' },
        { variable: 'LOG_LEVEL', mend: 'one of debug, info, warn, error, silent' },
      ],
    });
  });
});

describe('what terminals have to know', () => {
  test('the shipped file is good and is what the hub answers', async () => {
    const terminal = readTerminal(join(root, 'kiosk-config/terminal.yaml'));
    expect(terminal.ok).toBe(true);
    if (!terminal.ok) return;
    const app = await hub({ terminal: terminal.value });
    expect((await app.inject('/api/v1/terminal')).json()).toEqual(terminal.value);
  });

  test.each([
    ['office: 12345', /terminal\.yaml, field office: /],
    ['diagonal: 500', /terminal\.yaml, field diagonal: /],
    ['colour: red', /terminal\.yaml, field colour: /],
    ['a: [', /terminal\.yaml cannot be read as YAML: /],
  ])('%s is refused with file and field', (yaml, sentence) => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'terminal.yaml': yaml });
    expect(readTerminal(join(folder, 'terminal.yaml'))).toEqual({ ok: false, error: expect.stringMatching(sentence) });
  });
});
