import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareProfile, profileTries } from '../../src/terminal/machine/profile.ts';

let folder = '';
let profile = '';
const preferences = (): string => join(profile, 'Default/Preferences');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'owso-profile-test-'));
  profile = join(folder, 'profile');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the profile before each start of Chromium', () => {
  it('is made where there is none', () => {
    expect(prepareProfile(profile)).toBe('none');
    expect(existsSync(join(profile, 'Default'))).toBe(true);
  });

  it('says that the last session ended well, and keeps every other setting', () => {
    mkdirSync(join(profile, 'Default'), { recursive: true });
    writeFileSync(preferences(), JSON.stringify({ profile: { exit_type: 'Crashed', exited_cleanly: false, name: 'x' }, browser: { zoom: 1 } }));
    expect(prepareProfile(profile)).toBe('none');
    expect(JSON.parse(readFileSync(preferences(), 'utf8'))).toEqual({ profile: { exit_type: 'Normal', exited_cleanly: true, name: 'x' }, browser: { zoom: 1 } });
  });

  it.each(['', '{"profile":', '[]', 'null', '\0\0\0\0'])('loses settings that a power cut left as %j, and no content', (text) => {
    mkdirSync(join(profile, 'Default/IndexedDB'), { recursive: true });
    writeFileSync(preferences(), text);
    writeFileSync(join(profile, 'Local State'), text);
    expect(prepareProfile(profile)).toBe('preferences');
    expect(existsSync(preferences())).toBe(false);
    expect(existsSync(join(profile, 'Local State'))).toBe(false);
    expect(existsSync(join(profile, 'Default/IndexedDB'))).toBe(true);
  });

  it('loses the locks of a dead Chromium, the windows that were open, and reports of crashes', () => {
    mkdirSync(join(profile, 'Default/Sessions'), { recursive: true });
    mkdirSync(join(profile, 'Crash Reports/pending'), { recursive: true });
    symlinkSync('somewhere-4711', join(profile, 'SingletonLock'));
    writeFileSync(join(profile, 'Default/Sessions/Session_1'), 'x');
    prepareProfile(profile);
    for (const path of ['SingletonLock', 'Default/Sessions', 'Crash Reports']) expect(existsSync(join(profile, path)), path).toBe(false);
  });

  it('is put aside after three starts that brought no page on screen, and the next start begins to count anew', () => {
    for (let start = 0; start < profileTries; start++) {
      expect(prepareProfile(profile)).toBe('none');
      writeFileSync(join(profile, 'Default/mark'), 'old');
    }
    expect(prepareProfile(profile)).toBe('newProfile');
    expect(existsSync(join(profile, 'Default/mark'))).toBe(false);
    expect(readFileSync(`${profile}.broken/Default/mark`, 'utf8')).toBe('old');
    expect(prepareProfile(profile)).toBe('none');
  });

  it('is kept as long as starts bring the page on screen', () => {
    for (let start = 0; start < 10; start++) {
      expect(prepareProfile(profile)).toBe('none');
      // The watchdog's feeder, at the first heartbeat.
      rmSync(`${profile}.tries`);
    }
  });

  it('survives a count that is no number', () => {
    writeFileSync(`${profile}.tries`, 'many\n');
    expect(prepareProfile(profile)).toBe('none');
  });
});
