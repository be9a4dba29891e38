import { foldKhmer, type KhmerFold } from './fold.ts';

/**
 * Words with which administrative titles are made. Khmer has no spaces and
 * builds of ICU disagree on word edges, so edges are taken from these, from the
 * content's own keywords and synonyms, and from written spaces. An edge we do
 * not know costs rank, not recall, except for queries of one cluster.
 */
export const commonWords: readonly string[] = [
  'ការ', 'សេវា', 'សេវាកម្ម', 'សេចក្តី', 'និង', 'ឬ', 'នៃ', 'នៅ', 'ក្នុង', 'លើ', 'តាម', 'ពី', 'ដល់', 'សម្រាប់', 'ដែល', 'មាន', 'មិន', 'របស់', 'ប្រភេទ', 'លេខ', 'ថ្មី',
  'លិខិត', 'លិខិតអនុញ្ញាត', 'លិខិតបញ្ជាក់', 'អនុញ្ញាត', 'បញ្ជាក់', 'សំបុត្រ', 'វិញ្ញាបនបត្រ', 'អាជ្ញាប័ណ្ណ', 'អាជ្ញាបណ្ណ', 'ប័ណ្ណ', 'បណ្ណ', 'សៀវភៅ', 'ពាក្យ', 'ឯកសារ',
  'ចុះបញ្ជី', 'ចុះឈ្មោះ', 'ផ្ទេរ', 'កែ', 'កែតម្រូវ', 'បន្ត', 'ប្តូរ', 'ពន្យារ', 'ទុតិយតា', 'ចម្លង', 'ចេញ', 'ផ្តល់', 'ប្រឡង', 'ត្រួតពិនិត្យ', 'ស្នើសុំ', 'សុំ', 'បើក', 'បិទ', 'បង្កើត', 'ប្រកប',
  'ធ្វើ', 'លក់', 'ទិញ', 'សាងសង់', 'ជួល', 'ប្រកាស', 'បង់',
  'កំណើត', 'អាពាហ៍ពិពាហ៍', 'មរណភាព', 'គ្រួសារ', 'ស្នាក់នៅ', 'អត្តសញ្ញាណ', 'អត្តសញ្ញាណប័ណ្ណ', 'សញ្ជាតិ', 'ឆ្លងដែន', 'ថ្កោលទោស',
  'យានយន្ត', 'រថយន្ត', 'ម៉ូតូ', 'ទោចក្រយានយន្ត', 'ត្រីចក្រយានយន្ត', 'ជលយាន', 'បើកបរ', 'ផ្លាកលេខ', 'ដឹកជញ្ជូន', 'មធ្យោបាយ',
  'ដី', 'ដីធ្លី', 'អចលនវត្ថុ', 'អចលនទ្រព្យ', 'កម្មសិទ្ធិ', 'ព្រំដី', 'ផ្ទះ', 'អគារ', 'សំណង់', 'ការដ្ឋាន',
  'អាជីវកម្ម', 'ពាណិជ្ជកម្ម', 'សិប្បកម្ម', 'សហគ្រាស', 'ក្រុមហ៊ុន', 'ទេសចរណ៍', 'ភោជនីយដ្ឋាន', 'វិនិយោគ', 'ពន្ធ', 'ពន្ធដារ', 'រ៉ែ', 'កសិកម្ម', 'សត្វ', 'ជី', 'ថ្នាំ',
  'សាលា', 'ការងារ', 'បុគ្គលិក', 'បរទេស', 'ជនបរទេស', 'សុខាភិបាល', 'អនាម័យ', 'ភ្លើង', 'ទឹក', 'ខេត្ត', 'ក្រុង', 'ស្រុក', 'ខណ្ឌ', 'ឃុំ', 'សង្កាត់', 'ភូមិ', 'រាជធានី',
];

/** Knows folded words and finds where they begin in folded text. */
export class Lexicon {
  readonly #byHead = new Map<string, string[]>();
  readonly #words = new Map<string, string>();

  /** Adds a word in its written form; parts between separators count as words. */
  add(word: string): void {
    const fold = foldKhmer(word);
    let start = 0;
    for (let i = 1; i <= fold.text.length; i++) {
      if (i < fold.text.length && fold.edge[i] !== 2) continue;
      this.#addFolded(fold.text.slice(start, i), word.slice(fold.from[start], fold.to[i - 1]));
      start = i;
    }
  }

  /**
   * Takes what lies between known words and separators for words too: the names
   * of places and things in "នៅខេត្ត…".
   */
  learn(text: string): void {
    const fold = foldKhmer(text);
    let start = 0;
    for (let i = 0; i < fold.text.length; ) {
      const known = this.#longestAt(fold.text, fold.edge, i);
      if (known > 0 || fold.edge[i] === 2) {
        this.#addResidue(text, fold, start, i);
        start = i + known;
      }
      i += Math.max(1, known);
      while (i < fold.text.length && fold.edge[i] === 0) i += 1;
    }
    this.#addResidue(text, fold, start, fold.text.length);
  }

  #addResidue(source: string, fold: KhmerFold, start: number, end: number): void {
    const residue = fold.text.slice(start, end);
    const clusters = fold.edge.subarray(start, end).reduce((count, edge) => count + (edge === 0 ? 0 : 1), 0);
    if (clusters > 1 && clusters < 8 && !/\d/u.test(residue)) this.#addFolded(residue, source.slice(fold.from[start], fold.to[end - 1]));
  }

  /** Length of the longest known word at a cluster's beginning; 0: none. */
  #longestAt(text: string, edge: Uint8Array, place: number): number {
    let longest = 0;
    for (const word of this.#byHead.get(text.slice(place, place + 2)) ?? []) {
      // A word that would end inside a cluster is another word.
      if (word.length > longest && text.startsWith(word, place) && (place + word.length === text.length || edge[place + word.length] !== 0)) longest = word.length;
    }
    // One letter is a word only where a space says so ("ប្រភេទ ខ").
    return longest < 2 ? 0 : longest;
  }

  /** All words: folded to written. */
  get words(): ReadonlyMap<string, string> {
    return this.#words;
  }

  #addFolded(word: string, written: string): void {
    if (word === '' || this.#words.has(word)) return;
    this.#words.set(word, written);
    const head = word.slice(0, 2);
    const bucket = this.#byHead.get(head);
    if (bucket === undefined) this.#byHead.set(head, [word]);
    else bucket.push(word);
  }

  has(folded: string): boolean {
    return this.#words.has(folded);
  }

  /** Marks with 2 where known words begin and where the longest of them ends. */
  markEdges(text: string, edge: Uint8Array): void {
    for (let i = 0; i < text.length; i++) {
      if (edge[i] === 0) continue;
      const longest = this.#longestAt(text, edge, i);
      if (longest === 0) continue;
      edge[i] = 2;
      if (i + longest < text.length) edge[i + longest] = 2;
    }
  }
}
