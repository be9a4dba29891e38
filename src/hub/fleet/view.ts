import type { LocalizedText } from '../../model/text.ts';
import { terminalsPerPage, type OneTerminal, type OrderState, type Terminals, type TerminalView, type Trouble } from '../../api/staff.ts';
import { hubLimits } from '../limits.ts';
import type { FleetTerminal, Store, StoredOrder } from '../store/store.ts';
import type { Pictures } from './pictures.ts';
import type { ServedNews } from './served-news.ts';
import { troublesOf, urgency } from './troubles.ts';

const text = (instant: number): string => new Date(instant).toISOString();

/** An order as staff see it. @param now ms */
export function orderState(order: StoredOrder, now: number): OrderState {
  const state = order.result ?? (now - order.at > hubLimits.order ? 'expired' : order.fetchedAt === undefined ? 'waiting' : 'fetched');
  return { id: order.id, action: order.action, by: order.by, at: text(order.at), state, ...(order.finishedAt !== undefined && { finished: text(order.finishedAt) }) };
}

/** What is asked of the list. */
export interface TerminalsQuery {
  readonly page: number;
  readonly area: string;
  readonly text: string;
  readonly state: 'all' | 'trouble' | 'well';
}

interface Seen {
  readonly terminal: FleetTerminal;
  readonly troubles: readonly Trouble[];
  readonly urgency: 0 | 1 | 2;
}

/** The fold of a text for searching: case and accents do not matter. */
function fold(words: string): string {
  return words.normalize('NFKC').toLowerCase();
}

/** Areas up to this many are all named; of more, the provinces, and what lies in the one that is looked at. */
const areasNamed = 60;

function areasOf(terminals: readonly FleetTerminal[], area: string, titles: ReadonlyMap<string, LocalizedText>): Terminals['areas'] {
  const counts = new Map<string, number>();
  for (const { office } of terminals) for (let length = 2; length <= office.length; length += 2) counts.set(office.slice(0, length), (counts.get(office.slice(0, length)) ?? 0) + 1);
  const province = area.slice(0, 2);
  const named = counts.size <= areasNamed ? [...counts] : [...counts].filter(([code]) => code.length === 2 || (province.length === 2 && code.startsWith(province)));
  return named.sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => {
    const title = titles.get(code);
    return { code, count, ...(title !== undefined && { title }) };
  });
}

/** The fleet as one account sees it. */
export class FleetView {
  readonly #store: Store;
  readonly #news: ServedNews;
  readonly #pictures: Pictures;

  constructor(store: Store, news: ServedNews, pictures: Pictures) {
    this.#store = store;
    this.#news = news;
    this.#pictures = pictures;
  }

  /** One page of the terminals of an area that pass a filter, worst first. @param now ms */
  async terminals(area: string, query: TerminalsQuery, now: number): Promise<Terminals> {
    const { served, titles } = await this.#news.look(now);
    const own = await this.#store.fleet.list(area);
    const seen = own.map((terminal): Seen => {
      const troubles = troublesOf(terminal, served, now);
      return { terminal, troubles, urgency: urgency(troubles) };
    });
    const wanted = fold(query.text.trim());
    const passes = ({ terminal: { office, name }, urgency: urgent }: Seen): boolean => {
      if (!office.startsWith(query.area) || (query.state !== 'all' && (query.state === 'trouble') !== urgent > 0)) return false;
      const title = titles.get(office);
      return wanted === '' || [name, office, title?.km ?? '', title?.en ?? ''].some((words) => fold(words).includes(wanted));
    };
    // The store's order stays within one urgency.
    const found = seen.filter(passes).sort((a, b) => b.urgency - a.urgency);
    const page = Math.max(0, Math.min(query.page, Math.ceil(found.length / terminalsPerPage) - 1));
    const orders = await this.#store.fleet.lastOrders();
    return {
      now: text(now),
      ...(served !== undefined && { served: { edition: served.edition, since: text(served.since) } }),
      counts: { all: own.length, grave: seen.filter((one) => one.urgency === 2).length, trouble: seen.filter((one) => one.urgency === 1).length },
      areas: areasOf(own, query.area, titles),
      found: found.length,
      page,
      terminals: found.slice(page * terminalsPerPage, (page + 1) * terminalsPerPage).map((one) => this.#view(one, titles, orders, now)),
    };
  }

  /** One terminal. @param now ms */
  async terminal(terminal: FleetTerminal, now: number): Promise<OneTerminal> {
    const { served, titles } = await this.#news.look(now);
    const orders = await this.#store.fleet.lastOrders(terminal.id);
    const view = this.#view({ terminal, troubles: troublesOf(terminal, served, now) }, titles, orders, now);
    return { now: text(now), ...(served !== undefined && { served: { edition: served.edition, since: text(served.since) } }), terminal: view };
  }

  /** How an office is called in the content that is served. @param now ms */
  async title(office: string, now: number): Promise<LocalizedText | undefined> {
    return (await this.#news.look(now)).titles.get(office);
  }

  #view({ terminal, troubles }: Omit<Seen, 'urgency'>, titles: ReadonlyMap<string, LocalizedText>, orders: ReadonlyMap<string, StoredOrder>, now: number): TerminalView {
    const { id, name, office, enrolledAt, heard } = terminal;
    const officeTitle = titles.get(office);
    const order = orders.get(id);
    const picture = this.#pictures.get(id, now);
    const says = heard === undefined || (heard.health.office === office && heard.health.name === name) ? undefined : { office: heard.health.office, name: heard.health.name };
    return {
      id,
      name,
      office,
      ...(officeTitle !== undefined && { officeTitle }),
      enrolled: text(enrolledAt),
      ...(heard !== undefined && { heard: text(heard.at), clockAhead: heard.clockAhead, machine: heard.health.machine, ...(heard.health.page !== undefined && { page: heard.health.page }), ...(heard.health.screenOff === true && { screenOff: true }) }),
      ...(says !== undefined && { says }),
      troubles: [...troubles],
      ...(order !== undefined && { order: orderState(order, now) }),
      ...(picture !== undefined && { picture: text(picture.at) }),
    };
  }
}
