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
        kioskDir: join(root, '.build/kiosk'),
        terminalFile: join(root, 'kiosk-config/terminal.yaml'),
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
