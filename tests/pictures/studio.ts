import { join } from 'node:path';
import { openBrowser } from '../e2e/support/browser.ts';
import { startHub } from '../e2e/support/hub.ts';
import { furnish, openStudio, signInAt, studioStates, windows, type Window } from '../e2e/support/studio.ts';

/** One picture, as the index wants it. */
export interface StudioPicture {
  readonly file: string;
  readonly state: string;
  readonly panel: string;
}

/** Renders every page of the staff's app from a made-up fleet, whole pages, on a desk's window and a phone's. */
export async function studioPictures(out: string, languages: readonly ('km' | 'en')[]): Promise<{ readonly made: readonly StudioPicture[]; readonly failed: readonly string[] }> {
  const made: StudioPicture[] = [];
  const failed: string[] = [];
  const hub = await startHub();
  try {
    const ids = await furnish(hub);
    for (const window of Object.keys(windows) as Window[]) {
      const browser = await openBrowser({ viewport: windows[window] });
      const { page } = browser;
      const take = async (language: string, name: string): Promise<void> => {
        const file = `${window}-${language}-studio-${name}.png`;
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: join(out, file), animations: 'disabled', fullPage: name !== 'restart' });
        made.push({ file, state: `studio-${name}`, panel: window });
      };
      for (const language of languages) {
        await browser.context.clearCookies();
        await openStudio(page, hub, language);
        await take(language, 'sign-in');
        await signInAt(page, hub, language);
        for (const { name, reach } of studioStates) {
          try {
            await reach({ page, hub, id: (place) => ids.get(place) ?? '' });
            await take(language, name);
          } catch (error) {
            failed.push(`${window}-${language}-studio-${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'failed'}`);
          }
        }
      }
      failed.push(...browser.errors.map((error) => `error on the page: ${error}`));
      await browser.close();
    }
  } finally {
    await hub.end();
  }
  return { made, failed };
}
