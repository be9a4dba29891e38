import type { JSX } from 'preact';
import { CircleAlert, CircleCheck, OctagonX } from 'lucide';
import { graveTroubles, type Trouble } from '../api/staff.ts';
import { Icon, type IconDrawing } from '../ui/icons/icon.tsx';
import { t } from '../ui/i18n/i18n.ts';
import { troubleLabel } from './words.ts';

const grave = new Set<string>(graveTroubles);

/** How a trouble looks: by shape and word, never by colour alone. */
export function tone({ code }: Trouble): 'grave' | 'trouble' {
  return grave.has(code) ? 'grave' : 'trouble';
}

/** The icon of a tone. */
export const toneIcons: Readonly<Record<'grave' | 'trouble' | 'well', IconDrawing>> = { grave: OctagonX as IconDrawing, trouble: CircleAlert as IconDrawing, well: CircleCheck as IconDrawing };

/** Troubles of the list that are named; the rest are counted. */
const named = 3;

/** How a terminal is, as chips. */
export function Marks({ troubles }: { readonly troubles: readonly Trouble[] }): JSX.Element {
  // Several faults are one chip here.
  const codes = [...new Map(troubles.map((trouble) => [trouble.code, trouble])).values()];
  if (codes.length === 0) return <span class="mark mark--well"><Icon of={toneIcons.well} />{t('studio:well')}</span>;
  return (
    <span class="marks">
      {codes.slice(0, named).map((trouble) => <span key={trouble.code} class={`mark mark--${tone(trouble)}`}><Icon of={toneIcons[tone(trouble)]} />{troubleLabel(trouble)}</span>)}
      {codes.length > named ? <span class="mark mark--more">{t('studio:more', { n: codes.length - named })}</span> : null}
    </span>
  );
}
