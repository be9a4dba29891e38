import { signal } from '@preact/signals';
import type { CaseAnswers } from '../../model/case.ts';
import { onWipe } from './session.ts';

/** A station of an event from which a guide was opened. */
export interface StationRef {
  readonly event: string;
  readonly station: string;
}

/**
 * Which case a citizen chose in the guide of an event's station: the event adds
 * up with it when they come back. In memory alone; gone with the visit.
 */
const chosen = signal<ReadonlyMap<string, CaseAnswers>>(new Map());
onWipe(() => {
  chosen.value = new Map();
});

const keyOf = (event: string, station: string): string => `${event} ${station}`;

/** Keeps the answers given in the guide of a station. */
export function keepCase({ event, station }: StationRef, answers: CaseAnswers): void {
  chosen.value = new Map([...chosen.value, [keyOf(event, station), answers]]);
}

/** The answers given in this visit for the stations of an event, by station. */
export function casesOf(event: string, stations: readonly string[]): ReadonlyMap<string, CaseAnswers> {
  return new Map(stations.flatMap((station) => {
    const answers = chosen.value.get(keyOf(event, station));
    return answers === undefined ? [] : [[station, answers] as const];
  }));
}
