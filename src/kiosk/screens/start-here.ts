import type { IsoDate } from '../../model/identifier.ts';
import { applicationDay } from '../../model/office-hours.ts';
import { notBeforeApp } from '../app-moment.ts';
import { now, office } from '../content-state.ts';
import type { Catalogue } from '../content/catalogue.ts';

/**
 * The day on which somebody who stands here can hand something in. `undefined`
 * while the clock is earlier than the app, and so known to be wrong: no date that
 * follows from it is told to anybody.
 */
export function startHere({ calendar }: Pick<Catalogue, 'calendar'>): IsoDate | undefined {
  return now.value < notBeforeApp(now.value) ? undefined : applicationDay(now.value, office.value, calendar);
}
