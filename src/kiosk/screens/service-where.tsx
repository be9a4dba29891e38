import type { JSX } from 'preact';
import { MapPin } from 'lucide';
import { holds, openCases, type CaseAnswers, type CaseQuestion } from '../../model/case.ts';
import { isWindowAt, type Channel } from '../../model/channel.ts';
import type { PublicService } from '../../model/public-service.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { officeText, openCaseText } from '../../ui/words.ts';
import { office } from '../content-state.ts';

/** Where it can be asked for in this case. */
function channelsOf(service: PublicService, answers: CaseAnswers): readonly Channel[] {
  return service.channels.filter((channel) => holds(channel.appliesTo, answers) !== false);
}

/** Can this case be asked for in the office where the terminal stands? */
export function isCaseHere(service: PublicService, answers: CaseAnswers): boolean {
  return office.value !== undefined && channelsOf(service, answers).some((channel) => isWindowAt(channel, office.value?.level));
}

/** Where to ask for it: here, or at which other office. */
export function Where({ service, answers }: { readonly service: PublicService; readonly answers: CaseAnswers }): JSX.Element {
  const channels = channelsOf(service, answers);
  const here = isCaseHere(service, answers);
  return (
    <section class={`where ${here ? 'where--here' : 'where--elsewhere'}`}>
      <p class="where__head"><Icon of={MapPin as IconDrawing} />{t(here ? 'guide:hereOffice' : 'guide:notHere')}</p>
      {here ? null : <Elsewhere channels={channels} questions={service.questions} answers={answers} />}
      {channels.filter((channel) => channel.online !== undefined).map((channel) => <p key={channel.online}>{t('guide:online')}: <span class="where__address">{channel.online}</span></p>)}
    </section>
  );
}

/** The other places; of several, whether any one will do or the case decides. */
function Elsewhere({ channels, questions, answers }: { readonly channels: readonly Channel[]; readonly questions: readonly CaseQuestion[]; readonly answers: CaseAnswers }): JSX.Element | null {
  const lang = language.value;
  const places = channels.map((channel) => ({
    name: channel.place === undefined ? officeText(channel.level, lang) : l(channel.place),
    only: openCases(questions, channel.appliesTo, answers).map((open) => openCaseText(open, lang)),
  }));
  const [first, ...others] = places;
  if (first === undefined) return null;
  if (others.length === 0) return <p>{t('guide:goTo', { place: first.name })}</p>;
  return (
    <>
      <p>{t(places.every(({ only }) => only.length > 0) ? 'guide:goToCase' : 'guide:goToAny')}</p>
      <ul class="plain">{places.map(({ name, only }) => <li key={name}>{[name, ...only].join(' – ')}</li>)}</ul>
    </>
  );
}
