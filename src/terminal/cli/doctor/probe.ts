import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { err, ok, type Result } from '../../../model/result.ts';
import { places, users } from '../../places.ts';
import { accountOf, type Machine } from '../machine.ts';
import { startPiped, type PipedChromium } from './chromium.ts';
import { khmerSize, khmerSyllables, type Measures } from './khmer.ts';

/** A policy as chrome://policy shows it. */
const policySchema = v.looseObject({
  value: v.unknown(),
  error: v.optional(v.string()),
  warning: v.optional(v.string()),
  deprecated: v.optional(v.unknown()),
  future: v.optional(v.unknown()),
  ignored: v.optional(v.unknown()),
  conflicts: v.optional(v.unknown()),
});
export type ShownPolicy = v.InferOutput<typeof policySchema>;
const shownSchema = v.looseObject({ policyGroups: v.record(v.string(), v.looseObject({ policies: v.record(v.string(), policySchema) })) });

const measureSchema = v.strictObject({ width: v.number(), above: v.number(), below: v.number() });
const measuresSchema = v.record(v.string(), v.strictObject(v.entriesFromList(khmerSyllables, measureSchema)));

/** What the terminal's Chromium shows of its policies and of Khmer. */
export interface Probed {
  /** Policies as they were shipped. */
  readonly shipped: Readonly<Record<string, unknown>>;
  /** As chrome://policy shows them. The error is why it shows none. */
  readonly shown: Result<Readonly<Record<string, ShownPolicy>>, string>;
  /** Measures of Khmer by font: those of the app, and `sans-serif` for the system's. */
  readonly khmer: Result<Readonly<Record<string, Measures>>, string>;
}

/** Chromium itself, not Debian's wrapper: the session starts it the same way. */
export const chromiumProgram = '/usr/lib/chromium/chromium';

/** What the policies of the kiosk forbid and the probe cannot do without. */
const needed = { DeveloperToolsAvailability: 1, RemoteDebuggingAllowed: true } as const;
const policyPage = 'chrome://policy';

/** Names of policies whose values the probe changes for itself. */
export const probesOwn: readonly string[] = [...Object.keys(needed), 'URLAllowlist'];

const readPolicies = `(async () => {
  const { addWebUiListener } = await import('chrome://resources/js/cr.js');
  const shown = new Promise((done) => addWebUiListener('policies-updated', (_names, values) => done(values)));
  chrome.send('listenPoliciesUpdates');
  return JSON.stringify(await shown);
})()`;

/** @param fonts base64 of font files by name */
function measureKhmer(fonts: Readonly<Record<string, string>>): string {
  return `(async () => {
  const fonts = ${JSON.stringify(fonts)};
  for (const [name, base64] of Object.entries(fonts)) {
    const face = new FontFace(name, Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
    await face.load();
    document.fonts.add(face);
  }
  const context = document.createElement('canvas').getContext('2d');
  const measured = {};
  for (const name of [...Object.keys(fonts), 'sans-serif']) {
    context.font = '${khmerSize}px ' + (name === 'sans-serif' ? name : '"' + name + '"');
    measured[name] = Object.fromEntries(${JSON.stringify(khmerSyllables)}.map((text) => {
      const { width, actualBoundingBoxAscent: above, actualBoundingBoxDescent: below } = context.measureText(text);
      return [text, { width, above, below }];
    }));
  }
  return JSON.stringify(measured);
})()`;
}

/** The app's Khmer fonts, base64 by file name. */
async function appFonts(machine: Machine): Promise<Readonly<Record<string, string>>> {
  const folder = machine.at(join(places.app, 'assets'));
  const names = (await readdir(folder).catch(() => [])).filter((name) => /khmer.*\.woff2$/.test(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name.replace(/-[\w-]{8}\.woff2$/, ''), (await readFile(join(folder, name))).toString('base64')] as const)));
}

const policiesSchema = v.record(v.string(), v.unknown());

/** The shipped policies, and files of the same with what the probe needs. The error is a sentence. */
async function variant(machine: Machine, folder: string): Promise<Result<Readonly<Record<string, unknown>>, string>> {
  const from = machine.at(places.policies);
  const names = (await readdir(from).catch(() => [])).filter((name) => name.endsWith('.json'));
  const shipped: Record<string, unknown> = {};
  for (const name of names) {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), policiesSchema), await readFile(join(from, name), 'utf8').catch(() => ''));
    if (!parsed.success) return err(`${places.policies}/${name} is no JSON that Chromium reads`);
    Object.assign(shipped, parsed.output);
  }
  const allowed = Array.isArray(shipped['URLAllowlist']) ? shipped['URLAllowlist'] : [];
  await writeFile(join(folder, 'probe.json'), JSON.stringify({ ...shipped, ...needed, URLAllowlist: [...allowed, policyPage] }));
  return ok(shipped);
}

/** Where Chromium looks for all that administrators set. */
const administrators = '/etc/chromium';

/** The command line of the probe's Chromium: as the display's user, what administrators set exchanged for itself alone. */
function commandLine({ uid, gid }: { readonly uid: number; readonly gid: number }, folder: string): readonly [string, readonly string[]] {
  const chromium = [chromiumProgram, '--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-breakpad', '--remote-debugging-pipe', `--user-data-dir=${join(folder, 'profile')}`, 'about:blank'];
  const asDisplay = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs', '--', 'env', `HOME=${join(folder, 'profile')}`, ...chromium];
  // $1 is mounted over them, in a mount namespace that ends with Chromium.
  const mount = `mount --bind "$1" ${administrators} && shift && exec "$@"`;
  return ['unshare', ['--mount', '--propagation', 'private', 'sh', '-c', mount, 'sh', join(folder, 'chromium'), ...asDisplay]];
}

async function look(chromium: PipedChromium, shipped: Probed['shipped'], fonts: Readonly<Record<string, string>>): Promise<Probed> {
  const policies = await chromium.evaluate(policyPage, readPolicies);
  const shown = v.safeParse(v.pipe(v.string(), v.parseJson(), shownSchema), policies.ok ? policies.value : '');
  const khmer = await chromium.evaluate('about:blank', measureKhmer(fonts));
  const measured = v.safeParse(v.pipe(v.string(), v.parseJson(), measuresSchema), khmer.ok ? khmer.value : '');
  return {
    shipped,
    shown: shown.success ? ok(Object.assign({}, ...Object.values(shown.output.policyGroups).map(({ policies: all }) => all)) as Record<string, ShownPolicy>) : err(policies.ok ? 'chrome://policy has another form than this version knows' : policies.error),
    khmer: measured.success ? ok(measured.output) : err(khmer.ok ? 'the measures have another form' : khmer.error),
  };
}

/**
 * Starts Chromium for a moment as the display's user, with a profile of its own
 * and the shipped policies but for two that would keep anybody from asking it,
 * and looks. The error is why that could not be.
 */
export async function probeChromium(machine: Machine): Promise<Result<Probed, string>> {
  if (machine.uid !== 0) return err('only root can start Chromium as the display’s user');
  const account = await accountOf(machine, users.display);
  if (account === undefined) return err(`there is no account ${users.display}`);
  const folder = await mkdtemp(join(tmpdir(), 'owso-doctor-'));
  try {
    await chmod(folder, 0o755);
    const managed = join(folder, 'chromium/policies/managed');
    for (const path of [managed, join(folder, 'profile')]) await mkdir(path, { recursive: true, mode: 0o755 });
    await machine.chown(join(folder, 'profile'), account.uid, account.gid);
    const shipped = await variant(machine, managed);
    if (!shipped.ok) return shipped;
    const chromium = startPiped(...commandLine(account, folder));
    try {
      return ok(await look(chromium, shipped.value, await appFonts(machine)));
    } finally {
      await chromium.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
