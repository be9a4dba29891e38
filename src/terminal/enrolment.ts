import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { enrolAnswerSchema } from '../api/fleet.ts';
import { hubAddressSchema } from './settings.ts';
import { writeWhole } from './write-whole.ts';

/** What a terminal keeps of its enrolment, `enrolment.json` in the agent's state folder. */
export const enrolmentSchema = v.strictObject({
  /** Origin of the hub at which it enrolled: to another one it says nothing. */
  hub: hubAddressSchema,
  /** Its number there. */
  terminal: enrolAnswerSchema.entries.terminal,
});
export type Enrolment = v.InferOutput<typeof enrolmentSchema>;

const fileName = 'enrolment.json';

/** The enrolment of this terminal; `undefined` if it has none that can be read. */
export async function readEnrolment(stateDir: string): Promise<Enrolment | undefined> {
  const text = await readFile(join(stateDir, fileName), 'utf8').catch(() => undefined);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), enrolmentSchema), text);
  return parsed.success ? parsed.output : undefined;
}

/** Keeps an enrolment. To be called as the agent's user. */
export async function writeEnrolment(stateDir: string, enrolment: Enrolment): Promise<void> {
  await writeWhole(join(stateDir, fileName), `${JSON.stringify(enrolment)}\n`, 0o600);
}
