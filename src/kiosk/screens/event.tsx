import type { JSX } from 'preact';
import { Check, QrCode } from 'lucide';
import type { PlanChoice } from '../../model/event-plan.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, t } from '../../ui/i18n/i18n.ts';
import { events as strings } from '../../ui/i18n/strings/events.ts';
import '../../ui/guide/guide.css';
import '../../ui/words.ts';
import { Screen } from '../frame/screen.tsx';
import { useSoon } from '../frame/soon.ts';
import { go, replace } from '../session/session.ts';
import { EventDocuments } from './event-documents.tsx';
import { planHere } from './event-here.ts';
import { EventSummary } from './event-summary.tsx';
import { EventWay } from './event-way.tsx';
import type { ScreenProps } from './table.ts';
import './event.css';

addStrings('events', strings);

/** One event: what the whole way costs and takes, what to bring, then the way itself, station by station. */
export function EventScreen({ place, catalogue }: ScreenProps<'event'>): JSX.Element {
  const soon = useSoon();
  const event = catalogue.events.get(place.id);
  const chosen = place.chosen ?? [];
  const plan = planHere(catalogue, place.id, chosen);
  if (event === undefined || plan === undefined) return <Screen title={t('events:gone')}>{null}</Screen>;
  const choose = (choice: PlanChoice): void =>
    replace({ ...place, chosen: choice.chosen ? chosen.filter((identifier) => identifier !== choice.identifier) : [...chosen, choice.identifier] });
  const canGet = (service: string): boolean => catalogue.services.has(service);
  return (
    <Screen
      title={l(event.title)}
      lead={l(event.description)}
      foot={
        plan.count === 0 ? undefined : (
          <button type="button" class="button button--primary" onClick={() => go({ screen: 'take-event', id: event.identifier, chosen })}>
            <Icon of={QrCode as IconDrawing} />
            {t('guide:take')}
          </button>
        )
      }
    >
      <div class="guide event" aria-busy={!soon}>
        <div class="guide__answer">
          {plan.choices.length === 0 ? null : <Choices choices={plan.choices} onChoose={choose} />}
          {plan.count === 0 ? <p class="guide__caution">{t('events:chooseFirst')}</p> : <EventSummary plan={plan} />}
        </div>
        <div class="guide__rest">
          {plan.count === 0 || !soon ? null : <EventDocuments plan={plan} canGet={canGet} onGet={(service) => go({ screen: 'service', id: service })} />}
          {!soon ? null : <EventWay plan={plan} onGuide={(service, { identifier, answers }) => go({ screen: 'service', id: service, answers, station: { event: event.identifier, station: identifier } })} />}
        </div>
      </div>
    </Screen>
  );
}

/** What only some people need: one touch counts it in. */
function Choices({ choices, onChoose }: { readonly choices: readonly PlanChoice[]; readonly onChoose: (choice: PlanChoice) => void }): JSX.Element {
  return (
    <div class="case" role="group" aria-labelledby="event-choices">
      <h2 class="case__question" id="event-choices">{t('events:choices')}</h2>
      <p class="guide__aside">{t('events:choicesHint')}</p>
      <div class="case__options event__choices">
        {choices.map((choice) => (
          <button type="button" role="checkbox" aria-checked={choice.chosen} class="button button--choice case__option" key={choice.identifier} onClick={() => onChoose(choice)}>
            <span class="event__box" aria-hidden="true">{choice.chosen ? <Icon of={Check as IconDrawing} /> : null}</span>
            <span class="case__label">{l(choice.condition)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
