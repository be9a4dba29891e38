import { planEvent, type EventPlan } from '../../model/event-plan.ts';
import { holidaysFor, lastKnownYear } from '../../model/office-hours.ts';
import { office, today } from '../content-state.ts';
import type { Catalogue } from '../content/catalogue.ts';
import { casesOf } from '../session/cases.ts';
import { startHere } from './start-here.ts';

/** The plan of an event for this office, from the next day on which it is open, with the cases chosen in this visit. */
export function planHere(catalogue: Catalogue, id: string, chosen: readonly string[]): EventPlan | undefined {
  const event = catalogue.events.get(id);
  if (event === undefined) return undefined;
  const context = {
    today: today.value,
    start: startHere(catalogue) ?? 'unknown',
    holidays: holidaysFor(office.value, catalogue.calendar),
    lastKnownYear: lastKnownYear(catalogue.calendar),
    level: office.value?.level,
  };
  return planEvent(event, catalogue.services, context, new Set(chosen), casesOf(id, event.stations.map((station) => station.identifier)));
}
