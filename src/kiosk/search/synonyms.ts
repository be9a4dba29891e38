import type { Synonyms } from '../../model/pack.ts';
import { foldKhmer, hasKhmer, latinWords } from './fold.ts';
import type { SearchEntry } from './entry.ts';
import type { Lexicon } from './words.ts';

interface Member {
  readonly text: string;
  /** Folded Khmer, or Latin words with spaces around. */
  readonly key: string;
  readonly khmer: boolean;
}

/** Gives an entry the other words for what its title and keywords say. */
export class SynonymTable {
  readonly #groups: readonly (readonly Member[])[];
  readonly #lexicon: Lexicon;

  constructor(synonyms: Synonyms, lexicon: Lexicon) {
    this.#lexicon = lexicon;
    this.#groups = synonyms.map((group) => group.map((text) => ({ text, khmer: hasKhmer(text), key: hasKhmer(text) ? foldKhmer(text).text : spaced(text) })).filter(({ key }) => key.trim() !== ''));
  }

  /** Members of every group one of whose members stands in the entry's title or keywords. */
  othersOf(entry: SearchEntry): string[] {
    const latin = [entry.title.en, ...entry.keywords.en, ...entry.keywords.latn].map(spaced);
    const khmer = [entry.title.km, ...entry.keywords.km].map((text) => {
      const fold = foldKhmer(text);
      this.#lexicon.markEdges(fold.text, fold.edge);
      return fold;
    });
    const others: string[] = [];
    for (const group of this.#groups) {
      const named = group.some((member) => (member.khmer ? khmer.some(({ text, edge }) => standsIn(text, edge, member.key)) : latin.some((text) => text.includes(member.key))));
      if (named) others.push(...group.map(({ text }) => text));
    }
    return others;
  }
}

function spaced(text: string): string {
  return ` ${latinWords(text).map(({ word }) => word).join(' ')} `;
}

/** Does a word stand in a text from a word's beginning to a cluster's end? */
function standsIn(text: string, edge: Uint8Array, word: string): boolean {
  for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + 1)) {
    const end = place + word.length;
    if (edge[place] === 2 && (end === text.length || edge[end] !== 0)) return true;
  }
  return false;
}
