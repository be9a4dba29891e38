import type { ComponentChildren, JSX } from 'preact';
import { ChevronRight, MapPin } from 'lucide';
import { isWindowAt } from '../../model/channel.ts';
import type { PublicService } from '../../model/public-service.ts';
import { AmountTag } from '../../ui/guide/amount-tag.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { find } from '../../ui/i18n/strings/find.ts';
import { levelText } from '../../ui/words.ts';
import '../../ui/guide/guide.css';
import { office } from '../content-state.ts';
import { go } from '../session/session.ts';

addStrings('find', find);

/** Can this service be asked for in the office where the terminal stands? */
export function isHere(service: PublicService): boolean {
  return service.channels.some((channel) => isWindowAt(channel, office.value?.level));
}

/** A service in a list: its name, where it is if not here, and its fee where one fee is clear. */
export function ServiceRow({ service, title }: { readonly service: PublicService; readonly title?: ComponentChildren }): JSX.Element {
  const only = service.costs.length === 1 ? service.costs[0] : undefined;
  return (
    <button type="button" class="row" onClick={() => go({ screen: 'service', id: service.identifier })}>
      <span class="row__body">
        <span class="row__title">{title ?? l(service.title)}</span>
        <span class="row__facts">
          {only === undefined ? <span class="amount amount--many">{t('find:manyPrices')}</span> : <AmountTag amount={only.amount} />}
          {isHere(service) ? null : (
            <span class="row__place">
              <Icon of={MapPin as IconDrawing} />
              {[...new Set(service.channels.map((channel) => (channel.place === undefined ? levelText(channel.level, language.value) : l(channel.place))))].join(' · ')}
            </span>
          )}
        </span>
      </span>
      <Icon of={ChevronRight as IconDrawing} />
    </button>
  );
}
