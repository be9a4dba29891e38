import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ChevronRight, Eraser, Search as SearchIcon } from 'lucide';
import { contentIcon } from '../../ui/icons/content-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { find } from '../../ui/i18n/strings/find.ts';
import { OnScreenKeyboard, type KeyboardLayout } from '../../ui/keyboard/keyboard.tsx';
import type { Catalogue } from '../content/catalogue.ts';
import { ScrollArea } from '../frame/scroll-area.tsx';
import type { SearchHit, TextRange } from '../search/entry.ts';
import { eventPrefix, prepareSearch, query, searchIndex } from '../search/model.ts';
import { go } from '../session/session.ts';
import { ServiceRow } from './service-row.tsx';
import type { ScreenProps } from './table.ts';
import './find.css';
import './search.css';

addStrings('find', find);

/** More results than this are not shown: typing on is quicker than reading them. */
const most = 12;

/** Search as you type, with a keyboard on the screen or one that is plugged in. Never an empty page without a way on. */
export function Search({ catalogue }: ScreenProps<'search'>): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [layout, setLayout] = useState<KeyboardLayout>(language.value === 'km' ? 'khmer' : 'latin');
  useEffect(() => {
    void prepareSearch(catalogue);
  }, [catalogue]);
  useEffect(() => field.current?.focus(), []);
  const index = searchIndex.value;
  const text = query.value;
  const lang = language.value;
  const hits = useMemo(() => (index === undefined || text.trim() === '' ? undefined : index.search(text, { language: lang, limit: most })), [index, text, lang]);
  const approximate = hits !== undefined && hits.length > 0 && hits.every((hit) => hit.approximate);

  return (
    <main class="screen search">
      <h1 class="visually-hidden">{t('search')}</h1>
      <div class="search__bar">
        <Icon of={SearchIcon as IconDrawing} />
        <input
          ref={field}
          class="search__field"
          type="text"
          inputMode="none"
          autocomplete="off"
          spellcheck={false}
          maxLength={80}
          aria-label={t('find:searchLabel')}
          placeholder={t('find:typeHere')}
          value={text}
          onInput={(event) => {
            query.value = event.currentTarget.value;
          }}
        />
        {text === '' ? null : (
          <button type="button" class="button search__clear" onClick={() => { query.value = ''; field.current?.focus(); }}>
            <Icon of={Eraser as IconDrawing} />
            {t('find:clear')}
          </button>
        )}
      </div>
      <ScrollArea>
        <p class="search__count" role="status">
          {hits === undefined ? (index === undefined && text !== '' ? t('find:searchPreparing') : t('find:suggestions')) : hits.length === 0 ? t('find:nothing') : approximate ? t('find:nothingExact') : t('find:results', { count: hits.length })}
        </p>
        <div class="list">
          {hits === undefined ? <Suggestions catalogue={catalogue} /> : hits.map((hit) => <Hit key={hit.id} hit={hit} catalogue={catalogue} />)}
          {hits !== undefined && (hits.length === 0 || approximate) ? (
            <button type="button" class="row" onClick={() => go({ screen: 'find', by: 'topic' })}>
              <span class="row__title">{t('find:wayOn')}</span>
              <Icon of={ChevronRight as IconDrawing} />
            </button>
          ) : null}
          {hits?.length === 0 ? <Suggestions catalogue={catalogue} /> : null}
        </div>
      </ScrollArea>
      <div class="search__keyboard">
        <OnScreenKeyboard
          value={text}
          onInput={(value) => {
            query.value = value;
          }}
          layout={layout}
          onLayoutChange={setLayout}
          onSubmit={() => undefined}
          language={lang}
        />
      </div>
    </main>
  );
}

function Hit({ hit, catalogue }: { readonly hit: SearchHit; readonly catalogue: Catalogue }): JSX.Element | null {
  if (hit.id.startsWith(eventPrefix)) return <EventRow id={hit.id.slice(eventPrefix.length)} catalogue={catalogue} ranges={hit.ranges} />;
  const service = catalogue.services.get(hit.id);
  return service === undefined ? null : <ServiceRow service={service} title={marked(l(service.title), hit.ranges)} />;
}

function EventRow({ id, catalogue, ranges }: { readonly id: string; readonly catalogue: Catalogue; readonly ranges: readonly TextRange[] }): JSX.Element | null {
  const event = catalogue.events.get(id);
  if (event === undefined) return null;
  return (
    <button type="button" class="row" onClick={() => go({ screen: 'event', id })}>
      <span class="row__icon"><Icon of={contentIcon(event.icon)} /></span>
      <span class="row__body">
        <span class="row__title">{marked(l(event.title), ranges)}</span>
        <span class="row__hint">{t('find:event')}</span>
      </span>
      <Icon of={ChevronRight as IconDrawing} />
    </button>
  );
}

/** Before the first letter: the life events, which lead to most services. */
function Suggestions({ catalogue }: { readonly catalogue: Catalogue }): JSX.Element {
  return <>{[...catalogue.events.keys()].map((id) => <EventRow key={id} id={id} catalogue={catalogue} ranges={[]} />)}</>;
}

/** A title with the parts marked that answer the query. */
function marked(title: string, ranges: readonly TextRange[]): ComponentChildren {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    parts.push(title.slice(at, start), <mark key={start}>{title.slice(start, end)}</mark>);
    at = end;
  }
  parts.push(title.slice(at));
  return parts;
}
