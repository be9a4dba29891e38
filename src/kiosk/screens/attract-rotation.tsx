import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Megaphone } from 'lucide';
import type { Cost } from '../../model/cost.ts';
import type { Office } from '../../model/office.ts';
import type { Language } from '../../model/text.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { translateTo } from '../../ui/i18n/i18n.ts';
import { amountText, unitText } from '../../ui/words.ts';
import { today } from '../content-state.ts';
import type { Catalogue } from '../content/catalogue.ts';
import { attractCards } from './attract-cards.ts';
import './attract-rotation.css';

/** How long one card stays, in ms. */
const stay = 7_000;

/** Shrinks a card's type, where it would be taller than its room and touch what is around. */
function fit(card: HTMLElement | null): void {
  const room = card?.parentElement?.clientHeight;
  if (card === null || room === undefined || card.offsetHeight <= room) return;
  card.style.fontSize = `${room / card.offsetHeight}rem`;
}

/** One card at a time, in both languages. */
export function AttractRotation({ catalogue, office }: { readonly catalogue: Catalogue; readonly office: Office | undefined }): JSX.Element | null {
  const [at, setAt] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setAt((before) => before + 1), stay);
    return () => clearInterval(timer);
  }, []);
  const deck = attractCards(catalogue, office, today.value);
  const card = deck[at % Math.max(1, deck.length)];
  if (card === undefined) return null;
  if (card.kind === 'notice') {
    return (
      <article class="card card--notice" key={at} ref={fit}>
        <p class="card__label"><Icon of={Megaphone as IconDrawing} />{translateTo('km', 'officeNotice')} · <span lang="en">{translateTo('en', 'officeNotice')}</span></p>
        <h2 class="card__title">{card.notice.title.km}</h2>
        <p class="card__text">{card.notice.text.km}</p>
        <p class="card__english" lang="en">{card.notice.title.en}. {card.notice.text.en}</p>
      </article>
    );
  }
  return (
    <article class="card" key={at} ref={fit}>
      <p class="card__label">{translateTo('km', 'postedPrice')} · <span lang="en">{translateTo('en', 'postedPrice')}</span></p>
      <h2 class="card__title">{card.service.title.km}</h2>
      <p class="card__english" lang="en">{card.service.title.en}</p>
      <p class="card__price"><Price cost={card.cost} in="km" /></p>
      <p class="card__english card__english--price" lang="en"><Price cost={card.cost} in="en" /></p>
    </article>
  );
}

function Price({ cost, in: language }: { readonly cost: Cost; readonly in: Language }): JSX.Element {
  const unit = unitText(cost, language);
  return <>{amountText(cost.amount, language)}{unit === undefined ? null : <small class="card__unit"> {unit}</small>}</>;
}
