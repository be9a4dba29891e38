import type { JSX } from 'preact';
import type { OpenCase } from '../../model/case.ts';
import type { LocalizedText } from '../../model/text.ts';
import { l, language, t } from '../i18n/i18n.ts';
import { openCaseText } from '../words.ts';

/** When something applies only sometimes: in its own words, and with which answers that are still open. */
export function Conditions({ text, open }: { readonly text?: LocalizedText | undefined; readonly open: readonly OpenCase[] }): JSX.Element | null {
  const all = [...(text === undefined ? [] : [l(text)]), ...open.map((one) => openCaseText(one, language.value))];
  if (all.length === 0) return null;
  return <p class="documents__condition"><strong>{t('guide:onlyIf')}</strong> {all.join(' – ')}</p>;
}
