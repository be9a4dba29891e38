import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ChevronDown, ListFilter, Search } from 'lucide';
import { formatDate } from '../../model/format.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { prices } from '../../ui/i18n/strings/prices.ts';
import '../../ui/guide/guide.css';
import './prices.css';
import { confirmation } from '../confirmation.ts';
import { contentState, office, today } from '../content-state.ts';
import { Screen } from '../frame/screen.tsx';
import { priceRows } from '../lists.ts';
import { prepareSearch, searchIndex } from '../search/model.ts';
import { replace, textSize } from '../session/session.ts';
import { confirmationText } from './confirmation-text.ts';
import { changed, FilterDialog, kindName, levelName, SectorDialog, type PricesPlace } from './price-dialogs.tsx';
import { countBySector, filterRows, inHitOrder, postedRows, pricesFirst } from './price-filter.ts';
import { PriceKeyboard, PriceSearchField } from './price-search.tsx';
import { PriceTable } from './price-table.tsx';
import type { ScreenProps } from './table.ts';

addStrings('prices', prices);

/** The whole posted price list, in the official columns, with the code that tells this edition from another. */
export function Prices({ place, catalogue }: ScreenProps<'prices'>): JSX.Element {
  const [choosing, setChoosing] = useState<'sector' | 'filter' | undefined>(undefined);
  const [typing, setTyping] = useState(false);
  const lang = language.value;
  const day = today.value;
  const here = office.value;
  const query = place.query ?? '';
  const index = searchIndex.value;
  // One order for both languages: it is one list, and the other language shows the same place in it.
  const posted = useMemo(() => pricesFirst(postedRows(priceRows(catalogue), day)), [catalogue, day]);
  const filtered = useMemo(() => filterRows(posted, place, here), [posted, place.sector, place.level, place.kind, here]);
  const hits = useMemo(() => (index === undefined || query.trim() === '' ? undefined : index.search(query, { language: lang }).filter((hit) => catalogue.services.has(hit.id))), [index, query, lang, catalogue]);
  const rows = useMemo(() => (hits === undefined ? filtered : inHitOrder(filtered, hits.map((hit) => hit.id))), [filtered, hits]);
  useEffect(() => {
    if (typing || query !== '') void prepareSearch(catalogue);
  }, [typing, query, catalogue]);

  const sector = catalogue.pack.sectors.find((candidate) => candidate.identifier === place.sector);
  const release = contentState.value.kind === 'ready' ? contentState.value.release : undefined;
  const worth = confirmation.value;
  const filters = [place.level === undefined ? undefined : levelName(place.level), place.kind === undefined ? undefined : kindName(place.kind)].filter((name) => name !== undefined);
  // While one searches, the buttons that show them are not there.
  const within = hits === undefined ? [] : [...(sector === undefined ? [] : [l(sector.title)]), ...filters];
  const type = (value: string): void => replace(changed(place, { query: value === '' ? undefined : value }));
  const endSearch = (): void => {
    setTyping(false);
    type('');
  };

  // In the largest type the sentence would leave no room for the list: there it is the list's first paragraph.
  const large = textSize.value > 2;
  const statement = (
    <p class="edition__statement">
      {release === undefined ? null : <span>{t('prices:editedOn', { date: formatDate(release.editedOn, lang, 'short') })}{' – '}</span>}
      {worth?.kind === 'sample' && catalogue.pack.sample ? l(catalogue.pack.statement) : confirmationText(worth, t('guide:theMinistries'), lang)}
    </p>
  );

  return (
    <Screen
      title={t('priceList')}
      tools={
        typing || query !== '' ? (
          <PriceSearchField query={query} typing={typing} onInput={type} onType={() => setTyping(true)} onEnd={endSearch} />
        ) : (
          <div class="price-tools">
            <button type="button" class="button price-tools__sector" aria-haspopup="dialog" onClick={() => setChoosing('sector')}>
              <span class="visually-hidden">{t('prices:sector')} </span>
              <span class="price-tools__value">{sector === undefined ? t('prices:allSectors') : l(sector.title)}</span>
              <Icon of={ChevronDown as IconDrawing} />
            </button>
            <button type="button" class={`button price-tools__filter ${filters.length === 0 ? '' : 'price-tools__filter--on'}`} aria-haspopup="dialog" onClick={() => setChoosing('filter')}>
              <Icon of={ListFilter as IconDrawing} />
              <span>{filters.length === 0 ? t('prices:filter') : filters.join(' · ')}</span>
            </button>
            <button type="button" class="button price-tools__search" aria-label={t('prices:searchList')} onClick={() => setTyping(true)}>
              <Icon of={Search as IconDrawing} />
              <span>{t('search')}</span>
            </button>
          </div>
        )
      }
      foot={
        <>
          <div class="edition">
            <p class="edition__version">{t('prices:versionCode')} <strong class="edition__code">{release?.versionCode ?? '–'}</strong></p>
            {large ? null : statement}
            <p class="edition__rows" role="status">{[t('prices:rows', { count: rows.length }), ...within].join(' · ')}</p>
          </div>
          {typing ? <PriceKeyboard query={query} onInput={type} onDone={() => setTyping(false)} /> : null}
        </>
      }
    >
      {large ? statement : null}
      {hits !== undefined && hits.length > 0 && rows.length > 0 && hits.every((hit) => hit.approximate || hit.alike) ? <p class="price-nearest" role="status">{t('prices:nearest')}</p> : null}
      {rows.length === 0 ? <Nothing place={place} within={within} elsewhere={hits === undefined ? 0 : inHitOrder(posted, hits.map((hit) => hit.id)).length} /> : <PriceTable rows={rows} today={day} headings={sector === undefined && hits === undefined} wide={!typing} />}
      {choosing === 'sector' ? <SectorDialog place={place} counts={countBySector(filterRows(posted, { ...place, sector: undefined }, here))} sectors={catalogue.pack.sectors} onClose={() => setChoosing(undefined)} /> : null}
      {choosing === 'filter' ? <FilterDialog place={place} count={(filter) => filterRows(posted, filter, here).length} onClose={() => setChoosing(undefined)} /> : null}
    </Screen>
  );
}

/** No row is left: say why, and lead to those that the filter hides, or back to all of them. */
function Nothing({ place, within, elsewhere }: {
  readonly place: PricesPlace;
  /** The filters, in words, among which the search looked. */
  readonly within: readonly string[];
  /** How many rows the search has without them. */
  readonly elsewhere: number;
}): JSX.Element {
  const { query } = place;
  const filtered = within.length > 0;
  return (
    <div class="price-none" role="status">
      <p>{query === undefined ? t('prices:noneFiltered') : filtered ? t('prices:noneWithin', { query, filter: within.join(' · ') }) : t('prices:noneFound', { query })}</p>
      {query !== undefined && filtered && elsewhere > 0 ? (
        <button type="button" class="button button--primary" onClick={() => replace({ screen: 'prices', query })}>{t('prices:searchAll', { count: elsewhere })}</button>
      ) : null}
      <button type="button" class={`button ${filtered && elsewhere > 0 ? '' : 'button--primary'}`} onClick={() => replace({ screen: 'prices' })}>{t('prices:showAll')}</button>
    </div>
  );
}
