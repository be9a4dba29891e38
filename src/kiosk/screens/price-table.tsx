import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { TriangleAlert } from '../../ui/icons/core-icons.ts';
import { formatMoney } from '../../model/format.ts';
import type { IsoDate } from '../../model/identifier.ts';
import type { Sector } from '../../model/topic.ts';
import { AmountTag } from '../../ui/guide/amount-tag.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { priceOldText, timeText, validityText } from '../../ui/words.ts';
import type { PriceRow } from '../content/catalogue.ts';
import { go, onWipe, scrollHere } from '../session/session.ts';
import { answersOf, validityOf } from './price-filter.ts';

/** Rows drawn at the first touch: what a panel shows, few enough to paint within 100 ms on a slow machine. */
const firstPage = 6;
/** Rows added each time an end of those drawn comes near. */
const nextPage = 8;

/** Where the list stands: a row, and how far its upper edge is below that of the scrolled area, in px. */
interface Anchor {
  readonly index: number;
  readonly offset: number;
}

/** The rows that are drawn, as a part of all rows, and what has to stay where it is. */
interface Drawn {
  readonly rows: readonly PriceRow[];
  /** Language and layout: with another one every row is drawn again. */
  readonly look: string;
  readonly from: number;
  readonly to: number;
  readonly anchor: Anchor | undefined;
}

/** Where the list stood when a row of it was opened, for coming back. */
let left: Anchor | undefined;
onWipe(() => {
  left = undefined;
});

/** The rows around a place in the list; near its beginning all from the first on. */
function around(anchor: Anchor): Pick<Drawn, 'from' | 'to' | 'anchor'> {
  return { from: anchor.index < 12 ? 0 : anchor.index - 4, to: anchor.index + firstPage + 2, anchor };
}

const fromTheTop = { from: 0, to: firstPage, anchor: undefined };

/**
 * The rows in the official columns: a table on a wide panel, and on a narrow one
 * the same table laid out as cards. The roles are spelled out, because Chromium
 * drops those of table elements that are laid out as something else.
 *
 * Rows are drawn as they are scrolled to, in both directions: the whole list at
 * once takes a slow machine a second, whether it comes back from a guide or
 * changes its language.
 */
export function PriceTable({ rows, today, headings, wide }: {
  readonly rows: readonly PriceRow[];
  readonly today: IsoDate;
  /** Name each sector above its first row. */
  readonly headings: boolean;
  /** There is room for a table, where the panel is wide. */
  readonly wide: boolean;
}): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const look = `${language.value} ${wide}`;
  const [state, setState] = useState<Drawn>(() => ({ rows, look, ...(left !== undefined && scrollHere() > 0 ? around(left) : fromTheTop) }));
  let drawn = state;
  if (state.rows !== rows) drawn = { rows, look, ...fromTheTop };
  else if (state.look !== look) {
    const anchor = topRow(root.current);
    drawn = { rows, look, ...(anchor === undefined ? fromTheTop : around(anchor)) };
  }
  const { from, anchor } = drawn;
  const to = Math.min(drawn.to, rows.length);
  // Drawn rows are kept as they are: adding a page must not go through the others.
  const kept = useRef<{ readonly of: Pick<Drawn, 'rows' | 'look'>; readonly lines: Map<number, JSX.Element> }>({ of: drawn, lines: new Map() });
  if (kept.current.of.rows !== drawn.rows || kept.current.of.look !== drawn.look) kept.current = { of: drawn, lines: new Map() };

  useLayoutEffect(() => {
    if (drawn === state) return;
    setState(drawn);
    if (state.rows !== rows) scrollAreaOf(root.current)?.scrollTo({ top: 0, behavior: 'instant' });
  }, [rows, look]);
  useLayoutEffect(() => {
    if (anchor === undefined) return;
    // After the scroll area has put itself where it was in px, which is elsewhere with other rows drawn.
    queueMicrotask(() => putBack(root.current, anchor));
  }, [anchor]);

  const lines: JSX.Element[] = [];
  for (let index = from; index < to; index++) {
    const row = rows[index];
    if (row === undefined) break;
    let line = kept.current.lines.get(index);
    if (line === undefined) {
      const opens = headings && rows[index - 1]?.sector.identifier !== row.sector.identifier;
      line = <Line key={`${row.service.identifier} ${row.cost.identifier}`} row={row} today={today} heading={opens ? row.sector : undefined} index={index} onOpen={() => (left = topRow(root.current))} />;
      kept.current.lines.set(index, line);
    }
    lines.push(line);
  }

  return (
    <div ref={root}>
      {from > 0 ? <Edge key={`from ${from}`} onNear={() => setState((now) => ({ ...now, from: Math.max(0, now.from - nextPage), anchor: topRow(root.current) }))} /> : null}
      <table class={`prices ${wide ? 'prices--wide' : ''}`} role="table" aria-label={t('priceList')} aria-rowcount={rows.length + 1}>
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            {([t('prices:service'), t('prices:maximum'), t('prices:specific'), t('prices:duration'), t('guide:validity'), t('prices:quantity')] as const).map((name) => <th role="columnheader" scope="col" key={name}>{name}</th>)}
          </tr>
        </thead>
        <tbody role="rowgroup">{lines}</tbody>
      </table>
      {to < rows.length ? <Edge key={`to ${to}`} onNear={() => setState((now) => ({ ...now, to: now.to + nextPage, anchor: undefined }))} /> : null}
    </div>
  );
}

/** An end of the rows drawn; says once when it comes within a panel and a half of what is seen. */
function Edge({ onNear }: { readonly onNear: () => void }): JSX.Element {
  const edge = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = edge.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        onNear();
      },
      { root: scrollAreaOf(element), rootMargin: '150% 0px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return <div ref={edge} />;
}

function scrollAreaOf(element: HTMLElement | null): HTMLElement | null {
  return element?.closest<HTMLElement>('.scroll__area') ?? null;
}

/** The first row of which something is seen. */
function topRow(root: HTMLElement | null): Anchor | undefined {
  const top = scrollAreaOf(root)?.getBoundingClientRect().top;
  if (root === null || top === undefined) return undefined;
  for (const row of root.querySelectorAll<HTMLElement>('.prices__row')) {
    const edges = row.getBoundingClientRect();
    if (edges.bottom > top) return { index: Number(row.getAttribute('aria-rowindex')) - 2, offset: edges.top - top };
  }
  return undefined;
}

/** Scrolls so that a row stands where it stood. */
function putBack(root: HTMLElement | null, { index, offset }: Anchor): void {
  const area = scrollAreaOf(root);
  const row = root?.querySelector(`[aria-rowindex="${index + 2}"]`);
  if (area === null || row == null) return;
  area.scrollTop += row.getBoundingClientRect().top - area.getBoundingClientRect().top - offset;
}

function Line({ row, today, heading, index, onOpen }: { readonly row: PriceRow; readonly today: IsoDate; readonly heading: Sector | undefined; readonly index: number; readonly onOpen: () => void }): JSX.Element {
  const { service, cost } = row;
  const { amount } = cost;
  const lang = language.value;
  const time = cost.processingTime ?? service.processingTime;
  const validity = validityOf(row);
  const old = priceOldText(cost, today, lang);
  return (
    <>
      {heading === undefined ? null : (
        <tr role="row" class="prices__sector">
          <th role="rowheader" scope="rowgroup" colSpan={6}>{l(heading.title)}</th>
        </tr>
      )}
      <tr role="row" class="prices__row" aria-rowindex={index + 2}>
        <th role="rowheader" scope="row" class="prices__service">
          <button type="button" class="prices__open" onClick={() => { onOpen(); go({ screen: 'service', id: service.identifier, answers: answersOf(cost) }); }}>
            <span class="prices__title">{l(service.title)}</span>
            {cost.title === undefined ? null : <span class="prices__case">{l(cost.title)}</span>}
          </button>
          {cost.note === undefined ? null : <p class="prices__note">{l(cost.note)}</p>}
          {old === undefined ? null : <p class="prices__old"><Icon of={TriangleAlert as IconDrawing} /><span>{old}</span></p>}
        </th>
        <Cell label={t('prices:maximum')} class="prices__price">
          {amount.kind !== 'ceiling' ? null : (
            <>
              <AmountTag amount={amount} />
              {amount.concession === undefined ? null : <span class="prices__concession">{t('guide:concession')} <strong>{formatMoney(amount.concession, lang)}</strong></span>}
            </>
          )}
        </Cell>
        <Cell label={t('prices:specific')} class="prices__price" bare={amount.kind === 'free' || amount.kind === 'notPosted'}>{amount.kind === 'ceiling' ? null : <AmountTag amount={amount} />}</Cell>
        <Cell label={t('prices:durationShort')}>
          {time === undefined ? null : (
            <>
              {timeText(time, lang)}
              {time.note === undefined ? null : <span class="prices__aside">{l(time.note)}</span>}
            </>
          )}
        </Cell>
        <Cell label={t('guide:validity')}>
          {validity === undefined ? null : (
            <>
              {validityText(validity, lang)}
              {validity.kind === 'permanent' || validity.note === undefined ? null : <span class="prices__aside">{l(validity.note)}</span>}
            </>
          )}
        </Cell>
        <Cell label={t('prices:quantity')}>{cost.unit === undefined ? null : l(cost.unit)}</Cell>
      </tr>
    </>
  );
}

/** A value with its column's name, which only the cards show; a dash where nothing is stated, which only the table shows. */
function Cell({ label, bare = false, class: className = '', children }: {
  readonly label: string;
  /** The value says by itself what it is. */
  readonly bare?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  if (children === null) return <td role="cell" class={`prices__cell prices__cell--none ${className}`}><span aria-hidden="true">–</span></td>;
  return (
    <td role="cell" class={`prices__cell ${className}`}>
      {bare ? null : <span class="prices__label" aria-hidden="true">{label}</span>}
      <span class="prices__value">{children}</span>
    </td>
  );
}
