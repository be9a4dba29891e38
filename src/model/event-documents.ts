import { holds, openCases, type CaseAnswers, type OpenCase } from './case.ts';
import type { LinkedEventStation } from './event.ts';
import type { LinkedEvidenceNeed } from './evidence.ts';
import type { PublicService } from './public-service.ts';
import type { LocalizedText } from './text.ts';

/**
 * The documents of a whole way, each asked for once. A document that an earlier
 * station gives is not to be brought; alternatives stay one line, unless one of
 * them is asked for anyway.
 */

/** A station as far as its documents go. */
export interface DocumentStation {
  readonly number: number;
  readonly service: PublicService | undefined;
  readonly answers: CaseAnswers;
  readonly evidence: LinkedEventStation['evidence'];
  readonly outputs: LinkedEventStation['outputs'];
}

/** A station that asks for a document, with what it says of it. */
export interface DocumentUse {
  readonly station: number;
  /** Only then; absent: always. */
  readonly condition: LocalizedText | undefined;
  /** Only with these answers; empty: whatever the answers. */
  readonly open: readonly OpenCase[];
  readonly notes: readonly LocalizedText[];
  /** How this station asks for it, as its service states it. */
  readonly needs: readonly LinkedEvidenceNeed[];
}

/**
 * One document in every form that some station asks for: `forms` has one entry
 * for each way of stating it, with the highest count of all stations.
 */
export interface PlanNeed {
  readonly type: string;
  readonly title: LocalizedText;
  readonly description: LocalizedText | undefined;
  readonly outputOf: string | undefined;
  readonly forms: readonly LinkedEvidenceNeed[];
}

/** One line of what to bring: any one of `anyOf` will do. */
export interface PlanDocument {
  readonly anyOf: readonly PlanNeed[];
  readonly uses: readonly DocumentUse[];
}

/** A document that station `from` gives and the stations `uses` ask for. */
export interface ObtainedDocument {
  readonly type: string;
  readonly title: LocalizedText;
  readonly certifiedCopy: boolean;
  readonly from: number;
  readonly uses: readonly number[];
}

interface RawLine {
  readonly station: number;
  readonly needs: readonly LinkedEvidenceNeed[];
  readonly condition: LocalizedText | undefined;
  readonly open: readonly OpenCase[];
}

interface Line {
  readonly key: string;
  readonly needs: LinkedEvidenceNeed[][];
  readonly uses: { station: number; condition: LocalizedText | undefined; open: readonly OpenCase[]; notes: LocalizedText[]; needs: LinkedEvidenceNeed[] }[];
}

/** Collects and merges the documents of stations in their order. */
export function documentsOf(stations: readonly DocumentStation[]): { readonly documents: readonly PlanDocument[]; readonly obtained: readonly ObtainedDocument[] } {
  const obtained: { type: string; title: LocalizedText; certifiedCopy: boolean; from: number; uses: number[] }[] = [];
  const toBring: RawLine[] = [];
  for (const station of stations) {
    const earlier = stations.filter((other) => other.number < station.number);
    for (const line of rawLines(station)) {
      const rest = withoutObtained(line, earlier, (need, certifiedCopy, from) => {
        const known = obtained.find((entry) => entry.type === need.type && entry.certifiedCopy === certifiedCopy && entry.from === from);
        if (known === undefined) obtained.push({ type: need.type, title: need.title, certifiedCopy, from, uses: [line.station] });
        else if (!known.uses.includes(line.station)) known.uses.push(line.station);
      });
      if (rest !== undefined) toBring.push(rest);
    }
  }

  const lines: Line[] = [];
  for (const raw of toBring) merge(lines, raw);
  const documents = absorb(lines).map((line): PlanDocument => ({
    anyOf: line.needs.map(planNeed),
    uses: [...line.uses].sort((a, b) => a.station - b.station),
  }));
  return { documents, obtained };
}

function rawLines({ number, service, answers, evidence }: DocumentStation): RawLine[] {
  const own = evidence.map((document): RawLine => ({ station: number, needs: [document], condition: undefined, open: [] }));
  const asked = (service?.evidence ?? []).flatMap((line): RawLine[] =>
    holds(line.appliesTo, answers) === false ? [] : [{ station: number, needs: line.anyOf, condition: line.condition, open: openCases(service?.questions ?? [], line.appliesTo, answers) }],
  );
  return [...asked, ...own];
}

/** What is left of a line when documents that earlier stations give are taken out; `undefined`: nothing. */
function withoutObtained(line: RawLine, earlier: readonly DocumentStation[], found: (need: LinkedEvidenceNeed, certifiedCopy: boolean, from: number) => void): RawLine | undefined {
  for (const need of line.needs) {
    const whole = earlier.find((station) => (need.outputOf !== undefined && station.service?.identifier === need.outputOf) || station.outputs.some((output) => output.type === need.type && output.form === undefined));
    if (whole !== undefined) {
      found(need, false, whole.number);
      return undefined;
    }
    const certified = need.certifiedCopies !== undefined || need.form === 'certifiedCopy' ? earlier.find((station) => station.outputs.some((output) => output.type === need.type && output.form === 'certifiedCopy')) : undefined;
    if (certified === undefined) continue;
    if (need.originals === undefined && need.copies === undefined) {
      found(need, true, certified.number);
      return undefined;
    }
    if (line.needs.length === 1) {
      found(need, true, certified.number);
      const { certifiedCopies: _, form, ...rest } = need;
      return { ...line, needs: [{ ...rest, ...(form !== undefined && form !== 'certifiedCopy' && { form }) }] };
    }
  }
  return line;
}

function merge(lines: Line[], raw: RawLine): void {
  const types = [...new Set(raw.needs.map((need) => need.type))];
  const key = [...types].sort().join(' ');
  let line = lines.find((candidate) => candidate.key === key);
  if (line === undefined) {
    line = { key, needs: types.map(() => []), uses: [] };
    lines.push(line);
  }
  const order = line.needs.every((forms) => forms.length === 0) ? types : line.needs.map((forms) => forms[0]?.type ?? '');
  for (const need of raw.needs) {
    const forms = line.needs[order.indexOf(need.type)];
    if (forms !== undefined) addForm(forms, need);
  }
  const notes = raw.needs.flatMap((need) => need.note ?? []);
  addUse(line, { station: raw.station, condition: raw.condition, open: raw.open, notes, needs: [...raw.needs] });
}

/** A station's lines are one use, unless it asks under different conditions; what it asks always, it asks once. */
function addUse(line: Line, use: Line['uses'][number]): void {
  const known = line.uses.find((other) => other.station === use.station && (!isConditional(other) || sameCondition(other, use)));
  if (known !== undefined) {
    known.needs.push(...use.needs);
    addNotes(known.notes, use.notes);
    return;
  }
  const added = { ...use, notes: [] as LocalizedText[], needs: [...use.needs] };
  addNotes(added.notes, use.notes);
  if (!isConditional(use)) {
    for (const other of line.uses.filter((candidate) => candidate.station === use.station)) {
      added.needs.push(...other.needs);
      addNotes(added.notes, other.notes);
      line.uses.splice(line.uses.indexOf(other), 1);
    }
  }
  line.uses.push(added);
}

function sameCondition(a: Line['uses'][number], b: Line['uses'][number]): boolean {
  return JSON.stringify([a.condition, a.open]) === JSON.stringify([b.condition, b.open]);
}

function addNotes(notes: LocalizedText[], more: readonly LocalizedText[]): void {
  for (const note of more) if (!notes.some((other) => other.en === note.en)) notes.push(note);
}

/** Is a document asked for only sometimes? */
export function isConditional(use: Pick<DocumentUse, 'condition' | 'open'>): boolean {
  return use.condition !== undefined || use.open.length > 0;
}

const counted = ['originals', 'copies', 'certifiedCopies'] as const;
const formOf = { originals: 'original', copies: 'copy', certifiedCopies: 'certifiedCopy' } as const;

/** Adds a way of asking for a document: plain counts in one entry with the highest of each; photos and unstated forms in theirs. */
function addForm(forms: LinkedEvidenceNeed[], need: LinkedEvidenceNeed): void {
  const { note: _, ...bare } = need;
  const hasCount = counted.some((name) => bare[name] !== undefined);
  const own = bare.form === 'photo' || bare.form === 'unstated' || (bare.form !== undefined && !hasCount) ? bare.form : undefined;
  const at = forms.findIndex((candidate) => candidate.form === own);
  const known = forms[at];
  const { form: _form, ...plain } = bare;
  const merged: LinkedEvidenceNeed = { ...known, ...plain, ...(own !== undefined && { form: own }) };
  for (const name of counted) {
    const most = Math.max(known?.[name] ?? 0, bare[name] ?? 0);
    if (most > 0) merged[name] = most;
  }
  if (known === undefined) forms.push(merged);
  else forms[at] = merged;
}

/** The form a bare word states is left out where a count of the same form is known; so is an entry that states nothing beside one that does. */
function tidy(forms: readonly LinkedEvidenceNeed[]): readonly LinkedEvidenceNeed[] {
  const told = forms.filter((need) => {
    const name = counted.find((candidate) => formOf[candidate] === need.form);
    return name === undefined || !forms.some((other) => other.form === undefined && other[name] !== undefined);
  });
  const saying = told.filter((need) => need.form !== undefined || counted.some((name) => need[name] !== undefined));
  return saying.length === 0 ? told.slice(0, 1) : saying;
}

function planNeed(forms: readonly LinkedEvidenceNeed[]): PlanNeed {
  const { type = '', title = { km: '', en: '' }, description, outputOf } = forms[0] ?? {};
  return { type, title, description, outputOf, forms: tidy(forms) };
}

/** Lets a document that is asked for anyway stand for an alternative that it satisfies. */
function absorb(lines: readonly Line[]): readonly Line[] {
  const always = lines.filter((line) => line.needs.length === 1 && line.uses.some((use) => !isConditional(use)));
  return lines.filter((line) => {
    if (line.needs.length === 1) return true;
    for (const member of line.needs) {
      const type = member[0]?.type;
      const single = always.find((candidate) => candidate.key === type);
      const forms = single?.needs[0];
      if (single === undefined || forms === undefined || !covers(forms, member) || !samePerson(single, line)) continue;
      for (const use of line.uses) addUse(single, { ...use, needs: use.needs.filter((need) => need.type === type), notes: use.needs.flatMap((need) => (need.type === type ? (need.note ?? []) : [])) });
      return false;
    }
    return true;
  });
}

/** Does what is brought anyway cover every form and count that the alternative asks for? */
function covers(brought: readonly LinkedEvidenceNeed[], asked: readonly LinkedEvidenceNeed[]): boolean {
  return asked.every((need) =>
    need.form === undefined
      ? counted.every((name) => need[name] === undefined || brought.some((other) => (other[name] ?? 0) >= (need[name] ?? 0)))
      : brought.some((other) => other.form === need.form && counted.every((name) => (other[name] ?? 0) >= (need[name] ?? 0))),
  );
}

/**
 * "The deceased's" and "the parents'" are other people's documents: lines with
 * differing notes are the same document only where one station asks for both.
 */
function samePerson(single: Line, line: Line): boolean {
  return line.uses.every((use) =>
    use.notes.length === 0 ||
    single.uses.some((other) => other.station === use.station || other.notes.some((note) => use.notes.some((mine) => mine.en === note.en))),
  );
}
