import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadKiosk, openBrowser, panels, standStill, type Panel } from '../e2e/support/browser.ts';
import { startHub } from '../e2e/support/hub.ts';
import { inState, mondayMorning, states } from '../e2e/support/states.ts';
import { operatorPictures } from './operator.ts';
import { studioPictures } from './studio.ts';

/**
 * Renders every screen in every state from the real app, in both languages, on
 * three panels, in both contrasts, into `.pictures/` with an index page.
 * `npm run pictures -- portrait home guide` keeps to names that contain a word;
 * `npm run pictures -- studio` to those of the staff's app, `-- operator` to
 * those of the operator's panel on a terminal.
 */
const out = resolve(import.meta.dirname, '../../.pictures');
const words = process.argv.slice(2);
const studioOnly = words[0] === 'studio';
const operatorOnly = words[0] === 'operator';
const wantedPanels = (Object.keys(panels) as Panel[]).filter((panel) => !words.some((word) => word in panels) || words.includes(panel));
const languages = (['km', 'en'] as const).filter((language) => !words.some((word) => word === 'km' || word === 'en') || words.includes(language));
const contrasts = (['normal', 'high'] as const).filter((contrast) => !words.some((word) => word === 'normal' || word === 'high') || words.includes(contrast));
const names = words.filter((word) => !(word in panels) && !['km', 'en', 'normal', 'high'].includes(word));
const wanted = studioOnly || operatorOnly ? [] : states.filter((state) => names.length === 0 || names.some((name) => state.name.includes(name)));

if (words.length === 0) rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const made: { readonly file: string; readonly state: string; readonly panel: string }[] = [];
const failed: string[] = [];
const total = wantedPanels.flatMap((panel) => wanted.filter(({ panels: on }) => on?.includes(panel) ?? true)).length * languages.length * contrasts.length;
const environment: Record<string, string> = process.env['KIOSK_DIR'] === undefined ? {} : { KIOSK_DIR: process.env['KIOSK_DIR'] };
const hub = await startHub(environment);
try {
  for (const panel of studioOnly || operatorOnly ? [] : wantedPanels) {
    const browser = await openBrowser({ panel });
    await standStill(browser.page, mondayMorning);
    await loadKiosk(browser.page, hub.url);
    for (const language of languages) {
      for (const contrast of contrasts) {
        for (const state of wanted.filter(({ panels: on }) => on?.includes(panel) ?? true)) {
          const file = `${panel}-${language}-${contrast}-${state.name}.png`;
          try {
            await inState({ page: browser.page, hub, language, now: mondayMorning }, state, async () => {
              await browser.page.evaluate((to) => { document.documentElement.dataset['contrast'] = to; }, contrast);
              await browser.page.evaluate(() => document.fonts.ready);
              await browser.page.screenshot({ path: join(out, file), animations: 'disabled' });
            });
            made.push({ file, state: state.name, panel });
          } catch (error) {
            failed.push(`${file}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'failed'}`);
            await loadKiosk(browser.page, hub.url);
          }
          process.stdout.write(`\r${made.length + failed.length} of ${total} pictures`);
        }
      }
    }
    failed.push(...browser.errors.map((error) => `error on the page: ${error}`));
    await browser.close();
  }
} finally {
  await hub.end();
}
if (studioOnly || words.length === 0) {
  const taken = await studioPictures(out, languages);
  made.push(...taken.made);
  failed.push(...taken.failed);
}
if (operatorOnly || words.length === 0) {
  const taken = await operatorPictures(out, wantedPanels, languages);
  made.push(...taken.made);
  failed.push(...taken.failed);
}
const rows = [...new Set(made.map(({ state }) => state))].map((state) => `<h2>${state}</h2><div>${made.filter((picture) => picture.state === state).map((picture) => `<a href="${picture.file}"><img loading="lazy" src="${picture.file}" alt="${picture.file}" class="${picture.panel}"></a>`).join('')}</div>`);
writeFileSync(join(out, 'index.html'), `<!doctype html><meta charset="utf-8"><title>Pictures</title><style>body{font-family:sans-serif;background:#ddd}div{display:flex;flex-wrap:wrap;gap:8px}img{height:420px}img.landscape,img.small{height:210px}</style>${rows.join('')}`);
process.stdout.write(`\n${join('.pictures', 'index.html')} shows ${made.length} pictures.\n`);
if (failed.length > 0) {
  process.stdout.write(`${failed.join('\n')}\n`);
  process.exitCode = 1;
}
