import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

/** Starts in a row without a heartbeat after which a profile is given up. */
export const profileTries = 3;

/** What was done to a profile before Chromium opens it. */
export type ProfileRepair = 'none' | 'preferences' | 'newProfile';

const countSchema = v.pipe(v.string(), v.trim(), v.regex(/^\d{1,3}$/), v.transform(Number));

/**
 * Makes a profile fit for a start, whatever ended the last one: takes away locks
 * of a dead Chromium, writes that it ended well (otherwise a bubble offers to
 * restore what was open), drops settings that are no JSON any more, and, when
 * three starts in a row brought no page on screen, puts the whole profile aside:
 * the content comes with the app and is there again at once.
 *
 * @param profile folder of the profile; beside it lie `<profile>.tries`, which the
 * watchdog's feeder removes when the page is alive, and `<profile>.broken`, the
 * last one that was given up
 */
export function prepareProfile(profile: string): ProfileRepair {
  const tries = tried(`${profile}.tries`);
  let repair: ProfileRepair = 'none';
  if (tries >= profileTries && existsSync(profile)) {
    rmSync(`${profile}.broken`, { recursive: true, force: true });
    renameSync(profile, `${profile}.broken`);
    repair = 'newProfile';
  }
  writeFileSync(`${profile}.tries`, `${repair === 'newProfile' ? 1 : tries + 1}\n`);
  mkdirSync(join(profile, 'Default'), { recursive: true, mode: 0o700 });
  for (const name of readdirSync(profile)) if (name.startsWith('Singleton')) rmSync(join(profile, name), { force: true });
  // Reports of crashes would grow for years, and nobody sends them.
  rmSync(join(profile, 'Crash Reports'), { recursive: true, force: true });
  // Windows that were open: nothing of them may come back.
  rmSync(join(profile, 'Default/Sessions'), { recursive: true, force: true });
  for (const name of ['Local State', 'Default/Preferences']) {
    if (!mendSettings(join(profile, name), name !== 'Local State') && repair === 'none') repair = 'preferences';
  }
  return repair;
}

function tried(file: string): number {
  try {
    const count = v.safeParse(countSchema, readFileSync(file, 'utf8'));
    return count.success ? count.output : 0;
  } catch {
    return 0;
  }
}

/** `false`: the file was no JSON object and is gone; Chromium makes it anew. */
function mendSettings(file: string, hasExit: boolean): boolean {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return true;
  }
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    settings = undefined;
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    rmSync(file, { force: true });
    return false;
  }
  if (hasExit) {
    const { profile } = settings as { profile?: unknown };
    const known = typeof profile === 'object' && profile !== null ? profile : {};
    // Written beside and renamed: a power cut here must not be the one that breaks it.
    writeFileSync(`${file}.new`, JSON.stringify({ ...settings, profile: { ...known, exit_type: 'Normal', exited_cleanly: true } }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return true;
}
