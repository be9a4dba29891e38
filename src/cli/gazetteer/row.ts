import { normalizeText } from '../content/normalize.ts';
import type { Office } from '../../model/office.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { LocalizedText } from '../../model/text.ts';

/** The columns of a gazetteer file, in order. */
export const columns = ['level', 'code', 'parent_code', 'name_km', 'name_latin', 'unit_km', 'unit_en'] as const;

/** What a gazetteer knows of an office. */
export type OfficeNames = Pick<Office, 'identifier' | 'level' | 'title' | 'place'>;

type OfficeLevel = 'province' | 'district' | 'commune';

interface Unit {
  readonly level: OfficeLevel;
  /** Words that a gazetteer has for it in English; registries write "Section" and "Quarter". */
  readonly english: readonly string[];
  /** The full name of a place in English. */
  readonly name: (place: string) => string;
}

const units: Readonly<Record<string, Unit>> = {
  រាជធានី: { level: 'province', english: ['Capital', 'Municipality'], name: (place) => `${place} Capital` },
  ខេត្ត: { level: 'province', english: ['Province'], name: (place) => `${place} Province` },
  ក្រុង: { level: 'district', english: ['Municipality', 'City', 'Krong'], name: (place) => `${place} Municipality` },
  ស្រុក: { level: 'district', english: ['District', 'Srok'], name: (place) => `${place} District` },
  ខណ្ឌ: { level: 'district', english: ['Section', 'Khan'], name: (place) => `Khan ${place}` },
  ឃុំ: { level: 'commune', english: ['Commune', 'Khum'], name: (place) => `${place} Commune` },
  សង្កាត់: { level: 'commune', english: ['Quarter', 'Sangkat'], name: (place) => `Sangkat ${place}` },
};

const digits: Readonly<Record<OfficeLevel, number>> = { province: 2, district: 4, commune: 6 };

/** The office's name as it reads above its door; a commune's counter has no name of its own. */
function officeTitle(level: OfficeLevel, name: LocalizedText): LocalizedText {
  switch (level) {
    case 'province':
      return { km: `អង្គភាពច្រកចេញចូលតែមួយ ${name.km}`, en: `One Window Service Unit, ${name.en}` };
    case 'district':
      return { km: `ការិយាល័យច្រកចេញចូលតែមួយ ${name.km}`, en: `One Window Service Office, ${name.en}` };
    case 'commune':
      return name;
  }
}

function isLevel(text: string): text is OfficeLevel {
  return Object.hasOwn(digits, text);
}

/**
 * Reads one row of a gazetteer.
 *
 * @returns the office's names, or one line that says what is wrong and the mend
 */
export function readRow(cells: readonly string[]): Result<OfficeNames, string> {
  if (cells.length !== columns.length) return err(`the row has ${cells.length} columns, not ${columns.length}; put a text that holds a comma in double quotes`);
  const [level = '', code = '', parent = '', khmer = '', latin = '', unitKhmer = '', unitEnglish = ''] = cells.map((cell) => normalizeText(cell.trim()));
  if (cells.some((cell) => cell.includes('\ufffd'))) return err('the row holds broken characters; save the file as UTF-8');
  if (!isLevel(level)) return err(`the level "${level}" is not known; write ${Object.keys(digits).join(', ')}`);
  if (!/^\d+$/.test(code) || code.length !== digits[level]) return err(`the code "${code}" is not one of a ${level}; write ${digits[level]} digits with leading zeros`);
  if (parent !== code.slice(0, -2)) return err(`the parent code "${parent}" does not fit ${code}; write ${code.length === 2 ? 'nothing' : `"${code.slice(0, -2)}"`}`);
  // Some quarters have a number for a name.
  if (!/[\u1780-\u17b3\u17e0-\u17e9]/u.test(khmer)) return err(`the Khmer name "${khmer}" is not in Khmer; write it in name_km`);
  if (!/[\p{Script=Latin}0-9]/u.test(latin) || /\p{Script=Khmer}/u.test(latin)) return err(`the Latin name "${latin}" is not in Latin letters; write it in name_latin`);
  if (khmer.length > 200 || latin.length > 200) return err('the name is longer than 200 characters; shorten it');
  const unit = Object.hasOwn(units, unitKhmer) ? units[unitKhmer] : undefined;
  const expected = Object.entries(units).filter(([, known]) => known.level === level);
  if (unit === undefined || unit.level !== level) return err(`the unit "${unitKhmer}" is not one of a ${level}; write ${expected.map(([word]) => word).join(' or ')}`);
  if (!unit.english.includes(unitEnglish)) return err(`the English unit "${unitEnglish}" does not fit ${unitKhmer}; write ${unit.english.join(' or ')}`);
  return ok({ identifier: code, level, title: officeTitle(level, { km: `${unitKhmer}${khmer}`, en: unit.name(latin) }), place: { km: khmer, en: latin } });
}
