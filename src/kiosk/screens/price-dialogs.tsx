import type { JSX } from 'preact';
import { Check } from 'lucide';
import { levels } from '../../model/channel.ts';
import type { Amount } from '../../model/cost.ts';
import { digits } from '../../model/format.ts';
import type { Sector } from '../../model/topic.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { levelText } from '../../ui/words.ts';
import { office } from '../content-state.ts';
import { replace, type Place } from '../session/session.ts';
import { priceKinds, type PriceFilter } from './price-filter.ts';

/** The price list with what was chosen in it. */
export type PricesPlace = Extract<Place, { screen: 'prices' }>;

/** Where a service is given, as the filter names it. */
export function levelName(level: NonNullable<PriceFilter['level']>): string {
  return level === 'here' ? t('prices:here') : levelText(level, language.value);
}

const kindKeys = { fixed: 'prices:specific', ceiling: 'prices:maximum', free: 'guide:free', notPosted: 'guide:notPosted' } as const;

/** A kind of price, as the filter names it. */
export function kindName(kind: Amount['kind']): string {
  return t(kindKeys[kind]);
}

/** The place with one thing of it changed; `undefined` takes it away. */
export function changed(place: PricesPlace, change: Partial<Record<'sector' | 'level' | 'kind' | 'query', string | undefined>>): PricesPlace {
  return Object.fromEntries(Object.entries({ ...place, ...change }).filter(([, value]) => value !== undefined)) as unknown as PricesPlace;
}

/** Every sector that has a row under the other filters, with how many. */
export function SectorDialog({ place, counts, sectors, onClose }: {
  readonly place: PricesPlace;
  readonly counts: ReadonlyMap<string, number>;
  readonly sectors: readonly Sector[];
  readonly onClose: () => void;
}): JSX.Element {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const choose = (sector: string | undefined): void => {
    onClose();
    replace(changed(place, { sector }));
  };
  return (
    <Dialog label={t('prices:chooseSector')} onClose={onClose} class="price-dialog">
      <h2 class="dialog__title">{t('prices:chooseSector')}</h2>
      <div class="price-dialog__body price-dialog__sectors">
        <Choice chosen={place.sector === undefined} label={t('prices:allSectors')} count={all} onChoose={() => choose(undefined)} />
        {sectors.filter((sector) => counts.has(sector.identifier) || sector.identifier === place.sector).map((sector) => (
          <Choice key={sector.identifier} chosen={place.sector === sector.identifier} label={l(sector.title)} count={counts.get(sector.identifier) ?? 0} onChoose={() => choose(sector.identifier)} />
        ))}
      </div>
      <button type="button" class="button button--wide price-dialog__close" onClick={onClose}>{t('close')}</button>
    </Dialog>
  );
}

/** Where the service is given and what kind of price it has; each change is seen in the number on the button. */
export function FilterDialog({ place, count, onClose }: { readonly place: PricesPlace; readonly count: (filter: PriceFilter) => number; readonly onClose: () => void }): JSX.Element {
  const set = (change: Parameters<typeof changed>[1]): void => replace(changed(place, change));
  return (
    <Dialog label={t('prices:filter')} onClose={onClose} class="price-dialog">
      <h2 class="dialog__title">{t('prices:filter')}</h2>
      <div class="price-dialog__body price-dialog__filters">
        <div role="group" aria-label={t('prices:level')}>
          <h3 class="price-dialog__heading">{t('prices:level')}</h3>
          <div class="price-dialog__options">
            <Choice chosen={place.level === undefined} label={t('prices:anyLevel')} count={count({ ...place, level: undefined })} onChoose={() => set({ level: undefined })} />
            {(office.value === undefined ? levels : (['here', ...levels] as const)).map((level) => (
              <Choice key={level} chosen={place.level === level} label={levelName(level)} count={count({ ...place, level })} onChoose={() => set({ level })} />
            ))}
          </div>
        </div>
        <div role="group" aria-label={t('prices:kind')}>
          <h3 class="price-dialog__heading">{t('prices:kind')}</h3>
          <div class="price-dialog__options">
            <Choice chosen={place.kind === undefined} label={t('prices:anyKind')} count={count({ ...place, kind: undefined })} onChoose={() => set({ kind: undefined })} />
            {priceKinds.map((kind) => (
              <Choice key={kind} chosen={place.kind === kind} label={kindName(kind)} count={count({ ...place, kind })} onChoose={() => set({ kind })} />
            ))}
          </div>
        </div>
      </div>
      <button type="button" class="button button--primary button--wide price-dialog__close" onClick={onClose}>{t('prices:show', { count: count(place) })}</button>
    </Dialog>
  );
}

function Choice({ chosen, label, count, onChoose }: { readonly chosen: boolean; readonly label: string; readonly count: number; readonly onChoose: () => void }): JSX.Element {
  return (
    <button type="button" class="button button--choice price-choice" aria-pressed={chosen} onClick={onChoose}>
      {chosen ? <Icon of={Check as IconDrawing} /> : null}
      <span class="price-choice__label">{label}</span>
      <span class="price-choice__count">{digits(count, language.value)}</span>
    </button>
  );
}
