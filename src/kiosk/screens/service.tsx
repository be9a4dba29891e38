import type { JSX } from 'preact';
import { ChevronRight, Megaphone, QrCode, Scale, ShieldCheck } from 'lucide';
import { holds, openCases, type CaseAnswers, type CaseCondition } from '../../model/case.ts';
import { agree, candidateCosts, priceRange, timeOfCase, type Cost } from '../../model/cost.ts';
import { digits, formatDate, formatMoney } from '../../model/format.ts';
import type { IsoDate } from '../../model/identifier.ts';
import { holidaysFor, lastKnownYear } from '../../model/office-hours.ts';
import type { PublicService } from '../../model/public-service.ts';
import { CasePicker } from '../../ui/guide/case-picker.tsx';
import { Conditions } from '../../ui/guide/conditions.tsx';
import { Documents } from '../../ui/guide/documents.tsx';
import { PriceCard } from '../../ui/guide/price-card.tsx';
import { TimeCard } from '../../ui/guide/time-card.tsx';
import { Section } from '../../ui/guide/section.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { asOfText, legalText, validityText } from '../../ui/words.ts';
import { confirmation } from '../confirmation.ts';
import { office, today } from '../content-state.ts';
import type { Catalogue } from '../content/catalogue.ts';
import { Screen } from '../frame/screen.tsx';
import { useSoon } from '../frame/soon.ts';
import { keepCase } from '../session/cases.ts';
import { go, replace } from '../session/session.ts';
import { confirmationText } from './confirmation-text.ts';
import { Steps } from './service-steps.tsx';
import { isCaseHere, Where } from './service-where.tsx';
import { startHere } from './start-here.ts';
import type { ScreenProps } from './table.ts';

/** One service: what you get, what it costs, how long, what to bring, what happens, and who answers for it. */
export function Service({ place, catalogue }: ScreenProps<'service'>): JSX.Element {
  const soon = useSoon();
  const service = catalogue.services.get(place.id);
  if (service === undefined) return <Screen title={t('guide:serviceGone')}>{null}</Screen>;
  const answers = place.answers ?? {};
  const day = today.value;
  const candidates = candidateCosts(service.costs, answers, day);
  const cost = candidates.length === 1 ? candidates[0] : undefined;
  const answer = (question: string, value: string | number): void => {
    const given = { ...answers, [question]: value };
    replace({ ...place, answers: given });
    if (place.station !== undefined) keepCase(place.station, withCounts(service, given));
  };

  return (
    <Screen
      title={l(service.title)}
      lead={service.description === undefined ? undefined : l(service.description)}
      foot={
        <button type="button" class="button button--primary" onClick={() => go({ screen: 'take', id: service.identifier, answers })}>
          <Icon of={QrCode as IconDrawing} />
          {t('guide:take')}
        </button>
      }
    >
      <div class="guide" aria-busy={!soon}>
        <div class="guide__answer">
          <Where service={service} answers={answers} />
          {candidates.length === 0 || agree(candidates) ? <PriceCard costs={candidates} answers={answers} today={day} /> : <Undecided candidates={candidates} />}
          {service.questions.length === 0 ? null : <CasePicker questions={service.questions} costs={service.costs} answers={answers} today={day} onAnswer={answer} />}
          <TimeCard time={timeOfCase(candidates, service.processingTime)} today={day} start={startHere(catalogue)} holidays={holidaysFor(office.value, catalogue.calendar)} lastKnownYear={lastKnownYear(catalogue.calendar)} />
        </div>
        {soon ? <Rest service={service} catalogue={catalogue} answers={answers} cost={cost} /> : null}
      </div>
    </Screen>
  );
}

/** Answers with the ones that the steppers show without a touch. */
function withCounts(service: PublicService, answers: CaseAnswers): CaseAnswers {
  const counts = service.questions.flatMap(({ kind, identifier }) => (kind === 'count' ? [[identifier, 1] as const] : []));
  return { ...Object.fromEntries(counts), ...answers };
}

/** What comes after the answer: papers, conditions, the way, the law, and who answers for it. */
function Rest({ service, catalogue, answers, cost }: { readonly service: PublicService; readonly catalogue: Catalogue; readonly answers: CaseAnswers; readonly cost: Cost | undefined }): JSX.Element {
  const applies = <T extends { readonly appliesTo: CaseCondition }>(items: readonly T[]): readonly T[] => items.filter((item) => holds(item.appliesTo, answers) !== false);
  const asked = applies(service.evidence);
  return (
    <div class="guide__rest">
      <Section title={t('guide:documents')}>
        {asked.length === 0 ? (
          <p class="guide__caution">{t('guide:noDocuments')}</p>
        ) : (
          <Documents evidence={asked} questions={service.questions} answers={answers} canGet={(id) => id !== service.identifier && catalogue.services.has(id)} onGet={(id) => go({ screen: 'service', id })} />
        )}
        {asked.length > 0 && service.certification.documentsMayBeIncomplete ? <p class="guide__caution">{t('guide:documentsCut')}</p> : null}
      </Section>
      {service.requirements.length === 0 && service.audience === undefined ? null : (
        <Section title={t('guide:requirements')}>
          <ul class="plain">
            {service.audience === undefined ? null : <li><strong>{t('guide:whoMay')}</strong> {l(service.audience)}</li>}
            {applies(service.requirements).map((requirement) => (
              <li key={requirement.identifier}>
                <Conditions open={openCases(service.questions, requirement.appliesTo, answers)} />
                {l(requirement.description)}
                {requirement.deadline === undefined ? null : <strong class="guide__deadline">{t('guide:deadline', { n: digits(requirement.deadline.days, language.value), after: l(requirement.deadline.after) })}</strong>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t('guide:steps')}>
        {service.stepsBasis === 'generalPattern' ? <p class="guide__aside">{t('guide:stepsGeneral')}</p> : null}
        <Steps steps={applies(service.steps)} questions={service.questions} answers={answers} counters={isCaseHere(service, answers) ? (office.value?.counters ?? []) : []} />
      </Section>
      <Section title={t('guide:youGet')}>
        <ul class="plain">
          {service.outputs.map((output) => {
            const validity = cost?.validity ?? output.validity;
            return (
              <li key={output.identifier}>
                {l(output.title)}
                {validity === undefined ? null : <span class="guide__aside"> – {t('guide:validity')}: {validityText(validity, language.value)}</span>}
              </li>
            );
          })}
        </ul>
      </Section>
      {catalogue.pack.generalNotes.length === 0 ? null : (
        <Section title={t('guide:goodToKnow')}>
          <ul class="plain">{catalogue.pack.generalNotes.map((note) => <li key={note.en}>{l(note)}</li>)}</ul>
        </Section>
      )}
      <Section title={t('guide:legalBasis')} icon={Scale as IconDrawing}>
        {service.legalResources.length === 0 ? <p>{t('guide:legalUnknown')}</p> : <ul class="plain">{service.legalResources.map((resource) => <li key={resource.identifier}>{legalText(resource, language.value)}{cost?.legalResource === resource.identifier && cost.legalResourceInferred ? <span class="guide__aside"> ({t('guide:legalInferred')})</span> : null}</li>)}</ul>}
      </Section>
      <Section title={t('guide:complaint')} icon={Megaphone as IconDrawing}>
        <ol class="plain">
          {service.recourse === undefined ? null : <li>{l(service.recourse)}</li>}
          {(office.value?.complaintPath.length ?? 0) === 0 ? <li>{l(catalogue.pack.recourse)}</li> : office.value?.complaintPath.map((station) => <li key={station.en}>{l(station)}</li>)}
        </ol>
      </Section>
      <Vouching service={service} catalogue={catalogue} cost={cost} />
      <Related service={service} catalogue={catalogue} />
    </div>
  );
}

/** No case chosen yet: the span of the posted prices, and what to do. */
function Undecided({ candidates }: { readonly candidates: readonly Cost[] }): JSX.Element {
  const range = priceRange(candidates);
  const lang = language.value;
  return (
    <section class="price price--undecided" aria-live="polite">
      <p class="price__label">{t('guide:fee')}</p>
      <p class="price__choose">{t('guide:chooseCase')}</p>
      {range === undefined ? null : <p class="price__range">{t('guide:range', { from: formatMoney(range.from, lang), to: formatMoney(range.to, lang) })}</p>}
    </section>
  );
}

const confidenceKeys = { high: 'guide:confidenceHigh', medium: 'guide:confidenceMedium', low: 'guide:confidenceLow' } as const;

/** Who vouches for this text, from which sources, of which date. */
function Vouching({ service, catalogue, cost }: { readonly service: PublicService; readonly catalogue: Catalogue; readonly cost: Cost | undefined }): JSX.Element {
  const lang = language.value;
  const authority = catalogue.pack.organisations.find((candidate) => candidate.identifier === service.competentAuthority);
  const certified: IsoDate | undefined = service.certification.certifiedOn;
  const sources = cost === undefined ? service.certification.sources : [cost.source, ...service.certification.sources.filter((source) => source.url !== cost.source.url)];
  return (
    <Section title={t('guide:certification')} icon={ShieldCheck as IconDrawing}>
      <ul class="plain">
        {authority === undefined ? null : <li><strong>{t('guide:authority')}</strong> {l(authority.title)}{authority.hotline === undefined ? null : ` – ${digits(authority.hotline, lang)}`}</li>}
        <li>{confirmationText(confirmation.value, authority === undefined ? t('guide:theMinistries') : l(authority.title), lang)}</li>
        <li>{certified === undefined ? t('guide:notCertified') : t('guide:certifiedOn', { date: formatDate(certified, lang, 'short') })}</li>
        {service.certification.khmerWording === 'official' ? null : <li>{t(service.certification.khmerWording === 'ocr' ? 'guide:wordingOcr' : 'guide:wordingComposed')}</li>}
        {sources.map((source, index) => {
          const name = source.title ?? sourceName(source.url);
          return (
            <li key={index} class="guide__source">
              <strong>{t('guide:source')}</strong> {source.asOf === undefined ? name : t('guide:sourceDated', { source: name, asOf: asOfText(source.asOf, lang) })} – {t(confidenceKeys[source.confidence])}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** The site of an address: what a reader can recognise; the whole address stays in the content. */
function sourceName(url: string | undefined): string {
  return url === undefined ? '' : new URL(url).hostname.replace(/^www\./, '');
}

function Related({ service, catalogue }: { readonly service: PublicService; readonly catalogue: Catalogue }): JSX.Element | null {
  const related = service.relatedServices.flatMap((id) => catalogue.services.get(id) ?? []);
  if (related.length === 0) return null;
  return (
    <Section title={t('guide:related')}>
      <div class="list">
        {related.map((other) => (
          <button type="button" class="row" key={other.identifier} onClick={() => go({ screen: 'service', id: other.identifier })}>
            <span class="row__title">{l(other.title)}</span>
            <Icon of={ChevronRight as IconDrawing} />
          </button>
        ))}
      </div>
    </Section>
  );
}
