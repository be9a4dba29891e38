import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { ActionAnswer } from '../api/agent.ts';
import { copyRepository } from '../repository/copy.ts';
import { editionOf, type Edition } from '../repository/edition.ts';
import { openFolder } from '../repository/folder.ts';
import { findStickContent, strangerSource } from '../repository/stick.ts';
import { limits } from '../trust/limits.ts';
import type { TrustErrorCode } from '../trust/result.ts';
import { agentStateSchema } from './agent-state.ts';
import { isNewer } from './editions.ts';

/** Where an import finds what it needs. */
export interface ImportPlaces {
  /** The mounted stick, or the folder on it. */
  readonly stick: string;
  /** Folder that the agent serves content of sticks from. */
  readonly content: string;
  /** Content that came with the package; may be missing. */
  readonly packaged: string;
  /** The root that the app was built with. */
  readonly anchor: string;
  /** The agent's `state.json`, which tells what the page shows; may be missing. */
  readonly agentState: string;
}

type FailureCode = Extract<ActionAnswer, { result: 'failed' }>['code'];

/** What a refusal of the verifier means where the carrier is a stick. */
const failureOf: Readonly<Record<TrustErrorCode, FailureCode>> = {
  absent: 'stickUnreadable',
  unreachable: 'stickUnreadable',
  corrupt: 'stickUnreadable',
  rolledBack: 'stickOlder',
  wrongLength: 'stickRefused',
  wrongHash: 'stickRefused',
  forged: 'stickRefused',
  thresholdNotMet: 'stickRefused',
  expired: 'stickRefused',
  clockWrong: 'stickRefused',
  notDelegated: 'stickRefused',
  tooBig: 'stickRefused',
};

function failed(code: FailureCode, detail: string): ActionAnswer {
  return { result: 'failed', code, detail };
}

/** The edition that the page said it shows. */
async function shownBy(agentState: string): Promise<Edition | undefined> {
  const text = await readFile(agentState, 'utf8').catch(() => undefined);
  const state = v.safeParse(v.pipe(v.string(), v.parseJson(), agentStateSchema), text);
  const health = state.success ? state.output.page?.health : undefined;
  if (health?.edition === undefined) return undefined;
  return { number: health.edition, confirmed: health.confirmed === undefined ? undefined : Date.parse(health.confirmed) };
}

/** What the operating system refused while the content was written. */
function systemFailure(error: unknown): ActionAnswer | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return failed('diskFull', error.code);
  return 'syscall' in error ? failed('notPossible', error.code) : undefined;
}

/**
 * Takes the edition of a stick over into the agent's folder, verified like one
 * that comes over the network, and never anything older than what the terminal
 * shows or has. What the stick says of itself is compared before anything is
 * copied; everything is then proven from the app's own root.
 * @param now ms
 */
export async function importStick(places: ImportPlaces, now: number): Promise<ActionAnswer> {
  const found = await findStickContent(places.stick);
  if (found === 'noFolder') return failed('noStick', 'There is no such folder.');
  if (found === 'noContent') return failed('noContentOnStick', 'There is no folder owso-content.');
  if (found === 'halfWritten') return failed('stickUnreadable', 'The export onto the stick did not finish.');
  const source = strangerSource(found.dir);
  const theirs = await editionOf({
    read: async (name) => {
      const bytes = await source.get(name, limits.timestamp);
      return bytes.ok ? bytes.value : undefined;
    },
  });
  try {
    const here = openFolder(places.content);
    for (const mine of [await editionOf(here), await editionOf(openFolder(places.packaged)), await shownBy(places.agentState)]) {
      if (theirs === undefined || mine === undefined || isNewer(theirs, mine)) continue;
      if (isNewer(mine, theirs)) return failed('stickOlder', `edition ${theirs.number}, here ${mine.number}`);
      return failed('stickSame', `edition ${theirs.number}`);
    }
    const anchor = await readFile(places.anchor);
    const report = await copyRepository({ from: source, to: here, anchor, now });
    if (!report.ok) return failed(failureOf[report.error.code], [report.error.code, report.error.path, report.error.detail].filter((part) => part !== undefined).join(' '));
    return { result: 'done', edition: report.value.edition };
  } catch (error) {
    const answer = systemFailure(error);
    if (answer === undefined) throw error;
    return answer;
  }
}

/** The places of a terminal. @param at where a path of the machine really lies */
export function importPlaces(stick: string, at: (path: string) => string, places: { readonly state: string; readonly app: string; readonly agentState: string; readonly content: string }): ImportPlaces {
  return { stick, content: join(at(places.state), 'content'), packaged: at(places.content), anchor: join(at(places.app), 'baseline/root.json'), agentState: at(places.agentState) };
}
