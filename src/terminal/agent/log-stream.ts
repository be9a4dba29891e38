import * as v from 'valibot';

/** What the logger writes of a line; the rest of it is data. */
const lineSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ level: v.number(), time: v.optional(v.unknown()), msg: v.optional(v.string(), '') }),
);

/** The journal's priorities by the logger's levels. */
function priority(level: number): number {
  if (level >= 50) return 3;
  if (level >= 40) return 4;
  return level >= 30 ? 6 : 7;
}

/**
 * Lines for the journal on standard error: priority, sentence, data. The
 * journal has time and unit of its own.
 * @param write where a finished line goes
 */
export function journalStream(write: (line: string) => void): { write(line: string): void } {
  return {
    write: (line) => {
      const parsed = v.safeParse(lineSchema, line);
      if (!parsed.success) return write(line);
      const { level, time: _time, msg, ...data } = parsed.output;
      const rest = Object.keys(data).length === 0 ? '' : ` ${JSON.stringify(data)}`;
      write(`<${priority(level)}>${msg}${rest}\n`);
    },
  };
}
