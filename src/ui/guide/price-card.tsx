import type { JSX } from 'preact';
import { BadgeCheck, CircleQuestionMark, Gift, ReceiptText, TriangleAlert } from 'lucide';
import type { CaseAnswers } from '../../model/case.ts';
import { amountFor, type Amount, type Cost } from '../../model/cost.ts';
import { formatMoney, digits } from '../../model/format.ts';
import type { IsoDate } from '../../model/identifier.ts';
import { Icon, type IconDrawing } from '../icons/icon.tsx';
import { l, language, t } from '../i18n/i18n.ts';
import { priceOldText, unitText } from '../words.ts';

/**
 * The price, the biggest thing on a guide. A fee, a ceiling, free and not
 * posted differ by word, icon and shape, never by colour alone.
 */
export function PriceCard({ costs, answers, today }: {
  /** The prices that may still apply. They {@link agree}; none is none posted. */
  readonly costs: readonly Cost[];
  readonly answers: CaseAnswers;
  readonly today: IsoDate;
}): JSX.Element {
  const [cost] = costs;
  const amount: Amount = cost === undefined ? { kind: 'notPosted' } : amountFor(cost, answers);
  const quantity = cost?.quantity === undefined ? 1 : Number(answers[cost.quantity] ?? 1);
  const lang = language.value;
  const unit = cost === undefined ? undefined : unitText(cost, lang);
  const notes = saidOf(costs, ({ note }) => (note === undefined ? undefined : l(note)));
  const old = saidOf(costs, (one) => priceOldText(one, today, lang));
  return (
    <section class={`price price--${amount.kind}`} aria-live="polite">
      {amount.kind === 'fixed' ? (
        <>
          <p class="price__label"><Icon of={ReceiptText as IconDrawing} />{t(quantity > 1 ? 'guide:feeTotal' : 'guide:fee')}</p>
          <p class="price__amount">{formatMoney(amount.price, lang)}</p>
          <p class="price__explained">{quantity > 1 && cost?.amount.kind === 'fixed' ? t('guide:unitTimes', { price: formatMoney(cost.amount.price, lang), n: digits(quantity, lang) }) : t('guide:fixedExplained')}</p>
        </>
      ) : amount.kind === 'ceiling' ? (
        <>
          <p class="price__label"><Icon of={BadgeCheck as IconDrawing} />{t('guide:ceiling')}</p>
          <p class="price__amount"><span class="price__sign" aria-hidden="true">≤ </span>{formatMoney(amount.max, lang)}</p>
          {quantity > 1 && cost?.amount.kind === 'ceiling' ? <p class="price__explained">{t('guide:unitTimes', { price: formatMoney(cost.amount.max, lang), n: digits(quantity, lang) })}</p> : null}
          <p class="price__explained">{t('guide:ceilingExplained')}</p>
          {amount.concession === undefined ? null : (
            <p class="price__concession">{t('guide:concession')} <strong>{formatMoney(amount.concession, lang)}</strong></p>
          )}
        </>
      ) : amount.kind === 'free' ? (
        <>
          <p class="price__label"><Icon of={Gift as IconDrawing} />{t('guide:fee')}</p>
          <p class="price__amount">{t('guide:free')}</p>
          {notes.length === 0 ? <p class="price__explained">{t('guide:freeExplained')}</p> : null}
        </>
      ) : (
        <>
          <p class="price__label"><Icon of={CircleQuestionMark as IconDrawing} />{t('guide:fee')}</p>
          <p class="price__amount price__amount--words">{t('guide:notPosted')}</p>
          <p class="price__explained">{t('guide:notPostedExplained')}</p>
        </>
      )}
      {unit === undefined ? null : <p class="price__unit">{unit}</p>}
      {notes.map((note) => <p class="price__note" key={note}>{note}</p>)}
      {old.map((text) => <p class="price__old" key={text}><Icon of={TriangleAlert as IconDrawing} /><span>{text}</span></p>)}
    </section>
  );
}

/** What is to be said of the prices, each once; what holds for one of several cases only says for which. */
function saidOf(costs: readonly Cost[], textOf: (cost: Cost) => string | undefined): readonly string[] {
  const texts = costs.map(textOf);
  const shared = texts.every((text) => text === texts[0]);
  const colon = language.value === 'km' ? '៖' : ':';
  return [...new Set(costs.flatMap(({ title }, index) => {
    const text = texts[index];
    return text === undefined ? [] : [shared || title === undefined ? text : `${l(title)}${colon} ${text}`];
  }))];
}
