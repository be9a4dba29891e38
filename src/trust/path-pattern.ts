/**
 * Path patterns of delegations (specification 4.5): shell patterns in which no
 * wildcard crosses a slash.
 */

/** What one character of a segment may be; `'*'` is any number of any. */
type Step = '*' | ((char: string) => boolean);

/** The members of a bracket, `a-z` for a range; one that runs backwards holds nothing. */
function bracket(members: readonly string[], none: boolean): Step {
  const tests: ((char: string) => boolean)[] = [];
  for (let i = 0; i < members.length; i++) {
    const [from = '', dash, to] = members.slice(i, i + 3);
    if (dash === '-' && to !== undefined) {
      const [low, high] = [codePoint(from), codePoint(to)];
      tests.push((char) => low <= codePoint(char) && codePoint(char) <= high);
      i += 2;
    } else tests.push((char) => char === from);
  }
  return (char) => tests.some((test) => test(char)) !== none;
}

const codePoint = (char: string): number => char.codePointAt(0) ?? 0;

/** One segment's pattern, step by step: `*`, `?` and `[…]` as in a shell, `[!…]` for none of them. */
function stepsOf(pattern: string): readonly Step[] {
  const chars = Array.from(pattern);
  const steps: Step[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    const first = chars[i + 1] === '!' ? i + 2 : i + 1;
    // A bracket right after the opening stands for itself.
    const end = char === '[' ? chars.indexOf(']', first + 1) : -1;
    if (char === '*') steps.push('*');
    else if (char === '?') steps.push(() => true);
    else if (end === -1) steps.push((given) => given === char);
    else {
      steps.push(bracket(chars.slice(first, end), first === i + 2));
      i = end;
    }
  }
  return steps;
}

/**
 * Going back only to the last star is enough, and keeps the time within length
 * times length whatever the pattern: a delegator must not be able to stop a
 * client with one.
 */
function follows(segment: readonly string[], steps: readonly Step[]): boolean {
  let [at, step] = [0, 0];
  let star: { readonly step: number; at: number } | undefined;
  while (at < segment.length) {
    const one = steps[step];
    if (one === '*') {
      star = { step, at };
      step++;
    } else if (one?.(segment[at] ?? '') === true) {
      at++;
      step++;
    } else if (star !== undefined) {
      at = ++star.at;
      step = star.step + 1;
    } else return false;
  }
  return steps.slice(step).every((rest) => rest === '*');
}

const hasWildcard = (pattern: string): boolean => /[*?[]/.test(pattern);
const known = new Map<string, readonly Step[]>();

function segmentMatches(segment: string, pattern: string): boolean {
  if (pattern === '*') return true;
  if (!hasWildcard(pattern)) return segment === pattern;
  let steps = known.get(pattern);
  if (steps === undefined) {
    steps = stepsOf(pattern);
    if (known.size > 1000) known.clear();
    known.set(pattern, steps);
  }
  return follows(Array.from(segment), steps);
}

/** Whether a delegation's pattern covers a target path. */
export function pathMatches(path: string, pattern: string): boolean {
  const segments = path.split('/');
  const patterns = pattern.split('/');
  return segments.length === patterns.length && segments.every((segment, i) => segmentMatches(segment, patterns[i] ?? ''));
}

/** The folder in which everything lies that a pattern can cover, with its slash; `''` where that may be any. */
export function folderOf(pattern: string): string {
  const folders = pattern.split('/').slice(0, -1);
  const open = folders.findIndex(hasWildcard);
  return folders.slice(0, open === -1 ? undefined : open).map((folder) => `${folder}/`).join('');
}
