import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'owso-tmp-';

/** Whether a process goes on. */
function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return error.code === 'EPERM';
  }
}

/** Folders of runs that were killed before they could tidy up, and are ours. */
function removeAbandoned(parent) {
  for (const name of readdirSync(parent)) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]);
    if (Number.isNaN(pid) || lives(pid)) continue;
    try {
      if (statSync(join(parent, name)).uid === process.getuid?.()) rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Another run was quicker.
    }
  }
}

/**
 * Gives this process and all that it starts a temporary folder of their own.
 * Browsers leave folders behind whenever they are killed, which tests do all the
 * time: they go with the folder. Within a run that has one already, nothing happens.
 * @returns {() => void} removes the folder with everything in it
 */
export function ownTmp() {
  const before = process.env.TMPDIR;
  const parent = tmpdir();
  if (parent.includes(prefix)) return () => undefined;
  removeAbandoned(parent);
  // Short: Chromium's socket in it must not have more than 107 characters.
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  // As /tmp is: some tests start programs as other users.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    // A browser that is just ending may still write.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}
