import * as v from 'valibot';
import { identifierSchema } from './identifier.ts';
import { localizedTextSchema, plainTextSchema, type LocalizedText } from './text.ts';

/**
 * A question whose answer picks the citizen's case: "which size?", "how many
 * sheets?". A choice selects among costs, evidence and times; a count
 * multiplies a cost.
 */
export const caseQuestionSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('choice'),
    identifier: identifierSchema,
    text: localizedTextSchema,
    options: v.pipe(
      v.array(v.strictObject({ identifier: identifierSchema, label: localizedTextSchema })),
      v.minLength(2, 'a choice has at least two options'),
    ),
  }),
  v.strictObject({
    kind: v.literal('count'),
    identifier: identifierSchema,
    text: localizedTextSchema,
    /** The thing counted, e.g. "sheet". */
    unit: localizedTextSchema,
    /** More than one of it in English, e.g. "sheets"; Khmer has one word for both. */
    unitPlural: v.optional(plainTextSchema),
    /** The highest number that the stepper offers. */
    max: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(999)),
  }),
]);
export type CaseQuestion = v.InferOutput<typeof caseQuestionSchema>;

/**
 * The case something applies to: question identifier to option identifiers.
 * Every listed question must have been answered with one of its options;
 * questions not listed do not matter. `{}` applies always.
 */
export const caseConditionSchema = v.record(identifierSchema, v.pipe(v.array(identifierSchema), v.minLength(1)));
export type CaseCondition = v.InferOutput<typeof caseConditionSchema>;

/** Answers given so far: option identifier for a choice, number for a count. */
export type CaseAnswers = Readonly<Record<string, string | number>>;

/**
 * Does a condition hold for these answers? `undefined` means that a question it
 * depends on has not been answered yet.
 */
export function holds(condition: CaseCondition, answers: CaseAnswers): boolean | undefined {
  let open = false;
  for (const [question, options] of Object.entries(condition)) {
    // An identifier may be a word that every object inherits ("constructor").
    const answer = Object.hasOwn(answers, question) ? answers[question] : undefined;
    if (answer === undefined) open = true;
    else if (!options.includes(String(answer))) return false;
  }
  return open ? undefined : true;
}

/** An answer that is not given yet and on which something depends. */
export interface OpenCase {
  readonly question: LocalizedText;
  /** The answers with which it applies. */
  readonly options: readonly LocalizedText[];
}

/** The open answers that a condition waits for, in the words of the questions; none where it holds or fails already. */
export function openCases(questions: readonly CaseQuestion[], condition: CaseCondition, answers: CaseAnswers): readonly OpenCase[] {
  if (holds(condition, answers) !== undefined) return [];
  return questions.flatMap((question): OpenCase[] => {
    const wanted = condition[question.identifier];
    if (wanted === undefined || question.kind !== 'choice' || answers[question.identifier] !== undefined) return [];
    return [{ question: question.text, options: question.options.filter((option) => wanted.includes(option.identifier)).map((option) => option.label) }];
  });
}
