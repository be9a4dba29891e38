import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { terminalsPerPage, type TerminalView, type Terminals as TerminalsAnswer } from '../api/staff.ts';
import { digits, formatInstant } from '../model/format.ts';
import { l, language, t } from '../ui/i18n/i18n.ts';
import { hub, type ListQuery } from './hub.ts';
import { Marks } from './mark.tsx';
import { useLook } from './poll.ts';
import { listQuery } from './state.ts';
import { agoText, editionText, officeText } from './words.ts';

/** Milliseconds without another letter until the list is asked for. */
const typingPause = 250;

/** Where the list was scrolled to when another page was opened. */
let scrolledTo = 0;

function keep(change: Partial<ListQuery>): void {
  listQuery.value = { ...listQuery.value, page: 0, ...change };
}

/** Which terminal shows which price list, which is silent, and why: the worst first. */
export function Terminals(): JSX.Element {
  const query = listQuery.value;
  const { value } = useLook(() => hub.terminals(query), JSON.stringify(query));
  // While another filter is asked for, the rows of the last one stay: nothing jumps.
  const shown = useRef<TerminalsAnswer | undefined>(undefined);
  shown.current = value ?? shown.current;
  const answer = shown.current;
  const ready = answer !== undefined;
  useEffect(() => {
    if (!ready) return undefined;
    scrollTo({ top: scrolledTo, behavior: 'instant' });
    // The page that replaces the list scrolls to its own top before this effect is over.
    const note = (): void => { if (document.querySelector('.row') !== null) scrolledTo = scrollY; };
    addEventListener('scroll', note, { passive: true });
    return () => removeEventListener('scroll', note);
  }, [ready]);
  return (
    <>
      <h1 class="page__title">{t('studio:terminals')}</h1>
      {answer === undefined ? <p role="status">{t('studio:loading')}</p> : (
        <>
          <Summary answer={answer} />
          <Filters answer={answer} />
          <Rows answer={answer} busy={value === undefined} />
        </>
      )}
    </>
  );
}

function Summary({ answer: { served, counts, now } }: { readonly answer: TerminalsAnswer }): JSX.Element {
  const lang = language.value;
  const numbers = [
    ['grave', t('studio:countGrave'), counts.grave], ['trouble', t('studio:countTrouble'), counts.trouble],
    ['well', t('studio:countWell'), counts.all - counts.grave - counts.trouble], ['all', t('studio:countAll'), counts.all],
  ] as const;
  return (
    <section class="summary">
      <dl class="counts">
        {numbers.map(([key, name, count]) => <div key={key} class={`counts__one counts__one--${key}`}><dt>{name}</dt><dd>{digits(count, lang)}</dd></div>)}
      </dl>
      <p>
        <strong>{served === undefined ? t('studio:servedNone') : t('studio:served', { edition: served.edition })}</strong>
        <span class="aside">{t('studio:asOf', { time: formatInstant(Date.parse(now), lang) })}</span>
      </p>
    </section>
  );
}

function Filters({ answer: { areas } }: { readonly answer: TerminalsAnswer }): JSX.Element {
  const { state, area, text } = listQuery.value;
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (typed === listQuery.value.text) return undefined;
    const timer = setTimeout(() => keep({ text: typed }), typingPause);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <form class="filters" role="search" onSubmit={(event: SubmitEvent) => { event.preventDefault(); keep({ text: typed }); }}>
      <label class="form__field">
        {t('studio:filterState')}
        <select class="input" value={state} onChange={(event) => keep({ state: event.currentTarget.value as ListQuery['state'] })}>
          <option value="all">{t('studio:filterAll')}</option>
          <option value="trouble">{t('studio:filterTrouble')}</option>
          <option value="well">{t('studio:filterWell')}</option>
        </select>
      </label>
      <label class="form__field">
        {t('studio:filterArea')}
        <select class="input" value={area} onChange={(event) => keep({ area: event.currentTarget.value })}>
          <option value="">{t('studio:everywhere')}</option>
          {areas.map(({ code, title, count }) => <option key={code} value={code}>{`${'\u2003'.repeat(code.length / 2 - 1)}${code}${title === undefined ? '' : ` ${l(title)}`} · ${digits(count, language.value)}`}</option>)}
        </select>
      </label>
      <label class="form__field filters__text">
        {t('studio:filterText')}
        <input class="input" type="search" value={typed} maxLength={80} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
    </form>
  );
}

function Rows({ answer, busy }: { readonly answer: TerminalsAnswer; readonly busy: boolean }): JSX.Element {
  const { terminals, found, page, served, now, counts } = answer;
  // A row that moves to another place takes the focus off its link.
  const focused = document.activeElement instanceof HTMLAnchorElement ? document.activeElement.getAttribute('href') : null;
  useLayoutEffect(() => {
    if (focused !== null && document.activeElement === document.body) document.querySelector<HTMLElement>(`.row a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  });
  if (terminals.length === 0) return <p class="empty" role="status">{counts.all === 0 ? t('studio:none') : t('studio:noneFound')}</p>;
  return (
    <>
      <div class="rows__head" aria-hidden="true">
        <span>{t('studio:columnTerminal')}</span><span>{t('studio:columnState')}</span><span>{t('studio:columnShows')}</span><span>{t('studio:columnHeard')}</span>
      </div>
      <ul class="rows" aria-busy={busy}>
        {terminals.map((terminal) => <Row key={terminal.id} terminal={terminal} served={served?.edition} now={now} />)}
      </ul>
      <Pager found={found} page={page} />
    </>
  );
}

function Row({ terminal: { id, name, office, officeTitle, troubles, heard, page, screenOff }, served, now }: { readonly terminal: TerminalView; readonly served: number | undefined; readonly now: string }): JSX.Element {
  const { shown, compared } = editionText(page?.edition, served);
  const silent = troubles.some(({ code }) => code === 'silent');
  return (
    <li class="row">
      <p class="row__name"><a href={`#terminal/${id}`} aria-label={`${name}, ${officeText(officeTitle, office)}`}>{name}</a><span class="aside">{officeText(officeTitle, office)}</span></p>
      <p class="row__state"><Marks troubles={troubles} /></p>
      {page === undefined ? <p class={`row__shows ${screenOff === true ? '' : 'row__shows--none'}`}>{screenOff === true ? t('studio:screenOff') : '–'}</p> : (
        <p class="row__shows">
          <span class="visually-hidden">{t('studio:columnShows')}: </span>
          {shown}{compared === '' ? '' : `, ${compared}`}
          {silent ? <span class="aside">{t('studio:lastKnown')}</span> : null}
          {page.edition === undefined ? null : (
            <span class="aside">
              {page.confirmed === undefined ? t('studio:neverConfirmed') : t('studio:confirmedOn', { time: agoText(page.confirmed, now) })}
              {page.sample ? <span class="chip chip--sample">{t('studio:sample')}</span> : null}
            </span>
          )}
        </p>
      )}
      <p class="row__heard"><span class="row__label">{t('studio:columnHeard')}: </span>{heard === undefined ? t('studio:never') : agoText(heard, now)}</p>
    </li>
  );
}

function Pager({ found, page }: { readonly found: number; readonly page: number }): JSX.Element | null {
  const last = Math.ceil(found / terminalsPerPage) - 1;
  if (last <= 0) return null;
  const go = (to: number): void => {
    keep({ page: to });
    scrollTo({ top: 0, behavior: 'instant' });
  };
  return (
    <nav class="pager" aria-label={t('studio:pages')}>
      <button type="button" class="button" disabled={page === 0} onClick={() => go(page - 1)}>{t('studio:previous')}</button>
      <p>{t('studio:range', { from: page * terminalsPerPage + 1, to: Math.min(found, (page + 1) * terminalsPerPage), all: found })}</p>
      <button type="button" class="button" disabled={page >= last} onClick={() => go(page + 1)}>{t('studio:next')}</button>
    </nav>
  );
}
