/**
 * Path patterns of delegations (specification 4.5): shell patterns in which no
 * wildcard crosses a slash.
 */

/** One segment's pattern as a regular expression: `*`, `?` and `[…]` as in a shell, `[!…]` for none of them. */
function segmentExpression(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    // Several stars in a row mean one; each of them alone would make the expression slow.
    if (char === '*') source += source.endsWith('.*') ? '' : '.*';
    else if (char === '?') source += '.';
    else if (char === '[') {
      const first = pattern[i + 1] === '!' ? i + 2 : i + 1;
      // A bracket right after the opening stands for itself.
      const end = pattern.indexOf(']', first + 1);
      if (end === -1) source += '\\[';
      else {
        const members = pattern.slice(first, end).replace(/[\\\]^[]/g, '\\$&');
        source += `[${first === i + 2 ? '^' : ''}${inOrder(members)}]`;
        i = end;
      }
    } else source += char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 'su');
}

/** Leaves out ranges that run backwards, which match nothing. */
function inOrder(members: string): string {
  return members.replace(/(\\?.)-(\\?.)/gsu, (range, from: string, to: string) => ((from.at(-1) ?? '') <= (to.at(-1) ?? '') ? range : ''));
}

const compiled = new Map<string, RegExp>();

function segmentMatches(segment: string, pattern: string): boolean {
  if (!/[*?[]/.test(pattern)) return segment === pattern;
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    try {
      expression = segmentExpression(pattern);
    } catch {
      return segment === pattern;
    }
    if (compiled.size > 1000) compiled.clear();
    compiled.set(pattern, expression);
  }
  return expression.test(segment);
}

/** Whether a delegation's pattern covers a target path. */
export function pathMatches(path: string, pattern: string): boolean {
  const segments = path.split('/');
  const patterns = pattern.split('/');
  return segments.length === patterns.length && segments.every((segment, i) => segmentMatches(segment, patterns[i] ?? ''));
}
