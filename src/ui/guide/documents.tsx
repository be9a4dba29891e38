import type { JSX } from 'preact';
import { holds, openCases, type CaseAnswers, type CaseQuestion } from '../../model/case.ts';
import type { LinkedEvidence } from '../../model/evidence.ts';
import { digits } from '../../model/format.ts';
import { l, language } from '../i18n/i18n.ts';
import { documentForms } from '../words.ts';
import { Conditions } from './conditions.tsx';
import { Document, DocumentLine, type DocumentSource } from './document.tsx';

/**
 * The papers to bring in this case, one line each, with their form and count,
 * alternatives and conditions. What waits for an answer says for which.
 */
export function Documents({ evidence, questions, answers, canGet, onGet }: DocumentSource & {
  readonly evidence: readonly LinkedEvidence[];
  readonly questions: readonly CaseQuestion[];
  readonly answers: CaseAnswers;
}): JSX.Element {
  const lang = language.value;
  return (
    <ol class="documents">
      {evidence.filter((line) => holds(line.appliesTo, answers) !== false).map((line, index) => (
        <DocumentLine
          key={index}
          number={digits(index + 1, lang)}
          above={<Conditions text={line.condition} open={openCases(questions, line.appliesTo, answers)} />}
          alternatives={line.anyOf.map((need) => ({
            key: need.type,
            document: (
              <Document document={need} forms={documentForms(need, lang)} canGet={canGet} onGet={onGet}>
                {need.note === undefined ? null : <p class="document__note">{l(need.note)}</p>}
              </Document>
            ),
          }))}
        />
      ))}
    </ol>
  );
}
