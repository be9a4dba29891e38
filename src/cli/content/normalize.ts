import { normalizeKhmer } from '../../model/khmer.ts';

const khmer = /[\u1780-\u17ff]/u;

/** Brings one text to its normal form: Khmer clusters in their one order, NFC for everything else. */
export function normalizeText(text: string): string {
  return khmer.test(text) ? normalizeKhmer(text) : text.normalize('NFC');
}

/** Normalizes every text of plain data; keys stay as they are. */
export function normalizeTexts(data: unknown): unknown {
  if (typeof data === 'string') return normalizeText(data);
  if (Array.isArray(data)) return data.map(normalizeTexts);
  if (data !== null && typeof data === 'object') {
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, normalizeTexts(value)]));
  }
  return data;
}
