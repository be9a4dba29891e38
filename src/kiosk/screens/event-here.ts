import { todayInCambodia } from '../../model/day.ts';
import { planEvent, type EventPlan } from '../../model/event-plan.ts';
import { holidaysFor, lastKnownYear } from '../../model/office-hours.ts';
import { now, office } from '../content-state.ts';
import type { Catalogue } from '../content/catalogue.ts';

/** The plan of an event for this office, today. */
export function planHere(catalogue: Catalogue, id: string, chosen: readonly string[]): EventPlan | undefined {
  const event = catalogue.events.get(id);
  if (event === undefined) return undefined;
  const context = { today: todayInCambodia(now.value), holidays: holidaysFor(office.value, catalogue.calendar), lastKnownYear: lastKnownYear(catalogue.calendar), level: office.value?.level };
  return planEvent(event, catalogue.services, context, new Set(chosen));
}
