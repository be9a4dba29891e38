/**
 * Expected failures are values; bugs throw.
 *
 * A `Result` carries either what was asked for or an `error` that the caller
 * must look at. Use it for everything the outside world can do to us (a bad
 * file, a dead hub, a mistyped code); use {@link assert} for what only a bug can
 * do.
 */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Wraps a success. */
export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

/** Wraps an expected failure. */
export function err<E>(error: E): Result<never, E> {
  return { ok: false, error };
}

/** Throws when a condition that the code itself guarantees does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
