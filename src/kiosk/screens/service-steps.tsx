import type { JSX } from 'preact';
import { openCases, type CaseAnswers, type CaseQuestion } from '../../model/case.ts';
import type { CounterRole } from '../../model/channel.ts';
import { digits } from '../../model/format.ts';
import type { Counter } from '../../model/office.ts';
import type { Step } from '../../model/public-service.ts';
import { Conditions } from '../../ui/guide/conditions.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { counterText } from '../../ui/words.ts';

/** What happens, in order: who does it, at which counter, and what is in hand afterwards. */
export function Steps({ steps, questions, answers, counters }: {
  readonly steps: readonly Step[];
  readonly questions: readonly CaseQuestion[];
  readonly answers: CaseAnswers;
  /** Those of the office where it happens; empty for another office, whose counters nobody here knows. */
  readonly counters: readonly Counter[];
}): JSX.Element {
  const lang = language.value;
  if (steps.length === 0) return <p>{t('guide:stepsUnknown')}</p>;
  return (
    <ol class="steps">
      {steps.map((step, index) => (
        <li class="steps__step" key={index}>
          <span class="steps__number" aria-hidden="true">{digits(index + 1, lang)}</span>
          <div>
            <Conditions open={openCases(questions, step.appliesTo, answers)} />
            <p>{l(step.title)}</p>
            {step.actor === 'office' ? <p class="steps__actor">{t('guide:actorOffice')}</p> : null}
            {step.counter === undefined ? null : <p class="steps__where">{whereText(step.counter, counters)}</p>}
            {step.place === undefined ? null : <p class="steps__where">{l(step.place)}</p>}
            {step.receives === undefined ? null : <p class="steps__receives">{t('guide:receives', { what: l(step.receives) })}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Where a step happens. The back office is where citizens do not go: the counter that answers for it would mislead them. */
function whereText(role: CounterRole, counters: readonly Counter[]): string {
  const counter = role === 'backOffice' ? undefined : counters.find((candidate) => candidate.roles.includes(role));
  return counter === undefined ? counterText(role, language.value) : `${t('guide:counterNumber', { number: digits(counter.number, language.value) })} – ${l(counter.title)}`;
}
