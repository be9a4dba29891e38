import { holds, openCases, type CaseAnswers } from '../../model/case.ts';
import { isWindowAt } from '../../model/channel.ts';
import { amountFor, candidateCosts, isOverdueForReview, timeOfCase, type Amount, type Cost } from '../../model/cost.ts';
import { digits, formatDate, formatMoney } from '../../model/format.ts';
import type { IsoDate } from '../../model/identifier.ts';
import type { Office } from '../../model/office.ts';
import type { Pack } from '../../model/pack.ts';
import type { PublicService } from '../../model/public-service.ts';
import type { Language, LocalizedText } from '../../model/text.ts';
import { addStrings, translateTo } from '../../ui/i18n/i18n.ts';
import { take } from '../../ui/i18n/strings/take.ts';
import { amountText, documentForms, officeText, openCaseText, timeText } from '../../ui/words.ts';
import type { Line } from './lines.ts';

addStrings('take', take);

/** What the text of one guide is made from. */
export interface GuideFacts {
  readonly service: PublicService;
  readonly answers: CaseAnswers;
  readonly today: IsoDate;
  readonly pack: Pack;
  readonly release: { readonly versionCode: string; readonly editedOn: string; readonly demonstration: boolean };
  /** Where it is read. */
  readonly office: Office | undefined;
}

/** More cases than this are not a list that somebody reads on a phone. */
const maxCases = 8;

/** A guide's essentials as lines, the title first: fee, time, place, documents, and which list it is from. */
export function guideLines(facts: GuideFacts, language: Language): readonly Line[] {
  const { service, answers, today, pack, release } = facts;
  const costs = candidateCosts(service.costs, answers, today);
  return [
    { text: service.title[language], spare: 0 },
    ...feeLines(service, costs, facts, language),
    ...timeLines(service, costs, language),
    ...placeLines(facts, language),
    ...deadlineLines(service, answers, language),
    ...documentLines(service, answers, language),
    ...closingLines(pack, release, language),
  ];
}

/** Which list a text is from, and what it is worth. These lines always stay. */
export function closingLines(pack: Pack, release: GuideFacts['release'], language: Language): readonly Line[] {
  return [
    { text: translateTo(language, 'take:version', { code: release.versionCode, date: formatDate(release.editedOn, language, 'short') }), spare: 0 },
    ...(pack.sample || release.demonstration ? [{ text: translateTo(language, 'sampleRibbon'), spare: 0 }] : []),
  ];
}

/** The price of this citizen's case; where it is not clear which that is, all that are left, or that it depends. */
function feeLines(service: PublicService, costs: readonly Cost[], { answers, today }: GuideFacts, language: Language): readonly Line[] {
  const fee = (text: string): string => translateTo(language, 'take:fee', { fee: text });
  const [only, ...others] = costs;
  if (only === undefined) return [{ text: fee(translateTo(language, 'guide:notPosted')), spare: 0 }];
  if (others.length === 0) {
    const words = priceWords(only, answers, language);
    const named = only.title === undefined ? words : `${only.title[language]} – ${words}`;
    return [
      { text: fee(named), brief: fee(words), spare: 0 },
      ...(isOverdueForReview(only, today) && only.amount.kind !== 'notPosted' ? [{ text: translateTo(language, 'take:askPrice'), spare: 1 }] : []),
      ...(only.note === undefined ? [] : [{ text: only.note[language], spare: 4 }]),
    ];
  }
  const depends = fee(translateTo(language, 'guide:dependsOnCase'));
  if (costs.length > maxCases) return [{ text: depends, spare: 0 }];
  return costs.map((cost) => ({ text: fee(`${(cost.title ?? service.title)[language]} – ${priceWords(cost, answers, language)}`), spare: 3, group: 'fees', instead: depends }));
}

function priceWords(cost: Cost, answers: CaseAnswers, language: Language): string {
  const amount = amountFor(cost, answers);
  const count = cost.quantity === undefined ? undefined : answers[cost.quantity];
  const counted = count !== undefined && Number(count) > 1 && (cost.amount.kind === 'fixed' || cost.amount.kind === 'ceiling');
  const parts = [amountText(amount, language)];
  if (amount.kind === 'ceiling' && amount.concession !== undefined) parts.push(`${translateTo(language, 'guide:concession')} ${formatMoney(amount.concession, language)}`);
  const price = parts.join(' – ');
  if (counted) return `${price} (${unitPrice(cost.amount, language)} × ${digits(Number(count), language)})`;
  return cost.unit === undefined || amount.kind === 'free' || amount.kind === 'notPosted' ? price : `${price} ${cost.unit[language]}`;
}

function unitPrice(amount: Amount, language: Language): string {
  return amount.kind === 'fixed' ? formatMoney(amount.price, language) : amount.kind === 'ceiling' ? formatMoney(amount.max, language) : '';
}

function timeLines(service: PublicService, costs: readonly Cost[], language: Language): readonly Line[] {
  const of = timeOfCase(costs, service.processingTime);
  const say = (words: string): string => translateTo(language, 'take:time', { time: words });
  if (of.kind === 'depends') return [{ text: say(translateTo(language, 'guide:dependsOnCase')), spare: 1 }];
  if (of.kind === 'unknown') return [{ text: say(translateTo(language, 'guide:timeUnknown')), spare: 4 }];
  const words = timeText(of.time, language);
  return [of.time.note === undefined ? { text: say(words), spare: 1 } : { text: say(`${words} – ${of.time.note[language]}`), brief: say(words), spare: 1 }];
}

function placeLines({ service, answers, office }: GuideFacts, language: Language): readonly Line[] {
  const channels = service.channels.filter((channel) => holds(channel.appliesTo, answers) !== false);
  const here = office !== undefined && channels.some((channel) => isWindowAt(channel, office.level)) ? office : undefined;
  const places = here === undefined ? channels.map((channel) => (channel.place === undefined ? officeText(channel.level, language) : channel.place[language])) : [here.title[language]];
  if (places.length === 0) return [];
  const say = (place: string): string => translateTo(language, 'take:place', { place });
  return [{ text: say([...new Set(places)].join(` ${translateTo(language, 'guide:or')} `)), brief: say(places[0] ?? ''), spare: 3 }];
}

function deadlineLines(service: PublicService, answers: CaseAnswers, language: Language): readonly Line[] {
  return service.requirements.flatMap((requirement): Line[] => {
    const { deadline } = requirement;
    if (deadline === undefined || holds(requirement.appliesTo, answers) === false) return [];
    return [{ text: `${requirement.description[language]} ${translateTo(language, 'guide:deadline', { n: digits(deadline.days, language), after: deadline.after[language] })}`, spare: 3 }];
  });
}

/** A document in a line: its forms and counts, and whose it is. */
export function documentText(title: LocalizedText, forms: readonly string[], notes: readonly string[], language: Language): string {
  const told = [...forms, ...notes];
  return told.length === 0 ? title[language] : `${title[language]} (${told.join(', ')})`;
}

function documentLines(service: PublicService, answers: CaseAnswers, language: Language): readonly Line[] {
  const evidence = service.evidence.filter((line) => holds(line.appliesTo, answers) !== false);
  if (evidence.length === 0) return service.evidence.length === 0 ? [{ text: translateTo(language, 'take:documentsUnknown'), spare: 2 }] : [];
  const or = ` ${translateTo(language, 'guide:or')} `;
  return [
    { text: translateTo(language, 'take:documents'), spare: 0 },
    ...evidence.map((line, index): Line => {
      const say = (notes: boolean): string => {
        const names = line.anyOf.map((need) => documentText(need.title, documentForms(need, language), notes && need.note !== undefined ? [need.note[language]] : [], language));
        const open = openCases(service.questions, line.appliesTo, answers).map((one) => openCaseText(one, language));
        const conditions = [...(line.condition === undefined ? [] : [line.condition[language]]), ...open];
        return `${digits(index + 1, language)}. ${[names.join(or), ...conditions].join(' – ')}`;
      };
      return { text: say(true), brief: say(false), spare: 2, instead: translateTo(language, 'take:moreDocuments') };
    }),
    ...(service.certification.documentsMayBeIncomplete ? [{ text: translateTo(language, 'guide:documentsCut'), spare: 2 }] : []),
  ];
}
