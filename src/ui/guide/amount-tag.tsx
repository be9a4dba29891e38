import type { JSX } from 'preact';
import { BadgeCheck, CircleQuestionMark, Gift } from 'lucide';
import type { Amount } from '../../model/cost.ts';
import { formatMoney } from '../../model/format.ts';
import { Icon, type IconDrawing } from '../icons/icon.tsx';
import { language, t } from '../i18n/i18n.ts';
import '../words.ts';

/** A price in a list: the four kinds keep their icon and shape in the small. */
export function AmountTag({ amount }: { readonly amount: Amount }): JSX.Element {
  const lang = language.value;
  return (
    <span class={`amount amount--${amount.kind}`}>
      {amount.kind === 'fixed' ? formatMoney(amount.price, lang) : null}
      {amount.kind === 'ceiling' ? <><Icon of={BadgeCheck as IconDrawing} /><span class="visually-hidden">{t('guide:ceiling')} </span><span aria-hidden="true">≤</span> {formatMoney(amount.max, lang)}</> : null}
      {amount.kind === 'free' ? <><Icon of={Gift as IconDrawing} />{t('guide:free')}</> : null}
      {amount.kind === 'notPosted' ? <><Icon of={CircleQuestionMark as IconDrawing} />{t('guide:notPosted')}</> : null}
    </span>
  );
}
