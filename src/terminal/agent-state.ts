import * as v from 'valibot';
import { panelSchema } from '../api/agent.ts';
import { pageHealthSchema } from '../api/page-health.ts';

/**
 * What the agent writes into `/run/owso-kiosk/state.json` (0644) for `owso-kiosk
 * status` and `doctor`: at most every few seconds, and at once when something
 * other than a moment changed. No citizen datum has a field here.
 */
export const agentStateSchema = v.strictObject({
  /** When this was written. */
  written: v.pipe(v.string(), v.isoTimestamp()),
  /** What the page said last of itself, and when. Absent: nothing since the agent started. */
  page: v.optional(v.strictObject({ heard: v.pipe(v.string(), v.isoTimestamp()), health: pageHealthSchema })),
  hub: panelSchema.entries.hub,
});
export type AgentState = v.InferOutput<typeof agentStateSchema>;
