import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { caseConditionSchema, caseQuestionSchema, holds, openCases, type CaseQuestion } from '../../src/model/case.ts';

const text = { km: 'ទំហំ', en: 'Size' };

describe('a condition', () => {
  it('without questions always holds', () => {
    expect(holds({}, {})).toBe(true);
    expect(holds({}, { size: 'big' })).toBe(true);
  });

  it('is open until its question is answered, then holds or not', () => {
    const condition = { size: ['small', 'medium'] };
    expect(holds(condition, {})).toBeUndefined();
    expect(holds(condition, { size: 'medium' })).toBe(true);
    expect(holds(condition, { size: 'big' })).toBe(false);
  });

  it('fails on one wrong answer even while another question is open', () => {
    const condition = { nationality: ['citizen'], size: ['small'] };
    expect(holds(condition, { nationality: 'foreigner' })).toBe(false);
    expect(holds(condition, { size: 'big' })).toBe(false);
    expect(holds(condition, { nationality: 'citizen' })).toBeUndefined();
  });

  it('takes no answer from what every object inherits', () => {
    expect(holds({ constructor: ['x'] }, {})).toBeUndefined();
    expect(holds({ 'to-string': ['x'] }, {})).toBeUndefined();
  });

  it('never turns from false to true by answering more', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const option = fc.constantFrom('x', 'y', 'z');
    fc.assert(
      fc.property(fc.dictionary(key, fc.array(option, { minLength: 1 })), fc.dictionary(key, option), key, option, (condition, answers, question, answer) => {
        if (Object.hasOwn(answers, question)) return;
        const before = holds(condition, answers);
        const after = holds(condition, { ...answers, [question]: answer });
        if (before !== undefined) expect(after).toBe(before);
      }),
    );
  });
});

describe('an author', () => {
  it('is told of a condition without options and of a choice with one', () => {
    expect(v.safeParse(caseConditionSchema, { size: [] }).success).toBe(false);
    const one = { kind: 'choice', identifier: 'size', text, options: [{ identifier: 'big', label: text }] };
    expect(v.safeParse(caseQuestionSchema, one).success).toBe(false);
    expect(v.safeParse(caseQuestionSchema, { ...one, options: [...one.options, { identifier: 'small', label: text }] }).success).toBe(true);
  });

  it('is told of a count that cannot count', () => {
    const count = { kind: 'count', identifier: 'sheets', text, unit: text };
    for (const max of [0, 1, 1.5, 1_000]) expect(v.safeParse(caseQuestionSchema, { ...count, max }).success).toBe(false);
    expect(v.safeParse(caseQuestionSchema, { ...count, max: 20 }).success).toBe(true);
  });
});

describe('what waits for an answer', () => {
  const option = (identifier: string) => ({ identifier, label: { km: 'ក', en: identifier } });
  const questions: readonly CaseQuestion[] = [
    { kind: 'choice', identifier: 'size', text, options: [option('small'), option('medium'), option('big')] },
    { kind: 'count', identifier: 'sheets', text, unit: text, max: 9 },
  ];

  it('is told with its question and the answers it waits for', () => {
    expect(openCases(questions, { size: ['small', 'big'] }, {})).toEqual([{ question: text, options: [option('small').label, option('big').label] }]);
  });

  it('is nothing once the answer decides, or where nothing is asked', () => {
    expect(openCases(questions, { size: ['small'] }, { size: 'small' })).toEqual([]);
    expect(openCases(questions, { size: ['small'] }, { size: 'big' })).toEqual([]);
    expect(openCases(questions, {}, {})).toEqual([]);
  });
});
