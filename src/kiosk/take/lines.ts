/**
 * A text that has to fit into a QR code: lines, each with what it is worth.
 * When they do not fit, longer wordings give way first, then whole lines, the
 * least worth first, so that no word and no Khmer cluster is ever cut.
 */
export interface Line {
  readonly text: string;
  /** A shorter wording that still says no untruth. */
  readonly brief?: string;
  /** 0 must stay; the higher, the sooner it is left out. */
  readonly spare: number;
  /** Lines that are true only together: they stay or go as one. */
  readonly group?: string;
  /** Stands in for lines that had to go (shown once). */
  readonly instead?: string;
}

/** What became of the lines. */
export interface Fitted {
  readonly text: string;
  /** Something is missing or said more briefly. */
  readonly shortened: boolean;
}

/**
 * Most bytes of a code that a cheap phone reads from the panel: what version 25
 * with error correction L holds. With its quiet zone it has 125 modules, 1.2 mm
 * each on a code of 15 cm.
 */
export const maxBytes = 1_273;

const encoder = new TextEncoder();

/** Length of a text in UTF-8, which is how a QR code carries Khmer. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** The lines that fit, in their order. The text is never longer than the limit. */
export function fit(lines: readonly Line[], limit: number = maxBytes): Fitted {
  const full = lines.map((line) => line.text).join('\n');
  if (bytesOf(full) <= limit) return { text: full, shortened: false };

  const left = lines.map((line) => ({ ...line }));
  const gone = new Set<Line>();
  const join = (): string[] => {
    const out: string[] = [];
    for (const line of left) {
      if (!gone.has(line)) out.push(line.text);
      else if (line.instead !== undefined && !out.includes(line.instead)) out.push(line.instead);
    }
    return out;
  };
  for (const line of left.filter((one) => one.brief !== undefined).reverse().sort((a, b) => b.spare - a.spare)) {
    line.text = line.brief ?? line.text;
    if (bytesOf(join().join('\n')) <= limit) break;
  }
  while (bytesOf(join().join('\n')) > limit) {
    const least = leastNeeded(left, gone);
    if (least === undefined) return { text: squeeze(join(), limit), shortened: true };
    for (const line of left) if (line === least || (least.group !== undefined && line.group === least.group)) gone.add(line);
  }
  return { text: join().join('\n'), shortened: true };
}

/** The last of the lines that can best be spared. */
function leastNeeded(lines: readonly Line[], gone: ReadonlySet<Line>): Line | undefined {
  let least: Line | undefined;
  for (const line of lines) if (line.spare > 0 && !gone.has(line) && (least === undefined || line.spare >= least.spare)) least = line;
  return least;
}

const words = new Intl.Segmenter('km', { granularity: 'word' });

/** Even what must stay can be too long: then the longest line ends earlier, after a whole word. */
function squeeze(lines: readonly string[], limit: number): string {
  const left = [...lines];
  for (;;) {
    const over = bytesOf(left.join('\n')) - limit;
    if (over <= 0) return left.join('\n');
    const longest = left.reduce((best, line, index) => (bytesOf(line) > bytesOf(left[best] ?? '') ? index : best), 0);
    const line = left[longest] ?? '';
    const shorter = cut(line, bytesOf(line) - over);
    if (shorter !== line && bytesOf(shorter) < bytesOf(line)) left[longest] = shorter;
    else left.pop();
  }
}

/** Marks that belong to the letter before them: no text begins with one, none ends before one. */
const dependent = /^[\u17b4-\u17d3\u17dd\u200c\u200d\p{M}]/u;

/** The longest beginning of whole words within so many bytes, with an ellipsis. */
export function cut(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  let end = 0;
  for (const { index, segment } of words.segment(text)) {
    const to = index + segment.length;
    if (bytesOf(`${text.slice(0, to).trimEnd()}…`) > bytes) break;
    if (!dependent.test(text.slice(to)) && !text.slice(0, to).endsWith('\u17d2')) end = to;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/** Both languages one under the other if they fit whole, otherwise the first alone, as far as it fits, with the other's title. */
export function fitLanguages(first: readonly Line[], second: readonly Line[], limit: number = maxBytes): Fitted & { readonly both: boolean } {
  const both = [...first, { text: '—' }, ...second].map((line) => line.text).join('\n');
  if (bytesOf(both) <= limit) return { text: both, both: true, shortened: false };
  const [title, ...rest] = first;
  const other = second[0];
  const alone = fit([...(title === undefined ? [] : [title]), ...(other === undefined ? [] : [{ text: other.text, spare: 1 }]), ...rest], limit);
  return { ...alone, both: false };
}
