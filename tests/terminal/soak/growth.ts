/** One measurement: after how many sessions, and how much. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** What may grow, in the unit of the measure. */
export interface Allowance {
  /** Growth over the measured part that is noise whatever its length: what one garbage collection leaves more than another. */
  readonly noise: number;
  /** Growth in 1,000 sessions below which a terminal that starts anew every night never notices it. */
  readonly per1000: number;
}

/** How a measure went. */
export interface Growth {
  readonly median: number;
  /** Per 1,000 sessions: the middle one of the slopes between all pairs of points. */
  readonly slope: number;
  /** Of the measured part: slope times its length. */
  readonly rise: number;
  readonly grows: boolean;
}

/** The middle value; of an even number of them the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length === 0 ? Number.NaN : sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

/**
 * Whether something grows. The rule: over the second half of a run (the first
 * warms up caches, compiled code and the database), the Theil–Sen slope, which
 * no single outlier moves, times the length of that half must stay below the
 * noise or, in a long run, below what 1,000 sessions may bring. Shrinking is fine.
 */
export function growthOf(points: readonly Point[], allowed: Allowance): Growth {
  const last = points.at(-1)?.at ?? 0;
  const first = points[0]?.at ?? 0;
  const half = points.filter(({ at }) => at >= (first + last) / 2);
  const slopes: number[] = [];
  half.forEach((a, index) => {
    for (const b of half.slice(index + 1)) if (b.at > a.at) slopes.push((b.value - a.value) / (b.at - a.at));
  });
  const slope = slopes.length === 0 ? 0 : median(slopes);
  const length = last - (half[0]?.at ?? last);
  const rise = slope * length;
  return { median: median(half.map(({ value }) => value)), slope: slope * 1_000, rise, grows: rise > Math.max(allowed.noise, (allowed.per1000 * length) / 1_000) };
}
