import type { JSX } from 'preact';
import { BadgeCheck, CalendarDays, CircleQuestionMark, Gift, MapPin, ReceiptText } from 'lucide';
import { formatDate } from '../../model/format.ts';
import type { EventPlan, PlanTime } from '../../model/event-plan.ts';
import { AmountTag } from '../../ui/guide/amount-tag.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { officeText } from '../../ui/words.ts';
import { numbersText, timesText, totalsText } from '../../ui/event-words.ts';

/** The whole way in short: fees, days, offices. */
export function EventSummary({ plan }: { readonly plan: EventPlan }): JSX.Element {
  return (
    <>
      <Fees plan={plan} />
      <Days time={plan.time} start={plan.start} />
      <Places plan={plan} />
    </>
  );
}

/** Posted fees together. A sum never contains a ceiling, and never hides what is not posted. */
function Fees({ plan: { fees, stations } }: { readonly plan: EventPlan }): JSX.Element {
  const lang = language.value;
  const open = fees.notPosted + fees.depends;
  const allFree = fees.fixedCount + fees.ceilingCount + open === 0 && fees.free > 0;
  // A note may name what is to be paid besides.
  const noted = stations.some(({ number, fee }) => number !== undefined && fee.kind === 'posted' && fee.costs.some((cost) => cost.note !== undefined));
  if (allFree) {
    return (
      <section class="price price--free" aria-live="polite">
        <p class="price__label"><Icon of={Gift as IconDrawing} />{t('events:fees')}</p>
        <p class="price__amount">{t('guide:free')}</p>
        {noted ? null : <p class="price__explained">{t('guide:freeExplained')}</p>}
      </section>
    );
  }
  return (
    <section class={fees.fixedCount === 0 ? 'price price--undecided' : 'price'} aria-live="polite">
      <p class="price__label"><Icon of={ReceiptText as IconDrawing} />{t('events:fees')}</p>
      {fees.fixedCount === 0 ? null : (
        <>
          <p class="price__amount">{totalsText(fees.fixed, lang)}</p>
          <p class="price__explained">{t('events:feesFor', { count: fees.fixedCount })}</p>
        </>
      )}
      <ul class="event__also">
        {fees.ceilingCount === 0 ? null : (
          <li>
            <span class="amount amount--ceiling"><Icon of={BadgeCheck as IconDrawing} />{t('events:atMost', { price: totalsText(fees.atMost, lang) })}</span>
            {t('events:feesCeiling', { count: fees.ceilingCount })}
          </li>
        )}
        {fees.free === 0 ? null : <li><AmountTag amount={{ kind: 'free' }} />{t('events:steps', { count: fees.free })}</li>}
        {fees.notPosted === 0 ? null : <li><AmountTag amount={{ kind: 'notPosted' }} />+ {t('events:steps', { count: fees.notPosted })}</li>}
        {fees.depends === 0 ? null : <li><span class="amount amount--open"><Icon of={CircleQuestionMark as IconDrawing} />{t('guide:dependsOnCase')}</span>+ {t('events:steps', { count: fees.depends })}</li>}
      </ul>
    </section>
  );
}

function Days({ time, start }: { readonly time: PlanTime; readonly start: EventPlan['start'] }): JSX.Element {
  const lang = language.value;
  const posted = timesText(time, lang);
  const unknown = time.unknown + time.own;
  return (
    <section class="time" aria-live="polite">
      <p class="time__label"><Icon of={CalendarDays as IconDrawing} />{t('events:time')}</p>
      {posted.length === 0 ? <p class="time__value time__value--unknown">{t('guide:notPosted')}</p> : <p class="time__value">{posted.join(' + ')}</p>}
      {posted.length === 0 ? null : <p class="time__date">{t('events:timeOneAfterOther')}</p>}
      {unknown === 0 ? null : <p class="time__date event__open">{t('events:timeUnknown', { count: unknown })}</p>}
      {time.readyBy === undefined ? <p class="time__date">{t('events:noDate')}</p> : <p class="time__date">{start === undefined ? t('events:readyBy') : t('events:readyFrom', { start: formatDate(start, lang) })} <strong>{formatDate(time.readyBy, lang)}</strong></p>}
    </section>
  );
}

function Places({ plan }: { readonly plan: EventPlan }): JSX.Element | null {
  const lang = language.value;
  if (plan.places.length === 0) return null;
  return (
    <section class="event__places">
      <h2 class="event__places-head"><Icon of={MapPin as IconDrawing} />{t('events:where')}</h2>
      <ul class="event__places-list">
        {plan.places.map((place) => (
          <li key={`${place.level} ${place.title?.en ?? ''}`} class={place.here ? 'event__place event__place--here' : 'event__place'}>
            <span class="event__place-name">
              {place.title === undefined ? officeText(place.level, lang) : l(place.title)}
              {place.here ? <span class="chip event__here">{t('events:thisOffice')}</span> : null}
            </span>
            <span class="event__place-steps">{t('events:stepNumbers', { count: place.stations.length, numbers: numbersText(place.stations, lang) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
