import type { ComponentChildren, JSX } from 'preact';
import { ChevronRight, MapPin } from 'lucide';
import { isWindowAt } from '../../model/channel.ts';
import { agree, inForce } from '../../model/cost.ts';
import type { PublicService } from '../../model/public-service.ts';
import { AmountTag } from '../../ui/guide/amount-tag.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { find } from '../../ui/i18n/strings/find.ts';
import { levelText, unitText } from '../../ui/words.ts';
import '../../ui/guide/guide.css';
import { office, today } from '../content-state.ts';
import { go } from '../session/session.ts';

addStrings('find', find);

/** Can this service be asked for in the office where the terminal stands? */
export function isHere(service: PublicService): boolean {
  return service.channels.some((channel) => isWindowAt(channel, office.value?.level));
}

/** A service in a list: its name, where it is if not here, and its fee where one fee is clear. */
export function ServiceRow({ service, title, hint }: {
  readonly service: PublicService;
  readonly title?: ComponentChildren;
  /** What else is to be said of it under its name. */
  readonly hint?: ComponentChildren;
}): JSX.Element {
  const costs = service.costs.filter((cost) => inForce(cost, today.value));
  const [only] = agree(costs) ? costs : [];
  const unit = only === undefined ? undefined : unitText(only, language.value);
  return (
    <button type="button" class="row" onClick={() => go({ screen: 'service', id: service.identifier })}>
      <span class="row__body">
        <span class="row__title">{title ?? l(service.title)}</span>
        {hint === undefined ? null : <span class="row__hint">{hint}</span>}
        <span class="row__facts">
          {costs.length > 0 && only === undefined ? <span class="amount amount--many">{t('find:manyPrices')}</span> : <AmountTag amount={only?.amount ?? { kind: 'notPosted' }} />}
          {unit === undefined ? null : <span class="row__unit">{unit}</span>}
          {isHere(service) ? null : (
            <span class="row__place">
              <Icon of={MapPin as IconDrawing} />
              {[...new Set(service.channels.map((channel) => (channel.place === undefined ? levelText(channel.level, language.value) : l(channel.place))))].join(' · ')}
            </span>
          )}
        </span>
        {only?.amount.kind === 'free' && only.note !== undefined && costs.length === 1 ? <span class="row__hint">{l(only.note)}</span> : null}
      </span>
      <Icon of={ChevronRight as IconDrawing} />
    </button>
  );
}
