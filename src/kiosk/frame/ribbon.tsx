import type { JSX } from 'preact';
import { formatDate } from '../../model/format.ts';
import type { Language } from '../../model/text.ts';
import { translateTo } from '../../ui/i18n/i18n.ts';
import { catalogue } from '../content-state.ts';
import { confirmation } from '../confirmation.ts';

/** What every screen says of content that no ministry stands behind, or not lately; `undefined` if one does. */
export function ribbonText(language: Language): string | undefined {
  const worth = confirmation.value;
  if (worth?.kind === 'stale') return worth.since === undefined ? translateTo(language, 'neverConfirmedRibbon') : translateTo(language, 'staleRibbon', { date: formatDate(worth.since, language, 'short') });
  return catalogue.value === undefined || worth?.kind === 'sample' ? translateTo(language, 'sampleRibbon') : undefined;
}

/** {@link ribbonText} in both languages side by side, for the attract screen. */
export function RibbonPair(): JSX.Element | null {
  const text = ribbonText('km');
  return text === undefined ? null : <p class="attract__sample">{text} <span lang="en">{ribbonText('en')}</span></p>;
}
