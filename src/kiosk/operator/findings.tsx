import type { JSX } from 'preact';
import type { Examination, FindingStatus } from '../../api/agent.ts';
import { t } from '../../ui/i18n/i18n.ts';

/** What an examination comes to in one sentence. Warnings alone are no fault. */
export function examinedWords({ looked, findings, left }: Examination): { readonly good: boolean; readonly text: () => string } {
  const count = (status: FindingStatus): number => findings.filter((one) => one.status === status).length;
  // What is left over are the least pressing ones.
  const [faults, unknowns, warnings] = [count('fault'), count('unknown'), count('warning') + left];
  if (faults + unknowns > 0) return { good: false, text: () => t('operator:examinedBad', { faults, unknowns, warnings }) };
  return { good: true, text: () => (warnings > 0 ? t('operator:examinedWarned', { n: warnings }) : t('operator:examinedWell', { n: looked })) };
}

const names = { fault: 'operator:findingFault', unknown: 'operator:findingUnknown', warning: 'operator:findingWarning' } as const satisfies Readonly<Record<FindingStatus, string>>;

/** Each thing that is not well, with what to do. The doctor speaks English, as all of the technician's commands. */
export function Findings({ of: { findings, left } }: { readonly of: Examination }): JSX.Element | null {
  if (findings.length === 0) return null;
  return (
    <div class="operator__findings">
      <p class="facts__aside">{t('operator:examinedHint')}</p>
      <ul class="machine__reports">
        {findings.map(({ check, status, says, mend }, index) => (
          <li key={index} class={`operator__finding operator__finding--${status}`}>
            <p class="machine__what"><span class="operator__status">{t(names[status])}</span> · <span lang="en">{check}</span></p>
            <p lang="en">{says}</p>
            <p><strong>{t('office:whatToDo')}</strong> <span lang="en">{mend}</span></p>
          </li>
        ))}
      </ul>
      {left === 0 ? null : <p>{t('operator:examinedMore', { n: left })}</p>}
    </div>
  );
}
