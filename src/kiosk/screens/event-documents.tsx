import type { JSX } from 'preact';
import { FileCheck } from 'lucide';
import { digits } from '../../model/format.ts';
import { isConditional, type DocumentUse, type PlanDocument, type PlanNeed } from '../../model/event-documents.ts';
import type { EventPlan } from '../../model/event-plan.ts';
import { Document, DocumentLine, type DocumentSource } from '../../ui/guide/document.tsx';
import { Section } from '../../ui/guide/section.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { documentForms } from '../../ui/words.ts';
import { numbersText, useConditions } from '../../ui/event-words.ts';

/** The papers of the whole way, each asked for once, and what the way itself gives. */
export function EventDocuments({ plan, canGet, onGet }: DocumentSource & { readonly plan: EventPlan }): JSX.Element {
  const lang = language.value;
  return (
    <>
      <Section title={t('events:documents')}>
        {plan.documents.length === 0 ? null : <p class="guide__aside">{t('events:documentsOnce')}</p>}
        {plan.documents.length === 0 && plan.documentsUnsure.length === 0 ? <p>{t('events:documentsNone')}</p> : null}
        {plan.documents.length === 0 ? null : (
          <ol class="documents">
            {plan.documents.map((line, index) => <Line key={line.anyOf.map((need) => need.type).join(' ')} number={index + 1} line={line} canGet={canGet} onGet={onGet} />)}
          </ol>
        )}
        {plan.documentsUnsure.length === 0 ? null : <p class="guide__caution">{t('events:documentsUnsure', { count: plan.documentsUnsure.length, numbers: numbersText(plan.documentsUnsure, lang) })}</p>}
      </Section>
      {plan.obtained.length === 0 ? null : (
        <Section title={t('events:obtained')}>
          <p class="guide__aside">{t('events:obtainedHint')}</p>
          <ul class="event__obtained">
            {plan.obtained.map((document) => (
              <li key={`${document.type} ${String(document.certifiedCopy)}`}>
                <p class="document__title"><Icon of={FileCheck as IconDrawing} />{document.certifiedCopy ? `${l(document.title)} (${t('guide:certifiedCopy')})` : l(document.title)}</p>
                <p class="document__note">{t('events:obtainedIn', { from: document.from })} – {t('events:neededIn', { count: document.uses.length, numbers: numbersText(document.uses, lang) })}</p>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Line({ number, line, canGet, onGet }: DocumentSource & { readonly number: number; readonly line: PlanDocument }): JSX.Element {
  const uses = <Uses line={line} />;
  const several = line.anyOf.length > 1;
  return (
    <DocumentLine
      number={digits(number, language.value)}
      alternatives={line.anyOf.map((need) => ({
        key: need.type,
        document: <Document document={need} forms={formsOf(need)} canGet={canGet} onGet={onGet}>{several ? null : uses}</Document>,
      }))}
    >
      {several ? uses : null}
    </DocumentLine>
  );
}

function formsOf(need: PlanNeed): readonly string[] {
  return [...new Set(need.forms.flatMap((form) => documentForms(form, language.value)))];
}

/** Which steps ask for it; with what each says of it, where they say anything. */
function Uses({ line }: { readonly line: PlanDocument }): JSX.Element {
  const lang = language.value;
  const plain = line.uses.filter((use) => !isConditional(use) && details(line, use).length === 0);
  return (
    <ul class="event__uses">
      {plain.length === 0 ? null : <li><strong>{t('events:stepNumbers', { count: plain.length, numbers: numbersText(plain.map((use) => use.station), lang) })}</strong></li>}
      {line.uses.filter((use) => !plain.includes(use)).map((use, index) => (
        <li key={index} class={isConditional(use) ? 'event__use--if' : undefined}>
          <strong>{t('events:stepNumber', { n: use.station })}</strong>{details(line, use).map((detail) => ` – ${detail}`).join('')}
          {isConditional(use) ? <span class="event__condition"><strong>{t('guide:onlyIf')}</strong> {useConditions(use, lang).join(' – ')}</span> : null}
        </li>
      ))}
    </ul>
  );
}

/** What a step says of the document, besides its condition. */
function details(line: PlanDocument, use: DocumentUse): readonly string[] {
  const lang = language.value;
  if (line.anyOf.length > 1) {
    const notes = use.needs.flatMap((need) => (need.note === undefined ? [] : [`${l(need.title)}: ${l(need.note)}`]));
    // One note for all alternatives is said once.
    return use.notes.length === 1 && notes.length === line.anyOf.length ? use.notes.map((note) => l(note)) : notes;
  }
  // The forms stand under the title already; by step they only help where there are several.
  const forms = line.uses.length > 1 ? [...new Set(use.needs.flatMap((need) => documentForms(need, lang)))] : [];
  return [...(forms.length === 0 ? [] : [forms.join(', ')]), ...use.notes.map((note) => l(note))];
}
