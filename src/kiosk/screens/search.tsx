import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ChevronDown, ChevronRight, Eraser, Search as SearchIcon } from 'lucide';
import type { Language } from '../../model/text.ts';
import { contentIcon } from '../../ui/icons/content-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { find } from '../../ui/i18n/strings/find.ts';
import { OnScreenKeyboard, type KeyboardLayout } from '../../ui/keyboard/keyboard.tsx';
import type { Catalogue } from '../content/catalogue.ts';
import { ScrollArea } from '../frame/scroll-area.tsx';
import type { SearchHit, TextRange } from '../search/entry.ts';
import { hasKhmer } from '../search/fold.ts';
import type { SearchIndex } from '../search/search-index.ts';
import { eventPrefix, prepareSearch, query, searchIndex } from '../search/model.ts';
import { shortcutOf, shortcutPlaces, type Shortcut } from '../search/shortcuts.ts';
import { go } from '../session/session.ts';
import { ServiceRow } from './service-row.tsx';
import type { ScreenProps } from './table.ts';
import './find.css';
import './search.css';

addStrings('find', find);

/** At first not more results than this are shown: typing on is quicker than reading them. */
const first = 12;

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
  const [whole, setWhole] = useState('');
  const answer = useMemo(() => (index === undefined || text.trim() === '' ? undefined : answerTo(text, index, lang, whole === text ? Infinity : first)), [index, text, lang, whole]);

  return (
    <main class="screen search">
      <div class="screen__head search__head">
        <h1 class="screen__title">{t('search')}</h1>
      </div>
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
        <p class="search__count" role="status">{answer === undefined ? t(index === undefined && text !== '' ? 'find:searchPreparing' : 'find:suggestions') : summary(answer)}</p>
        <div class="list">
          {answer?.shortcut === undefined ? null : <ShortcutRow to={answer.shortcut} />}
          {answer === undefined ? <Suggestions catalogue={catalogue} /> : answer.sure.map((hit) => <Hit key={hit.id} hit={hit} catalogue={catalogue} />)}
          {answer !== undefined && answer.near.length > 0 && countOf(answer) > 0 ? <p class="search__count search__near">{t('find:nearest')}</p> : null}
          {answer?.near.map((hit) => <Hit key={hit.id} hit={hit} catalogue={catalogue} />)}
          {answer === undefined || answer.more === 0 ? null : (
            <button type="button" class="row" onClick={() => setWhole(text)}>
              <span class="row__title">{t('find:showMore', { count: answer.more })}</span>
              <Icon of={ChevronDown as IconDrawing} />
            </button>
          )}
          {answer !== undefined && countOf(answer) === 0 ? (
            <button type="button" class="row" onClick={() => go({ screen: 'find', by: 'topic' })}>
              <span class="row__title">{t('find:wayOn')}</span>
              <Icon of={ChevronRight as IconDrawing} />
            </button>
          ) : null}
          {answer !== undefined && countOf(answer) + answer.near.length === 0 ? <Suggestions catalogue={catalogue} /> : null}
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

/** What a query brings to the screen. */
interface Answer {
  /** A screen of its own that the query names. */
  readonly shortcut: Shortcut | undefined;
  readonly sure: readonly SearchHit[];
  /** How many of these there are, shown or not. */
  readonly sureCount: number;
  /** Only the nearest: they sound or look like it, or share letters with it. */
  readonly near: readonly SearchHit[];
  /** Hits that are not shown yet. */
  readonly more: number;
}

function answerTo(text: string, index: SearchIndex, lang: Language, limit: number): Answer {
  const { hits, sure, total } = index.answer(text, { language: lang, limit });
  const shortcut = shortcutOf(text, sure === 0);
  const all = { shortcut, sure: hits.slice(0, sure), sureCount: sure, near: hits.slice(sure), more: total - hits.length };
  // Whoever names a screen means it, not what sounds like its name.
  return shortcut !== undefined && sure === 0 ? { ...all, near: [], more: 0 } : all;
}

function countOf(answer: Answer): number {
  return answer.sureCount + (answer.shortcut === undefined ? 0 : 1);
}

function summary(answer: Answer): string {
  const count = countOf(answer);
  if (count > 0) return t('find:results', { count });
  if (answer.near.length === 0) return t('find:nothing');
  return t(answer.near.every((hit) => hit.approximate) ? 'find:nothingExact' : 'find:nearest');
}

function ShortcutRow({ to }: { readonly to: Shortcut }): JSX.Element {
  const texts = {
    free: { title: `${t('priceList')} – ${t('guide:free')}`, hint: undefined },
    prices: { title: t('priceList'), hint: t('priceListHint') },
    status: { title: t('checkApplication'), hint: t('checkApplicationHint') },
    office: { title: t('aboutOffice'), hint: t('aboutOfficeHint') },
  }[to];
  return (
    <button type="button" class="row" onClick={() => go(shortcutPlaces[to])}>
      <span class="row__body">
        <span class="row__title">{texts.title}</span>
        {texts.hint === undefined ? null : <span class="row__hint">{texts.hint}</span>}
      </span>
      <Icon of={ChevronRight as IconDrawing} />
    </button>
  );
}

function Hit({ hit, catalogue }: { readonly hit: SearchHit; readonly catalogue: Catalogue }): JSX.Element | null {
  if (hit.id.startsWith(eventPrefix)) return <EventRow id={hit.id.slice(eventPrefix.length)} catalogue={catalogue} hit={hit} />;
  const service = catalogue.services.get(hit.id);
  return service === undefined ? null : <ServiceRow service={service} title={marked(l(service.title), hit.ranges)} hint={reason(hit)} />;
}

function EventRow({ id, catalogue, hit }: { readonly id: string; readonly catalogue: Catalogue; readonly hit?: SearchHit }): JSX.Element | null {
  const event = catalogue.events.get(id);
  if (event === undefined) return null;
  const why = hit === undefined ? undefined : reason(hit);
  return (
    <button type="button" class="row" onClick={() => go({ screen: 'event', id })}>
      <span class="row__icon"><Icon of={contentIcon(event.icon)} /></span>
      <span class="row__body">
        <span class="row__title">{marked(l(event.title), hit?.ranges ?? [])}</span>
        {why === undefined ? null : <span class="row__hint">{why}</span>}
        <span class="row__hint">{t('find:event')}</span>
      </span>
      <Icon of={ChevronRight as IconDrawing} />
    </button>
  );
}

/** Why a hit is one whose shown title does not tell: the other language's title or a keyword. */
function reason({ because }: SearchHit): ComponentChildren {
  return because === undefined ? undefined : <span lang={hasKhmer(because.text) ? 'km' : 'en'}>{marked(because.text, because.ranges)}</span>;
}

/** Before the first letter: the life events, which lead to most services. */
function Suggestions({ catalogue }: { readonly catalogue: Catalogue }): JSX.Element {
  return <>{[...catalogue.events.keys()].map((id) => <EventRow key={id} id={id} catalogue={catalogue} />)}</>;
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
