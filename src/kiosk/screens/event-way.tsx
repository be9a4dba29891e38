import type { JSX } from 'preact';
import { ChevronRight, CircleQuestionMark, Clock, MapPin, TimerReset } from 'lucide';
import { priceRange, type Amount, type Cost } from '../../model/cost.ts';
import { digits, formatDate, formatMoney } from '../../model/format.ts';
import type { EventPlan, PlanStation, StationFee, StationTime } from '../../model/event-plan.ts';
import { AmountTag } from '../../ui/guide/amount-tag.tsx';
import { Section } from '../../ui/guide/section.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { officeText, timeText, unitText } from '../../ui/words.ts';

type OnGuide = (service: string, station: PlanStation) => void;

/** The way itself: numbered stations under the headings of their phases. */
export function EventWay({ plan, onGuide }: { readonly plan: EventPlan; readonly onGuide: OnGuide }): JSX.Element {
  const phases: { readonly heading: PlanStation['phase']; readonly stations: PlanStation[] }[] = [];
  for (const station of plan.stations) {
    const last = phases[phases.length - 1];
    if (last !== undefined && last.heading?.en === station.phase?.en) last.stations.push(station);
    else phases.push({ heading: station.phase, stations: [station] });
  }
  return (
    <Section title={t('events:way')}>
      {phases.map((phase, index) => (
        <div class="event-way__phase" key={index}>
          {phase.heading === undefined ? null : <h3 class="event-way__heading">{l(phase.heading)}</h3>}
          <ol class="event-way">
            {phase.stations.map((station) => <Station key={station.identifier} station={station} start={plan.start} onGuide={onGuide} />)}
          </ol>
        </div>
      ))}
    </Section>
  );
}

function Station({ station, start, onGuide }: { readonly station: PlanStation; readonly start: EventPlan['start']; readonly onGuide: OnGuide }): JSX.Element {
  const lang = language.value;
  const { number, service } = station;
  const choosable = service !== undefined && service.questions.length > 0 && (station.fee.kind === 'depends' || station.time.kind === 'depends');
  const guide = t(choosable ? 'events:chooseCase' : 'events:guide');
  return (
    <li class={number === undefined ? 'event-way__station event-way__station--out' : 'event-way__station'}>
      <span class="event-way__number" aria-hidden="true">{number === undefined ? '–' : digits(number, lang)}</span>
      <div class="event-way__body">
        <p class="event-way__title">{l(station.title)}</p>
        {station.condition === undefined ? null : (
          <p class="documents__condition">{l(station.condition)}{number === undefined ? <strong class="event-way__out"> – {t('events:notCounted')}</strong> : null}</p>
        )}
        {station.deadlines.map((requirement) => (
          <p class="event-way__deadline" key={requirement.identifier}>
            <Icon of={TimerReset as IconDrawing} />
            <span>{l(requirement.description)} {requirement.deadline === undefined ? null : <strong>{t('guide:deadline', { n: digits(requirement.deadline.days, lang), after: l(requirement.deadline.after) })}</strong>}</span>
          </p>
        ))}
        {station.note === undefined ? null : <p class="event-way__note">{l(station.note)}</p>}
        <Place station={station} />
        {service === undefined ? null : (
          <>
            <div class="event-way__facts">
              <FeeTag fee={station.fee} />
              <span class="event-way__time"><Icon of={Clock as IconDrawing} />{timeWords(station.time)}</span>
            </div>
            {station.readyBy === undefined ? null : <p class="guide__aside">{start === undefined ? t('events:stationReadyBy', { date: formatDate(station.readyBy, lang) }) : t('events:stationReadyFrom', { start: formatDate(start, lang), date: formatDate(station.readyBy, lang) })}</p>}
            <button type="button" class="button button--help event-way__guide" aria-label={`${guide}: ${l(station.title)}`} onClick={() => onGuide(service.identifier, station)}>
              {guide}
              <Icon of={ChevronRight as IconDrawing} />
            </button>
          </>
        )}
      </div>
    </li>
  );
}

function Place({ station }: { readonly station: PlanStation }): JSX.Element | null {
  const lang = language.value;
  const names = [...new Set(station.channels.map((channel) => (channel.place === undefined ? officeText(channel.level, lang) : l(channel.place))))];
  if (names.length === 0) return null;
  return (
    <p class="event-way__place">
      <Icon of={MapPin as IconDrawing} />
      <span>{station.here ? <strong>{t('events:thisOffice')}</strong> : names.join(` ${t('guide:or')} `)}</span>
    </p>
  );
}

function timeWords(time: StationTime): string {
  if (time.kind === 'posted') return timeText(time.time, language.value);
  return t(time.kind === 'depends' ? 'events:timeDepends' : 'events:timeNotPosted');
}

/** A posted price with what it is for and what is to be said of it, where its cases say the same. */
function Posted({ amount, costs }: { readonly amount: Amount; readonly costs: readonly Cost[] }): JSX.Element {
  const lang = language.value;
  const only = <T,>(values: readonly T[]): T | undefined => (new Set(values).size === 1 ? values[0] : undefined);
  const unit = costs.some((cost) => cost.quantity !== undefined) ? undefined : only(costs.map((cost) => unitText(cost, lang)));
  const note = only(costs.map((cost) => cost.note?.[lang]));
  const title = costs.length === 1 ? costs[0]?.title?.[lang] : undefined;
  return (
    <>
      {title === undefined ? null : <span class="event-way__fee-note">{title}</span>}
      <span class="event-way__unit"><AmountTag amount={amount} />{unit === undefined ? null : ` ${unit}`}</span>
      {note === undefined ? null : <span class="event-way__fee-note">{note}</span>}
    </>
  );
}

/** A station's price; where it depends on the case, the span of what is posted. */
function FeeTag({ fee }: { readonly fee: StationFee }): JSX.Element | null {
  const lang = language.value;
  if (fee.kind === 'none') return null;
  if (fee.kind === 'posted') return <Posted amount={fee.amount} costs={fee.costs} />;
  const [only] = fee.candidates.length === 1 ? fee.candidates : [];
  const range = priceRange(fee.candidates);
  return (
    <>
      {only === undefined ? null : <span class="event-way__unit"><AmountTag amount={only.amount} />{only.unit === undefined ? null : ` ${l(only.unit)}`}</span>}
      {range === undefined ? null : <span class="amount amount--open">{t('guide:range', { from: formatMoney(range.from, lang), to: formatMoney(range.to, lang) })}</span>}
      <span class="event-way__depends"><Icon of={CircleQuestionMark as IconDrawing} />{t('guide:dependsOnCase')}</span>
    </>
  );
}
