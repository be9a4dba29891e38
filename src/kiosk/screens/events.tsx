import type { JSX } from 'preact';
import type { Event } from '../../model/event.ts';
import { contentIcon } from '../../ui/icons/content-icons.ts';
import { Icon } from '../../ui/icons/icon.tsx';
import { addStrings, l, t } from '../../ui/i18n/i18n.ts';
import { events as strings } from '../../ui/i18n/strings/events.ts';
import { Screen } from '../frame/screen.tsx';
import { go } from '../session/session.ts';
import type { ScreenProps } from './table.ts';
import './events.css';

addStrings('events', strings);

const groups = [
  { type: 'LifeEvent', heading: 'events:life' },
  { type: 'BusinessEvent', heading: 'events:business' },
] as const;

/** What happens in a life or to a business, each a way through several services. */
export function Events({ catalogue }: ScreenProps<'events'>): JSX.Element {
  const all = [...catalogue.events.values()];
  return (
    <Screen title={t('lifeEvents')} lead={t('events:lead')}>
      {groups.map(({ type, heading }) => {
        const events = all.filter((event) => event.type === type);
        return events.length === 0 ? null : (
          <section class="events__group" key={type}>
            <h2 class="events__heading">{t(heading)}</h2>
            <div class="events__tiles">{events.map((event) => <EventTile event={event} key={event.identifier} />)}</div>
          </section>
        );
      })}
    </Screen>
  );
}

function EventTile({ event }: { readonly event: Event }): JSX.Element {
  const id = `event-${event.identifier}`;
  return (
    <button type="button" class="event-tile" onClick={() => go({ screen: 'event', id: event.identifier })} aria-labelledby={id} aria-describedby={`${id}-hint`}>
      <span class="event-tile__icon"><Icon of={contentIcon(event.icon)} /></span>
      <span class="event-tile__title" id={id}>{l(event.title)}</span>
      <span class="event-tile__hint" id={`${id}-hint`}>{l(event.description)}</span>
    </button>
  );
}
