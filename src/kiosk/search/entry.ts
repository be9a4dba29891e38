import type { LocalizedText, Language } from '../../model/text.ts';
import type { Pack } from '../../model/pack.ts';
import type { PublicService } from '../../model/public-service.ts';

/** Where in an entry something was found, most telling first. */
export const searchFields = ['title', 'keyword', 'synonym', 'extra'] as const;
export type SearchField = (typeof searchFields)[number];

/** One thing that can be found: everything a citizen may call it. */
export interface SearchEntry {
  readonly id: string;
  readonly title: LocalizedText;
  readonly keywords: { readonly km: readonly string[]; readonly en: readonly string[]; readonly latn: readonly string[] };
  /** What else tells of it: topic, cases, outputs. Weighs least. */
  readonly extra: { readonly km: readonly string[]; readonly en: readonly string[] };
}

/** A part of a shown text, in UTF-16 code units: `text.slice(start, end)`. Never cuts a Khmer cluster. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface SearchHit {
  readonly id: string;
  /** Higher is better; comparable within one answer only. */
  readonly score: number;
  readonly field: SearchField;
  /** Parts of the title, in the language asked for, that answer the query; may be empty. */
  readonly ranges: readonly TextRange[];
  /** Where nothing of the title does: the title in the other language or the keyword that answers it, if one is known. */
  readonly because: { readonly text: string; readonly ranges: readonly TextRange[] } | undefined;
  /** True: nothing matched, this is only the nearest ("did you mean"). */
  readonly approximate: boolean;
  /** True: the query's words are not there, only something that sounds or looks like them. To be called the nearest too. */
  readonly alike: boolean;
}

/** The best hits of a query, and how many there are altogether. */
export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** Hits that answer the query; they come first. The others are only the nearest. */
  readonly sure: number;
  /** All hits, shown or not. */
  readonly total: number;
}

export interface SearchOptions {
  /** Language of the shown titles: decides `ranges` and breaks ties. */
  readonly language: Language;
  /** Most hits wanted; all by default. */
  readonly limit?: number;
}

/** What the search knows of a service. Steps and document lists stay out: they name papers of other services. */
export function searchEntryOf(service: PublicService, pack: Pick<Pack, 'topics'>): SearchEntry {
  const topic = pack.topics.find((candidate) => candidate.identifier === service.thematicArea);
  const texts: LocalizedText[] = [
    ...service.outputs.map((output) => output.title),
    ...service.questions.flatMap((question) => (question.kind === 'choice' ? question.options.map((option) => option.label) : [])),
    ...service.costs.flatMap((cost) => (cost.title === undefined ? [] : [cost.title])),
    ...(topic === undefined ? [] : [topic.title]),
  ];
  return {
    id: service.identifier,
    title: service.title,
    keywords: service.keywords,
    extra: { km: [...new Set(texts.map((text) => text.km))], en: [...new Set(texts.map((text) => text.en))] },
  };
}
