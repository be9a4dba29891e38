import type { ComponentChildren, JSX } from 'preact';
import { CircleQuestionMark, FileText } from 'lucide';
import type { LocalizedText } from '../../model/text.ts';
import { Icon, type IconDrawing } from '../icons/icon.tsx';
import { l, t } from '../i18n/i18n.ts';

/** What can be said of any document, whoever asks for it. */
export interface DocumentFacts {
  readonly title: LocalizedText;
  readonly description?: LocalizedText | undefined;
  /** Identifier of the service whose output it is. */
  readonly outputOf?: string | undefined;
}

/** Where "don't have it? here is how to get it" leads. */
export interface DocumentSource {
  /** Is there a guide for the service whose output a document is? */
  readonly canGet: (service: string) => boolean;
  readonly onGet: (service: string) => void;
}

/** One document: its name, the forms to bring it in, what it is, what is said of it, and the way to get it. */
export function Document({ document, forms, canGet, onGet, children }: DocumentSource & {
  readonly document: DocumentFacts;
  /** In words, each once; empty where no source says it. */
  readonly forms: readonly string[];
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { title, description, outputOf: service } = document;
  return (
    <div class="document">
      <p class="document__title"><Icon of={FileText as IconDrawing} />{l(title)}</p>
      {forms.length === 0 ? null : <p class="document__forms">{forms.map((form) => <span class="document__form" key={form}>{form}</span>)}</p>}
      {description === undefined ? null : <p class="document__note">{l(description)}</p>}
      {children}
      {service === undefined || !canGet(service) ? null : (
        <button type="button" class="button button--help" onClick={() => onGet(service)} aria-label={`${t('guide:dontHave')}: ${l(title)}`}>
          <Icon of={CircleQuestionMark as IconDrawing} />
          {t('guide:dontHave')}
        </button>
      )}
    </div>
  );
}

/** A numbered line of documents, any one of which will do. */
export function DocumentLine({ number, alternatives, children, above }: {
  /** In the digits of the language. */
  readonly number: string;
  readonly alternatives: readonly { readonly key: string; readonly document: JSX.Element }[];
  /** What goes before the documents (a condition). */
  readonly above?: ComponentChildren;
  /** What goes after them. */
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <li class="documents__line">
      <span class="documents__number" aria-hidden="true">{number}</span>
      <div class="documents__body">
        {above}
        {alternatives.length > 1 ? <p class="documents__any">{t('guide:anyOne')}</p> : null}
        {alternatives.map(({ key, document }, at) => (
          <div key={key}>
            {at > 0 ? <p class="documents__or">{t('guide:or')}</p> : null}
            {document}
          </div>
        ))}
        {children}
      </div>
    </li>
  );
}
