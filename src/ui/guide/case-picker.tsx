import type { JSX } from 'preact';
import { Minus, Plus } from 'lucide';
import type { CaseAnswers, CaseQuestion } from '../../model/case.ts';
import { agree, candidateCosts, type Cost } from '../../model/cost.ts';
import { digits } from '../../model/format.ts';
import type { IsoDate } from '../../model/identifier.ts';
import { Icon, type IconDrawing } from '../icons/icon.tsx';
import { l, language, t } from '../i18n/i18n.ts';
import { AmountTag } from './amount-tag.tsx';

/**
 * A question or two that pick the citizen's case. An option whose price is
 * already clear shows it, so that nobody has to try them all.
 */
export function CasePicker({ questions, costs, answers, today, onAnswer }: {
  readonly questions: readonly CaseQuestion[];
  readonly costs: readonly Cost[];
  readonly answers: CaseAnswers;
  readonly today: IsoDate;
  readonly onAnswer: (question: string, answer: string | number) => void;
}): JSX.Element {
  return (
    <div class="cases">
      {questions.map((question) =>
        question.kind === 'choice' ? (
          <div class="case" role="radiogroup" aria-labelledby={`q-${question.identifier}`} key={question.identifier}>
            <h2 class="case__question" id={`q-${question.identifier}`}>{l(question.text)}</h2>
            <div class="case__options">
              {question.options.map((option) => {
                const left = candidateCosts(costs, { ...answers, [question.identifier]: option.identifier }, today);
                const [only] = agree(left) ? left : [];
                return (
                  <button
                    type="button"
                    role="radio"
                    key={option.identifier}
                    class="button button--choice case__option"
                    aria-checked={answers[question.identifier] === option.identifier}
                    onClick={() => onAnswer(question.identifier, option.identifier)}
                  >
                    <span class="case__dot" aria-hidden="true" />
                    <span class="case__label">{l(option.label)}</span>
                    {only === undefined ? null : <AmountTag amount={only.amount} />}
                  </button>
                );
              })}
            </div>
          </div>
        ) : (
          <Count key={question.identifier} question={question} value={Number(answers[question.identifier] ?? 1)} onAnswer={(value) => onAnswer(question.identifier, value)} />
        ),
      )}
    </div>
  );
}

function Count({ question, value, onAnswer }: {
  readonly question: Extract<CaseQuestion, { kind: 'count' }>;
  readonly value: number;
  readonly onAnswer: (value: number) => void;
}): JSX.Element {
  const unit = value > 1 && language.value === 'en' ? (question.unitPlural ?? question.unit.en) : l(question.unit);
  return (
    <div class="case" role="group" aria-labelledby={`q-${question.identifier}`}>
      <h2 class="case__question" id={`q-${question.identifier}`}>{l(question.text)}</h2>
      <div class="count">
        <button type="button" class="button count__button" aria-label={t('guide:fewer')} disabled={value <= 1} onClick={() => onAnswer(value - 1)}><Icon of={Minus as IconDrawing} /></button>
        <output class="count__value" aria-live="polite"><strong>{digits(value, language.value)}</strong> {unit}</output>
        <button type="button" class="button count__button" aria-label={t('guide:moreOf')} disabled={value >= question.max} onClick={() => onAnswer(value + 1)}><Icon of={Plus as IconDrawing} /></button>
      </div>
    </div>
  );
}
