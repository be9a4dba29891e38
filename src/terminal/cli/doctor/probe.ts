import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { err, ok, type Result } from '../../../model/result.ts';
import { places } from '../../places.ts';
import { exchangedPolicies, withDisplayChromium, type DisplayChromium } from '../chromium/display.ts';
import type { Machine } from '../machine.ts';
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

const policyPage = 'chrome://policy';

/** Names of policies whose values the probe changes for itself. */
export const probesOwn: readonly string[] = [...exchangedPolicies, 'URLAllowlist'];

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

/** What a page of its own says. */
async function ask(chromium: DisplayChromium, url: string, expression: string): Promise<Result<string, string>> {
  const tab = await chromium.open(url);
  return tab.ok ? tab.value.evaluate(expression) : tab;
}

async function look(chromium: DisplayChromium, fonts: Readonly<Record<string, string>>): Promise<Probed> {
  const policies = await ask(chromium, policyPage, readPolicies);
  const shown = v.safeParse(v.pipe(v.string(), v.parseJson(), shownSchema), policies.ok ? policies.value : '');
  const khmer = await ask(chromium, 'about:blank', measureKhmer(fonts));
  const measured = v.safeParse(v.pipe(v.string(), v.parseJson(), measuresSchema), khmer.ok ? khmer.value : '');
  return {
    shipped: chromium.shipped,
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
  return withDisplayChromium(machine, { allow: [policyPage] }, async (chromium) => look(chromium, await appFonts(machine)));
}
