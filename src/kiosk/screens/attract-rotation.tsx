import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Megaphone } from 'lucide';
import { todayInCambodia } from '../../model/day.ts';
import { inForce, type Cost } from '../../model/cost.ts';
import type { Notice, Office } from '../../model/office.ts';
import type { PublicService } from '../../model/public-service.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { translateTo } from '../../ui/i18n/i18n.ts';
import { amountText } from '../../ui/words.ts';
import { now } from '../content-state.ts';
import type { Catalogue } from '../content/catalogue.ts';
import './attract-rotation.css';

/** How long one card stays, in ms. */
const stay = 7_000;

type Card = { readonly kind: 'price'; readonly service: PublicService; readonly cost: Cost } | { readonly kind: 'notice'; readonly notice: Notice };

/** Posted prices that are certain enough to stand alone, and the office's notices between them. */
function cards(catalogue: Catalogue, office: Office | undefined, today: string): readonly Card[] {
  const notices: Card[] = (office?.notices ?? []).filter((notice) => notice.validFrom <= today && today <= notice.validTo).map((notice) => ({ kind: 'notice', notice }));
  const prices: Card[] = [];
  for (const service of catalogue.services.values()) {
    if (office !== undefined && !service.channels.some((channel) => channel.level === office.level) && prices.length > 40) continue;
    const cost = service.costs.length === 1 ? service.costs[0] : undefined;
    if (cost === undefined || cost.amount.kind === 'notPosted' || cost.source.confidence === 'low' || cost.reviewBy < today || !inForce(cost, today)) continue;
    prices.push({ kind: 'price', service, cost });
  }
  return notices.length === 0 ? prices : prices.flatMap((price, index) => (index % 4 === 3 ? [price, ...notices.slice((index >> 2) % notices.length, ((index >> 2) % notices.length) + 1)] : [price])).concat(prices.length < 4 ? notices : []);
}

/** One card at a time, in both languages. */
export function AttractRotation({ catalogue, office }: { readonly catalogue: Catalogue; readonly office: Office | undefined }): JSX.Element | null {
  const [at, setAt] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setAt((before) => before + 1), stay);
    return () => clearInterval(timer);
  }, []);
  const deck = cards(catalogue, office, todayInCambodia(now.value));
  const card = deck[at % Math.max(1, deck.length)];
  if (card === undefined) return null;
  if (card.kind === 'notice') {
    return (
      <article class="card card--notice" key={at}>
        <p class="card__label"><Icon of={Megaphone as IconDrawing} />{translateTo('km', 'officeNotice')} · <span lang="en">{translateTo('en', 'officeNotice')}</span></p>
        <h2 class="card__title">{card.notice.title.km}</h2>
        <p class="card__text">{card.notice.text.km}</p>
        <p class="card__english" lang="en">{card.notice.title.en}. {card.notice.text.en}</p>
      </article>
    );
  }
  return (
    <article class="card" key={at}>
      <p class="card__label">{translateTo('km', 'postedPrice')} · <span lang="en">{translateTo('en', 'postedPrice')}</span></p>
      <h2 class="card__title">{card.service.title.km}</h2>
      <p class="card__english" lang="en">{card.service.title.en}</p>
      <p class="card__price">{amountText(card.cost.amount, 'km')}</p>
      <p class="card__english card__english--price" lang="en">{amountText(card.cost.amount, 'en')}</p>
    </article>
  );
}
