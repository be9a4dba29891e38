/**
 * The difference between two JSON values: what was put in place of something,
 * what differs inside, and what went away. Arrays of one length are compared
 * place by place; of two lengths, they are replaced.
 */
export type Difference =
  | { readonly put: unknown }
  | {
      /** Differences inside, by key or index. */
      readonly at: Readonly<Record<string, Difference>>;
      /** Keys that went away. */
      readonly gone?: readonly string[];
    };

type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns `undefined` where nothing differs */
export function differenceOf(before: unknown, after: unknown): Difference | undefined {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) return inside({ ...before }, { ...after });
  if (isTable(before) && isTable(after)) return inside(before, after);
  return Object.is(before, after) ? undefined : { put: after };
}

function inside(before: Table, after: Table): Difference | undefined {
  const at: Record<string, Difference> = {};
  for (const [key, value] of Object.entries(after)) {
    const difference = Object.hasOwn(before, key) ? differenceOf(before[key], value) : { put: value };
    // Not by assignment, which `__proto__` would swallow.
    if (difference !== undefined) Object.defineProperty(at, key, { value: difference, enumerable: true });
  }
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  if (Object.keys(at).length === 0 && gone.length === 0) return undefined;
  return gone.length === 0 ? { at } : { at, gone };
}

/**
 * Puts a difference onto a value. Takes what came over the wire: whatever is no
 * difference, or none to this value, leaves the value as it is in that place.
 */
export function withDifference(before: unknown, difference: unknown): unknown {
  if (!isTable(difference)) return before;
  if (Object.hasOwn(difference, 'put')) return difference['put'];
  const { at } = difference;
  if (!isTable(at)) return before;
  if (Array.isArray(before)) return before.map((item: unknown, index) => (Object.hasOwn(at, String(index)) ? withDifference(item, at[String(index)]) : item));
  if (!isTable(before)) return before;
  const gone = new Set(Array.isArray(difference['gone']) ? difference['gone'] : []);
  const entries = Object.entries(before).filter(([key]) => !gone.has(key) && !Object.hasOwn(at, key));
  return Object.fromEntries([...entries, ...Object.entries(at).map(([key, inner]): [string, unknown] => [key, withDifference(Object.hasOwn(before, key) ? before[key] : undefined, inner)])]);
}
