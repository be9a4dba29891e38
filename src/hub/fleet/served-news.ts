import * as v from 'valibot';
import { localizedTextSchema, type LocalizedText } from '../../model/text.ts';
import { servedEdition, servedObjects } from '../../serve/served.ts';
import type { StaticTree } from '../../serve/static-tree.ts';
import type { Served } from './troubles.ts';

const titledSchema = v.pipe(v.string(), v.parseJson(), v.object({ title: localizedTextSchema }));
const noTitles: ReadonlyMap<string, LocalizedText> = new Map();

/** What the hub serves now, since when as far as this process has seen, and how its offices are called. */
export class ServedNews {
  readonly #content: StaticTree;
  #served: Served | undefined;
  #titles = noTitles;

  constructor(content: StaticTree) {
    this.#content = content;
  }

  /** Looks anew. @param now ms */
  async look(now: number): Promise<{ readonly served: Served | undefined; readonly titles: ReadonlyMap<string, LocalizedText> }> {
    const edition = await servedEdition(this.#content);
    if (edition === null) {
      this.#served = undefined;
      this.#titles = noTitles;
    } else if (edition !== this.#served?.edition) {
      this.#served = { edition, since: now };
      this.#titles = await this.#read();
    }
    return { served: this.#served, titles: this.#titles };
  }

  async #read(): Promise<ReadonlyMap<string, LocalizedText>> {
    const titles = new Map<string, LocalizedText>();
    for (const [path, text] of await servedObjects(this.#content)) {
      const office = /^offices\/(\d+)\/office\.json$/.exec(path)?.[1];
      const parsed = office === undefined ? undefined : v.safeParse(titledSchema, text);
      if (office !== undefined && parsed?.success === true) titles.set(office, parsed.output.title);
    }
    return titles;
  }
}
