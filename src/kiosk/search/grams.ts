/** Postings of short pieces of text: which documents contain which piece. */
export class GramIndex {
  readonly #length: number;
  readonly #postings = new Map<string, number[]>();
  readonly #sizes: number[] = [];

  /** @param length code units in a gram */
  constructor(length: number) {
    this.#length = length;
  }

  /** Adds a document; numbers must be given in rising order, texts of one document may be several. */
  add(document: number, texts: Iterable<string>): void {
    const grams = new Set<string>();
    for (const text of texts) for (const gram of this.gramsOf(text)) grams.add(gram);
    this.#sizes[document] = grams.size;
    for (const gram of grams) {
      const posting = this.#postings.get(gram);
      if (posting === undefined) this.#postings.set(gram, [document]);
      else posting.push(document);
    }
  }

  /** Distinct grams of a text. */
  gramsOf(text: string): Set<string> {
    const grams = new Set<string>();
    for (let i = 0; i + this.#length <= text.length; i++) grams.add(text.slice(i, i + this.#length));
    return grams;
  }

  /** How many of the grams each document contains; documents with none are absent. */
  count(grams: Iterable<string>): Map<number, number> {
    const counts = new Map<number, number>();
    for (const gram of grams) for (const document of this.#postings.get(gram) ?? []) counts.set(document, (counts.get(document) ?? 0) + 1);
    return counts;
  }

  /** Number of distinct grams in a document. */
  sizeOf(document: number): number {
    return this.#sizes[document] ?? 0;
  }
}
