import type { FieldPath } from './fault.ts';

/**
 * Reading of data that a schema may have refused: the checks across files look
 * at every field that is there, so that one run names all faults.
 */

/** A value found in raw data. */
export interface Found {
  readonly path: FieldPath;
  readonly value: unknown;
}

/** A field of raw data, or `undefined`. */
export function get(raw: unknown, ...path: FieldPath): unknown {
  let value = raw;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** The items of a list; of anything else, none. */
export function items(raw: unknown): readonly unknown[] {
  return Array.isArray(raw) ? raw : [];
}

/** Every value at a pattern such as `evidence.*.anyOf.*.type`; `*` stands for each item of a list or each field of a block. */
export function findAll(raw: unknown, pattern: string): Found[] {
  let found: Found[] = [{ path: [], value: raw }];
  for (const step of pattern.split('.')) {
    found = found.flatMap(({ path, value }) => {
      if (value === null || typeof value !== 'object') return [];
      if (step === '*') {
        return Array.isArray(value)
          ? value.map((item: unknown, index) => ({ path: [...path, index], value: item }))
          : Object.entries(value).map(([key, item]) => ({ path: [...path, key], value: item as unknown }));
      }
      return Object.hasOwn(value, step) ? [{ path: [...path, step], value: (value as Record<string, unknown>)[step] }] : [];
    });
  }
  return found;
}

/** Like {@link findAll}, texts only. */
export function findTexts(raw: unknown, pattern: string): { readonly path: FieldPath; readonly value: string }[] {
  return findAll(raw, pattern).filter((item): item is { path: FieldPath; value: string } => typeof item.value === 'string');
}
