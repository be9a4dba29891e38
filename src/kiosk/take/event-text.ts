import { isConditional, type PlanDocument } from '../../model/event-documents.ts';
import type { EventPlan, PlanStation } from '../../model/event-plan.ts';
import { digits, formatDate } from '../../model/format.ts';
import type { Pack } from '../../model/pack.ts';
import type { Language, LocalizedText } from '../../model/text.ts';
import { addStrings, translateTo } from '../../ui/i18n/i18n.ts';
import { events } from '../../ui/i18n/strings/events.ts';
import { take } from '../../ui/i18n/strings/take.ts';
import { amountText, documentForms, levelText } from '../../ui/words.ts';
import { numbersText, timesText, totalsText, useConditions } from '../../ui/event-words.ts';
import { closingLines, documentText, type GuideFacts } from './guide-text.ts';
import type { Line } from './lines.ts';

addStrings('take', take);
addStrings('events', events);

/** A life event's way as lines: fees and days of all, stations with place and fee, then each document once. */
export function eventLines(title: LocalizedText, plan: EventPlan, pack: Pack, release: GuideFacts['release'], language: Language): readonly Line[] {
  return [
    { text: title[language], spare: 0 },
    { text: translateTo(language, 'take:fee', { fee: feesWords(plan, language) }), spare: 0 },
    { text: translateTo(language, 'take:time', { time: daysWords(plan, language) }), spare: 1 },
    { text: translateTo(language, 'take:way'), spare: 0 },
    ...plan.stations.filter((station) => station.number !== undefined).map((station): Line => ({ text: stationText(station, language, true), brief: stationText(station, language, false), spare: 1 })),
    ...(plan.documents.length === 0 ? [] : [{ text: translateTo(language, 'take:documents'), spare: 0 }]),
    ...plan.documents.map((document): Line => ({ text: documentLine(document, language, true), brief: documentLine(document, language, false), spare: 2, instead: translateTo(language, 'take:moreDocuments') })),
    ...(plan.documentsUnsure.length === 0 ? [] : [{ text: translateTo(language, 'events:documentsUnsure', { count: plan.documentsUnsure.length, numbers: numbersText(plan.documentsUnsure, language) }), brief: translateTo(language, 'guide:documentsCut'), spare: 1 }]),
    ...closingLines(pack, release, language),
  ];
}

function feesWords({ fees }: EventPlan, language: Language): string {
  const steps = (count: number): string => translateTo(language, 'events:steps', { count });
  return [
    ...(fees.fixedCount === 0 ? [] : [`${totalsText(fees.fixed, language)} (${steps(fees.fixedCount)})`]),
    ...(fees.ceilingCount === 0 ? [] : [`${translateTo(language, 'events:atMost', { price: totalsText(fees.atMost, language) })} (${steps(fees.ceilingCount)})`]),
    ...(fees.free === 0 ? [] : [`${translateTo(language, 'guide:free')} (${steps(fees.free)})`]),
    ...(fees.notPosted === 0 ? [] : [`${translateTo(language, 'guide:notPosted')} (${steps(fees.notPosted)})`]),
    ...(fees.depends === 0 ? [] : [`${translateTo(language, 'guide:dependsOnCase')} (${steps(fees.depends)})`]),
  ].join(' + ');
}

function daysWords({ start, time }: EventPlan, language: Language): string {
  const unknown = time.unknown + time.own;
  const posted = timesText(time, language).join(' + ');
  const more = unknown === 0 ? '' : ` ${translateTo(language, 'events:timeUnknown', { count: unknown })}`;
  const by = time.readyBy === undefined ? '' : ` – ${start === undefined ? translateTo(language, 'events:readyBy') : translateTo(language, 'events:readyFrom', { start: formatDate(start, language, 'short') })} ${formatDate(time.readyBy, language, 'short')}`;
  return posted === '' ? translateTo(language, 'guide:timeUnknown') : `${posted}${more}${by}`;
}

/** A station with its deadline and note, which always stay; place and fee where there is room. */
function stationText(station: PlanStation, language: Language, whole: boolean): string {
  const place = station.channels[0];
  const where = place === undefined || !whole ? '' : ` (${place.place === undefined ? levelText(place.level, language) : place.place[language]})`;
  const fee = station.fee.kind === 'none' || !whole ? [] : [station.fee.kind === 'posted' ? amountText(station.fee.amount, language) : translateTo(language, 'guide:dependsOnCase')];
  const deadlines = station.deadlines.flatMap(({ deadline, description }) => {
    if (deadline === undefined) return [];
    const within = translateTo(language, 'guide:deadline', { n: digits(deadline.days, language), after: deadline.after[language] });
    return [`${description[language]} ${within}`];
  });
  const notes = station.note === undefined ? [] : [station.note[language]];
  return [`${digits(station.number ?? 0, language)}. ${station.title[language]}${where}`, ...fee, ...deadlines, ...notes].join(' – ');
}

function documentLine(document: PlanDocument, language: Language, whole: boolean): string {
  const or = ` ${translateTo(language, 'guide:or')} `;
  const names = document.anyOf.map((need) => documentText(need.title, [...new Set(need.forms.flatMap((form) => documentForms(form, language)))], [], language));
  const always = document.uses.some((use) => !isConditional(use));
  const conditions = always ? [] : [...new Set(document.uses.flatMap((use) => useConditions(use, language)))];
  const notes = whole ? [...new Set(document.uses.flatMap((use) => use.notes.map((note) => note[language])))] : [];
  const numbers = whole ? [translateTo(language, 'events:stepNumbers', { count: document.uses.length, numbers: numbersText([...new Set(document.uses.map((use) => use.station))], language) })] : [];
  return `- ${[names.join(or), ...numbers, ...conditions, ...notes].join(' – ')}`;
}
