import type { MachineHealth } from '../api/agent.ts';
import type { OrderState, TerminalView, Trouble } from '../api/staff.ts';
import { digits, formatInstant } from '../model/format.ts';
import type { LocalizedText } from '../model/text.ts';
import { addStrings, l, language, t } from '../ui/i18n/i18n.ts';
import { faults } from '../ui/i18n/strings/faults.ts';
import { studio } from '../ui/i18n/strings/studio.ts';
import { troubles } from '../ui/i18n/strings/troubles.ts';

addStrings('studio', studio);
addStrings('faults', faults);
addStrings('troubles', troubles);

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A length of time in its largest fitting unit. @param ms */
export function spanText(ms: number): string {
  const length = Math.abs(ms);
  if (length < 90 * minute) return t('studio:minutes', { n: Math.max(1, Math.round(length / minute)) });
  if (length < 48 * hour) return t('studio:hours', { n: Math.round(length / hour) });
  return t('studio:days', { count: Math.round(length / day) });
}

/** How long ago something was. Both by the hub's clock: the browser's own may be wrong. @param at ISO 8601 @param now ISO 8601 */
export function agoText(at: string, now: string): string {
  const ms = Date.parse(now) - Date.parse(at);
  if (ms < 90_000) return t('studio:justNow');
  if (ms < 90 * minute) return t('studio:minutesAgo', { n: Math.round(ms / minute) });
  if (ms < 48 * hour) return t('studio:hoursAgo', { n: Math.round(ms / hour) });
  return t('studio:daysAgo', { count: Math.round(ms / day) });
}

/** Day and time of an instant. @param at ISO 8601 */
export function instantText(at: string): string {
  return formatInstant(Date.parse(at), language.value);
}

/** An office by name, if the content knows it, and code. */
export function officeText(title: LocalizedText | undefined, code: string): string {
  return title === undefined ? code : `${l(title)} (${code})`;
}

/** How far a clock is off. @param ahead ms */
export function clockText(ahead: number): string {
  return t(ahead > 0 ? 'studio:ahead' : 'studio:behind', { time: spanText(ahead) });
}

function gigabytes(bytes: number): string {
  return digits((bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0), language.value);
}

/** How much of something is free. */
export function freeText({ free, size }: MachineHealth['disk'], key: 'studio:ofSize' | 'troubles:diskLowWhy' | 'troubles:memoryLowWhy'): string {
  return t(key, { free: gigabytes(free), size: gigabytes(size) });
}

/** A trouble in a few words. */
export function troubleText({ code, fault }: Trouble): string {
  return code === 'fault' && fault !== undefined ? t(`faults:${fault}`) : t(`troubles:${code}`);
}

/** A trouble in a chip of the list: a fault's sentence is too long there. */
export function troubleLabel({ code }: Trouble): string {
  return t(`troubles:${code}`);
}

function troubleWhy({ code }: Trouble, { machine, page, clockAhead, says }: TerminalView, served: number | undefined): string {
  switch (code) {
    case 'fault':
      return '';
    case 'foreignKeyboard':
      return t('troubles:foreignKeyboardWhy', { names: (machine?.foreignKeyboards ?? []).join(', ') });
    case 'editionBehind':
    case 'editionAhead':
      return t(`troubles:${code}Why`, { shown: page?.edition ?? 0, served: served ?? 0 });
    case 'placeDiffers':
      return says === undefined ? '' : t('troubles:placeDiffersWhy', { name: says.name, office: says.office });
    case 'clockWrong':
      return t('troubles:clockWrongWhy', { time: clockText(clockAhead ?? 0) });
    case 'displayRestarts':
      return t('troubles:displayRestartsWhy', { n: machine?.displayStarts ?? 0 });
    case 'diskLow':
      return machine === undefined ? '' : freeText(machine.disk, 'troubles:diskLowWhy');
    case 'memoryLow':
      return machine === undefined ? '' : freeText(machine.memory, 'troubles:memoryLowWhy');
    case 'hot':
      return t('troubles:hotWhy', { n: Math.round(machine?.temperature ?? 0) });
    default:
      return t(`troubles:${code}Why`);
  }
}

/** A trouble, what it means, since when, and what to do. @param now the hub's clock, ISO 8601 */
export function troubleWords(trouble: Trouble, terminal: TerminalView, served: number | undefined, now: string): { readonly what: string; readonly why: string; readonly since: string; readonly todo: string } {
  const { code, fault, since } = trouble;
  return {
    what: troubleText(trouble),
    why: troubleWhy(trouble, terminal, served),
    since: since === undefined ? '' : t(code === 'unconfirmed' ? 'studio:lastConfirmed' : 'studio:since', { time: `${instantText(since)} (${agoText(since, now)})` }),
    todo: code === 'fault' ? (fault === undefined ? '' : t(`faults:${fault}Do`)) : t(`troubles:${code}Do`),
  };
}

const orderKeys = {
  waiting: 'studio:orderWaiting', fetched: 'studio:orderFetched', done: 'studio:orderDone', private: 'studio:orderPrivate', noPage: 'studio:orderNoPage', tooSoon: 'studio:orderTooSoon', failed: 'studio:orderFailed', expired: 'studio:orderExpired',
} as const;

/** How an order stands. */
export function orderText({ state }: OrderState): string {
  return t(orderKeys[state]);
}

/** What a terminal shows compared with what the hub serves. */
export function editionText(edition: number | undefined, served: number | undefined): { readonly shown: string; readonly compared: string } {
  if (edition === undefined) return { shown: t('studio:editionNone'), compared: '' };
  const compared = served === undefined ? '' : t(edition === served ? 'studio:editionSame' : edition < served ? 'studio:editionOlder' : 'studio:editionNewer');
  return { shown: t('studio:edition', { n: edition }), compared };
}
