import type { JSX } from 'preact';
import { AtSign, CalendarDays, CalendarOff, Globe, Megaphone, Phone, Send, Signpost, Wrench } from 'lucide';
import type { Calendar } from '../../model/calendar.ts';
import { addDays, dayOfWeek, todayInCambodia } from '../../model/day.ts';
import { digits, formatDate, formatTime, formatWeekday } from '../../model/format.ts';
import type { IsoDate } from '../../model/identifier.ts';
import type { Office } from '../../model/office.ts';
import { officeState, type OfficeState } from '../../model/office-hours.ts';
import type { Language, LocalizedText } from '../../model/text.ts';
import { Clock, TriangleAlert } from '../../ui/icons/core-icons.ts';
import { Section } from '../../ui/guide/section.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { office as strings } from '../../ui/i18n/strings/office.ts';
import './office.css';
import { counterText } from '../../ui/words.ts';
import { now, office } from '../content-state.ts';
import { Screen } from '../frame/screen.tsx';
import { go } from '../session/session.ts';
import { closuresAhead, nextDays, type Closure } from './office-days.ts';
import type { ScreenProps } from './table.ts';

addStrings('office', strings);

/** Closures that are named ahead: enough for the next few months, few enough for one look. */
const closuresShown = 6;

/** About this office: open or not, the week, holidays, counters, contacts, and whom to complain to. */
export function OfficeScreen({ catalogue }: ScreenProps<'office'>): JSX.Element {
  const here = office.value;
  const day = todayInCambodia(now.value);
  return (
    <Screen title={t('aboutOffice')} lead={here?.sample === true ? <p class="guide__caution office__sample"><Icon of={TriangleAlert as IconDrawing} /><span>{t('office:sampleOffice')}</span></p> : undefined}>
      <div class="office">
        {here === undefined ? <p class="guide__caution">{t('office:unknown')}</p> : <Facts office={here} calendar={catalogue.calendar} today={day} />}
        <div class="office__column">
          {here === undefined ? null : <Counters office={here} />}
          <Complaint path={(here?.complaintPath.length ?? 0) === 0 ? [catalogue.pack.recourse] : (here?.complaintPath ?? [])} />
          {here === undefined ? null : <Contacts office={here} />}
          {here === undefined ? null : <Notices office={here} today={day} />}
          <button type="button" class="button button--pill office__machine" onClick={() => go({ screen: 'machine' })}>
            <Icon of={Wrench as IconDrawing} />
            {t('office:machineLink')}
          </button>
        </div>
      </div>
    </Screen>
  );
}

/** When: now, this week, the holidays ahead. */
function Facts({ office: here, calendar, today }: { readonly office: Office; readonly calendar: Calendar; readonly today: IsoDate }): JSX.Element {
  const closures = closuresAhead(today, here, calendar, closuresShown);
  return (
    <div class="office__column">
      <Now state={officeState(now.value, here, calendar)} today={today} />
      {here.hours.length === 0 ? null : <Week office={here} calendar={calendar} today={today} />}
      <Section title={t('office:holidays')} icon={CalendarOff as IconDrawing}>
        {closures.length === 0 ? <p>{t('office:holidaysNone')}</p> : (
          <ul class="office__closures">
            {closures.map((closure) => (
              <li key={closure.from}>
                <strong>{closureDate(closure, language.value)}</strong>
                <span>{closure.own ? `${t('office:ownClosure')} – ${l(closure.title)}` : l(closure.title)}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function closureDate({ from, to }: Closure, lang: Language): string {
  return from === to ? formatDate(from, lang) : t('office:holidayRange', { from: formatDate(from, lang, 'short'), to: formatDate(to, lang, 'short') });
}

/** The biggest thing on the screen: open or closed, and until when. */
function Now({ state, today }: { readonly state: OfficeState; readonly today: IsoDate }): JSX.Element {
  const lang = language.value;
  const other: Language = lang === 'km' ? 'en' : 'km';
  const soon = state.kind === 'open' && state.soon;
  return (
    <section class={`office-now office-now--${soon ? 'soon' : state.kind}`} aria-live="polite">
      <p class="office-now__state"><Icon of={(state.kind === 'closed' ? CalendarOff : Clock) as IconDrawing} />{state.kind === 'unknown' ? t('office:hoursUnknown') : state.kind === 'closed' ? t('office:closed') : t(soon ? 'office:closingSoon' : 'office:open')}</p>
      {state.kind === 'open' ? <p class="office-now__until">{t(soon ? 'office:closesAt' : 'office:openUntil', { time: formatTime(state.closes, lang) })}</p> : null}
      {state.kind === 'closed' && state.reason !== undefined ? <p>{t('office:because', { reason: l(state.reason) })}</p> : null}
      {state.kind === 'closed' ? <p class="office-now__until">{state.opens === undefined ? t('office:opensUnknown') : t('office:opensAt', { day: dayName(state.opens.date, today, lang), time: formatTime(state.opens.time, lang) })}</p> : null}
      <p class="office-now__date">{formatDate(today, lang)}</p>
      <p class="office-now__other" lang={other}>{formatDate(today, other)}</p>
    </section>
  );
}

/** A day as it is spoken of: today, tomorrow, the weekday within a week, else its date. */
function dayName(date: IsoDate, today: IsoDate, lang: Language): string {
  if (date === today) return t('office:today');
  if (date === addDays(today, 1)) return t('office:tomorrow');
  return date < addDays(today, 7) ? formatWeekday(dayOfWeek(date), lang) : formatDate(date, lang);
}

function Week({ office: here, calendar, today }: { readonly office: Office; readonly calendar: Calendar; readonly today: IsoDate }): JSX.Element {
  const lang = language.value;
  return (
    <Section title={t('office:hours')} icon={CalendarDays as IconDrawing}>
      <table class="office-week">
        <tbody>
          {nextDays(today, here, calendar).map(({ date, spans, reason }) => (
            <tr key={date} class={date === today ? 'office-week__today' : ''} aria-current={date === today ? 'date' : undefined}>
              <th scope="row">
                {formatWeekday(dayOfWeek(date), lang)}
                {date === today ? <span class="chip">{t('office:today')}</span> : null}
              </th>
              <td class={spans.length === 0 ? 'office-week__closed' : ''}>
                <div class="office-week__hours">
                {spans.length === 0 ? <span>{t('office:closed')}</span> : spans.map((span) => <span key={span.opens} class="office-week__span">{t('office:span', { opens: formatTime(span.opens, lang), closes: formatTime(span.closes, lang) })}</span>)}
                {reason === undefined ? null : <small>{l(reason)}</small>}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Counters({ office: here }: { readonly office: Office }): JSX.Element {
  const lang = language.value;
  return (
    <Section title={t('office:counters')} icon={Signpost as IconDrawing}>
      {here.counters.length === 0 ? <p>{t('office:countersNone')}</p> : (
        <ul class="office-counters">
          {here.counters.map((counter) => {
            const roles = counter.roles.map((role) => counterText(role, lang)).filter((text) => text !== l(counter.title));
            return (
              <li key={counter.number}>
                <span class="office-counters__sign"><span class="visually-hidden">{t('office:counter')} </span>{digits(counter.number, lang)}</span>
                <span class="office-counters__text">
                  <strong>{l(counter.title)}</strong>
                  {roles.length === 0 ? null : <small>{roles.join(' · ')}</small>}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

function Complaint({ path }: { readonly path: readonly LocalizedText[] }): JSX.Element {
  return (
    <Section title={t('office:complaint')} icon={Megaphone as IconDrawing}>
      {path.length < 2 ? <p>{path.map(l).join(' ')}</p> : (
        <>
          <p>{t('office:complaintHow')}</p>
          <ol class="steps">
            {path.map((station, index) => (
              <li class="steps__step" key={index}>
                <span class="steps__number" aria-hidden="true">{digits(index + 1, language.value)}</span>
                <p>{l(station)}</p>
              </li>
            ))}
          </ol>
        </>
      )}
    </Section>
  );
}

const contactIcons = { phone: Phone, telegram: Send, email: AtSign, web: Globe } as const;
const contactKeys = { phone: 'office:phone', telegram: 'office:telegram', email: 'office:email', web: 'office:web' } as const;

function Contacts({ office: here }: { readonly office: Office }): JSX.Element | null {
  const lang = language.value;
  if (here.contacts.length === 0 && here.address === undefined) return null;
  return (
    <Section title={t('office:contacts')} icon={Phone as IconDrawing}>
      <ul class="office-contacts">
        {here.address === undefined ? null : <li><span><strong>{t('office:address')}</strong><span>{l(here.address)}</span></span></li>}
        {here.contacts.map((contact, index) => (
          <li key={index}>
            <Icon of={contactIcons[contact.kind] as IconDrawing} />
            <span>
              <span>{l(contact.label)}</span>
              <strong class="office-contacts__value"><span class="visually-hidden">{t(contactKeys[contact.kind])} </span>{contact.kind === 'phone' ? digits(contact.value, lang) : contact.value}</strong>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Notices({ office: here, today }: { readonly office: Office; readonly today: IsoDate }): JSX.Element | null {
  const shown = here.notices.filter((notice) => notice.validFrom <= today && today <= notice.validTo);
  if (shown.length === 0) return null;
  return (
    <Section title={t('office:notices')} icon={Megaphone as IconDrawing}>
      {shown.map((notice) => (
        <article class="office-notice" key={notice.identifier}>
          <h3>{l(notice.title)}</h3>
          <p>{l(notice.text)}</p>
        </article>
      ))}
    </Section>
  );
}
