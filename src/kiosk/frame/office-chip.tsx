import type { JSX } from 'preact';
import { formatTime } from '../../model/format.ts';
import { officeState } from '../../model/office-hours.ts';
import { Clock } from '../../ui/icons/core-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { language, t } from '../../ui/i18n/i18n.ts';
import { catalogue, now, office } from '../content-state.ts';

/** Whether this office is open now, in one short line; nothing while the office is not known. */
export function OfficeChip(): JSX.Element | null {
  const here = office.value;
  const known = catalogue.value;
  if (here === undefined || known === undefined) return null;
  const state = officeState(now.value, here, known.calendar);
  const text =
    state.kind === 'open'
      ? t(state.soon ? 'closingSoon' : 'openNow', { time: formatTime(state.closes, language.value) })
      : t(state.kind === 'closed' ? 'closedNow' : 'hoursUnknown');
  return (
    <span class={`chip chip--${state.kind === 'open' && state.soon ? 'soon' : state.kind}`}>
      <Icon of={Clock as IconDrawing} />
      {text}
    </span>
  );
}
