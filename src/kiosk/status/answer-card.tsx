import type { JSX } from 'preact';
import { Banknote, CheckCheck, CircleX, FileClock, FileWarning, Inbox, Loader, PackageCheck, type IconNode } from 'lucide';
import type { Application, ApplicationState } from '../../model/application.ts';
import type { CounterRole } from '../../model/channel.ts';
import { digits, formatDate, formatInstant } from '../../model/format.ts';
import type { LocalizedText } from '../../model/text.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { counterText } from '../../ui/words.ts';
import type { Catalogue } from '../content/catalogue.ts';
import { go } from '../session/session.ts';

const icons: Readonly<Record<ApplicationState, IconNode>> = {
  received: Inbox,
  checking: FileClock,
  awaitingPayment: Banknote,
  inProgress: Loader,
  readyToCollect: PackageCheck,
  collected: CheckCheck,
  documentsMissing: FileWarning,
  refused: CircleX,
};

const nextKeys = {
  received: 'status:nextReceived',
  checking: 'status:nextChecking',
  awaitingPayment: 'status:nextAwaitingPayment',
  inProgress: 'status:nextInProgress',
  readyToCollect: 'status:nextReadyToCollect',
  collected: 'status:nextCollected',
  documentsMissing: 'status:nextDocumentsMissing',
  refused: 'status:nextRefused',
} as const;

/** The way through the office, as far as every application takes it. */
const way = ['received', 'checking', 'awaitingPayment', 'inProgress', 'readyToCollect', 'collected'] as const;

/** At which counter something is to be done now or next, and what. */
function errand(state: ApplicationState): { readonly label: 'status:collectAt' | 'status:thenCollectAt' | 'status:bringTo' | 'status:payAt'; readonly role: CounterRole } | undefined {
  if (state === 'inProgress') return { label: 'status:thenCollectAt', role: 'collection' };
  if (state === 'readyToCollect') return { label: 'status:collectAt', role: 'collection' };
  if (state === 'documentsMissing') return { label: 'status:bringTo', role: 'information' };
  if (state === 'awaitingPayment') return { label: 'status:payAt', role: 'cashier' };
  return undefined;
}

/** How far it is, from 0: in the steps that the office counts, where it says so, so that words and bar count the same. */
function progressOf({ state, step }: Application): { readonly at: number; readonly of: number } | undefined {
  if (step !== undefined) return { at: step.number - 1, of: step.of };
  const at = way.indexOf(state as (typeof way)[number]);
  return at < 0 ? undefined : { at, of: way.length };
}

/** The title of an evidence type, from whichever service names it. */
function evidenceTitle(type: string, catalogue: Catalogue): LocalizedText | undefined {
  for (const service of catalogue.services.values()) {
    for (const line of service.evidence) for (const need of line.anyOf) if (need.type === type) return need.title;
  }
  return undefined;
}

/** The state of one application, in few words and without a person in it. */
export function AnswerCard({ application, asOf, fresh, clockWrong, catalogue }: {
  readonly application: Application;
  readonly asOf: number;
  readonly fresh: boolean;
  readonly clockWrong: boolean;
  readonly catalogue: Catalogue;
}): JSX.Element {
  const lang = language.value;
  const { state } = application;
  const service = catalogue.services.get(application.service);
  const office = catalogue.offices.get(application.office);
  const place = errand(state);
  const counter = place === undefined ? undefined : (office?.counters.find((candidate) => candidate.number === application.counter) ?? office?.counters.find((candidate) => candidate.roles.includes(place.role)));
  const progress = progressOf(application);
  return (
    <article class={`answer answer--${state}`}>
      {fresh ? null : <p class="answer__old">{t('status:lastKnown')}</p>}
      <div class="answer__state">
        <span class="answer__icon"><Icon of={icons[state] as IconDrawing} /></span>
        <div>
          <p class="answer__name">{t(`status:${state}`)}</p>
          {application.step === undefined ? null : <p class="answer__step">{t('status:step', { k: application.step.number, n: application.step.of })}</p>}
          <p class="answer__asof">{t('status:asOf', { time: formatInstant(asOf, lang) })}</p>
        </div>
      </div>
      {progress === undefined ? null : (
        <ol class="way" aria-hidden="true">
          {Array.from({ length: progress.of }, (_, index) => <li key={index} class={`way__station ${index < progress.at ? 'way__station--done' : index === progress.at ? 'way__station--now' : ''}`} />)}
        </ol>
      )}
      <p class="answer__next">{t(nextKeys[state])}</p>
      {application.refusal === undefined ? null : <p class="answer__next"><strong>{t(`status:refusal-${application.refusal}`)}</strong></p>}
      {application.missing.length === 0 ? null : (
        <section>
          <h2 class="answer__heading">{t('status:missing')}</h2>
          <ul class="plain answer__missing">
            {application.missing.map((type) => {
              const title = evidenceTitle(type, catalogue);
              return <li key={type}>{title === undefined ? t('status:askCounter') : l(title)}</li>;
            })}
          </ul>
        </section>
      )}
      <dl class="answer-facts">
        {place === undefined ? null : (
          <div class="answer-facts__fact answer-facts__fact--big">
            <dt>{t(place.label)}</dt>
            <dd>{application.counter === undefined && counter === undefined ? counterText(place.role, lang) : t('guide:counterNumber', { number: digits(application.counter ?? counter?.number ?? '', lang) })}{counter === undefined ? null : <small> {l(counter.title)}</small>}</dd>
            {office === undefined ? null : <dd class="answer-facts__office">{l(office.title)}</dd>}
          </div>
        )}
        {application.readyOn === undefined || state === 'collected' || state === 'refused' ? null : (
          <div class="answer-facts__fact"><dt>{t(state === 'readyToCollect' ? 'status:ready' : 'status:expected')}</dt><dd>{formatDate(application.readyOn, lang)}</dd></div>
        )}
        <div class="answer-facts__fact"><dt>{t('status:service')}</dt><dd>{service === undefined ? t('status:otherService') : l(service.title)}</dd></div>
      </dl>
      {clockWrong ? <p class="guide__caution">{t('status:clockWrong')}</p> : null}
      {state === 'refused' ? <button type="button" class="button" onClick={() => go({ screen: 'office' })}>{t('status:howToComplain')}</button> : null}
    </article>
  );
}
