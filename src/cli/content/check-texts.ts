import { formatField, type FieldPath } from './fault.ts';
import type { Content, Entry } from './load.ts';
import { get } from './raw.ts';
import type { Report } from './report.ts';

const khmer = /[\u1780-\u17ff]/u;
/** A coeng with no letter under it: the cluster shows a dotted circle. */
const loneCoeng = /\u17d2(?![\u1780-\u17b3])/u;
/** A vowel or sign at the start of a word has no letter to sit on. */
const loneMark = /(?:^|[\s\u200b(«“"'])[\u17b4-\u17d1\u17d3\u17dd]/u;
/** A Latin word, as opposed to a size or a class such as "A4" or "C1". */
const latinWord = /[A-Za-z]{3,}/;

function checkKhmer(entry: Entry<unknown>, path: FieldPath, text: string, report: Report): void {
  if (!khmer.test(text) && (latinWord.test(text) || text.trim() === '')) report.error(entry, path, 'the Khmer text has no Khmer letters; write it in Khmer');
}

function checkEnglish(entry: Entry<unknown>, path: FieldPath, text: string, report: Report): void {
  if (khmer.test(text)) report.error(entry, path, 'the English text has Khmer letters; write it in English or under km');
  else if (!/[\p{L}\p{N}]/u.test(text)) report.error(entry, path, 'the English text has no letters; write it');
}

function checkEncoding(entry: Entry<unknown>, path: FieldPath, text: string, report: Report): void {
  if (text.includes('\ufffd')) report.error(entry, path, 'the text holds a broken character (U+FFFD); type it again');
  // Control characters survive YAML escapes and would reach screen and print.
  if (/[\p{Cc}]/u.test(text.replaceAll('\n', ''))) report.error(entry, path, 'the text holds a control character; delete it');
  if (loneCoeng.test(text)) report.error(entry, path, 'a coeng (U+17D2) has no letter after it; type the stacked letter again');
  if (loneMark.test(text)) report.error(entry, path, 'a Khmer vowel or sign stands without its letter; type the word again');
}

function walk(entry: Entry<unknown>, path: FieldPath, value: unknown, report: Report): void {
  if (typeof value === 'string') {
    checkEncoding(entry, path, value, report);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) {
    const check = { km: checkKhmer, en: checkEnglish, latn: checkEnglish } as const;
    for (const language of ['km', 'en', 'latn'] as const) {
      const text = get(value, language);
      if (typeof text === 'string') check[language](entry, [...path, language], text, report);
      if (Array.isArray(text)) {
        for (const [index, word] of text.entries()) if (typeof word === 'string') check[language](entry, [...path, language, index], word, report);
      }
    }
  }
  for (const [key, item] of Object.entries(value)) walk(entry, [...path, Array.isArray(value) ? Number(key) : key], item, report);
}

/** The same word in two groups would make one search mean two things. */
function checkSynonyms(content: Content, report: Report): void {
  const entry = content.synonyms;
  if (entry?.value === undefined) return;
  const first = new Map<string, string>();
  for (const [group, words] of entry.value.entries()) {
    for (const [index, word] of words.entries()) {
      const other = first.get(word.toLowerCase());
      if (other !== undefined) report.warning(entry, [group, index], `"${word}" already stands in ${other}; join the groups or delete it`);
      else first.set(word.toLowerCase(), formatField([group, index]));
    }
  }
}

/** Checks that Khmer is Khmer, English is English, and the letters are well formed. */
export function checkTexts(content: Content, report: Report): void {
  const { pack, calendar, synonyms, topics, sectors, organisations, services, events, offices, evidence, legal } = content;
  for (const entry of [pack, calendar, synonyms, topics, sectors, organisations, services, events, offices, evidence, legal].flat()) {
    if (entry !== undefined) walk(entry, [], entry.raw, report);
  }
  checkSynonyms(content, report);
}
