import type { JSX } from 'preact';
import { CalendarDays } from 'lucide';
import type { CaseTime } from '../../model/cost.ts';
import { formatDate } from '../../model/format.ts';
import type { IsoDate } from '../../model/identifier.ts';
import { lastDayOf } from '../../model/processing-time.ts';
import { Icon, type IconDrawing } from '../icons/icon.tsx';
import { l, language, t } from '../i18n/i18n.ts';
import { timeText } from '../words.ts';

/** The posted time, and which date it means for somebody who applies as soon as the office is open. */
export function TimeCard({ time: posted, today, start, holidays, lastKnownYear }: {
  readonly time: CaseTime;
  readonly today: IsoDate;
  /** The day from which it counts: today, or the next one on which the office is open; undefined: not known. */
  readonly start: IsoDate | undefined;
  readonly holidays: ReadonlySet<IsoDate>;
  readonly lastKnownYear: number;
}): JSX.Element {
  const lang = language.value;
  const time = posted.kind === 'posted' ? posted.time : undefined;
  const date = start === undefined || time === undefined || time.unit === 'atOnce' ? undefined : lastDayOf(time, start, holidays, lastKnownYear);
  return (
    <section class="time">
      <p class="time__label"><Icon of={CalendarDays as IconDrawing} />{t('guide:time')}</p>
      <p class={`time__value ${time === undefined ? 'time__value--unknown' : ''}`}>{time === undefined ? t(posted.kind === 'depends' ? 'guide:dependsOnCase' : 'guide:timeUnknown') : timeText(time, lang)}</p>
      {date === undefined || start === undefined ? null : <p class="time__date">{start === today ? t('guide:ifToday') : t('guide:ifNextDay', { date: formatDate(start, lang) })} <strong>{formatDate(date, lang)}</strong></p>}
      {time?.unit === 'workingDay' && start !== undefined && date === undefined ? <p class="time__date">{t('guide:dateUnknown')}</p> : null}
      {time?.unit === 'dayUnstated' ? <p class="time__date">{t('guide:daysUnstated')}</p> : null}
      {time?.note === undefined ? null : <p class="time__date">{l(time.note)}</p>}
    </section>
  );
}
