import * as v from 'valibot';
import { identifierSchema } from '../../model/identifier.ts';
import type { Place } from '../session/session.ts';

type Linked = Extract<Place, { screen: 'service' | 'event' }>;

/** The public address of a guide or an event: a QR code carries it to a phone. */
export function linkTo(publicAddress: string, place: Linked): string {
  return `${publicAddress.replace(/\/+$/, '')}/#${place.screen}=${place.id}`;
}

/** The place that an address's fragment names (`#service=…`, `#event=…`), if it is well-formed. Whether it exists, the catalogue says. */
export function linkedPlace(hash: string): Linked | undefined {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  for (const screen of ['service', 'event'] as const) {
    const id = v.safeParse(identifierSchema, query.get(screen));
    if (id.success) return { screen, id: id.output };
  }
  return undefined;
}
