import type { JSX } from 'preact';
import { ChevronRight, Search as SearchIcon } from 'lucide';
import { levels } from '../../model/channel.ts';
import type { PublicService } from '../../model/public-service.ts';
import { contentIcon } from '../../ui/icons/content-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { find } from '../../ui/i18n/strings/find.ts';
import { levelText, officeText } from '../../ui/words.ts';
import { office } from '../content-state.ts';
import type { Catalogue } from '../content/catalogue.ts';
import { Screen } from '../frame/screen.tsx';
import { useSoon } from '../frame/soon.ts';
import { servicesByLevel, servicesByTopic } from '../lists.ts';
import { go, replace, textSize } from '../session/session.ts';
import { isHere, ServiceRow } from './service-row.tsx';
import type { ScreenProps } from './table.ts';
import './find.css';

addStrings('find', find);

/** Rows and tiles of the first picture: what a panel shows. */
const firstRows = 8;

/** Find a service: type it, or look by topic, by office or by life event. */
export function Find({ place, catalogue }: ScreenProps<'find'>): JSX.Element {
  if (place.key !== undefined) return place.by === 'level' ? <OfLevel level={place.key} catalogue={catalogue} /> : <OfTopic topic={place.key} catalogue={catalogue} />;
  const by = place.by ?? 'topic';
  // In large type they are taller than what would be left for the list.
  const scrolls = textSize.value > 2;
  const tools = (
    <div class="find__tools">
      <button type="button" class="find__field" onClick={() => go({ screen: 'search' })} aria-label={t('search')}>
        <Icon of={SearchIcon as IconDrawing} />
        <span>
          {t('find:typeHere')}
          <small class="find__example">{t('find:typeHint')}</small>
        </span>
      </button>
      <div class="segments" role="group" aria-label={t('find:ways')}>
        <button type="button" class="button button--choice segments__one" aria-pressed={by === 'topic'} onClick={() => replace({ screen: 'find', by: 'topic' })}>{t('find:byTopic')}</button>
        <button type="button" class="button button--choice segments__one" aria-pressed={by === 'level'} onClick={() => replace({ screen: 'find', by: 'level' })}>{t('find:byOffice')}</button>
        <button type="button" class="button button--choice segments__one" onClick={() => go({ screen: 'events' })}>{t('lifeEvents')}</button>
      </div>
    </div>
  );
  return (
    <Screen title={t('findService')} tools={scrolls ? undefined : tools}>
      {scrolls ? tools : null}
      {by === 'topic' ? <Topics catalogue={catalogue} /> : <Levels catalogue={catalogue} />}
    </Screen>
  );
}

function Topics({ catalogue }: { readonly catalogue: Catalogue }): JSX.Element {
  const soon = useSoon();
  const byTopic = servicesByTopic(catalogue, language.value);
  return (
    <div class="topics" aria-busy={!soon}>
      {catalogue.pack.topics.filter((topic) => byTopic.has(topic.identifier)).slice(0, soon ? undefined : firstRows).map((topic) => (
        <button type="button" class="row topics__topic" key={topic.identifier} onClick={() => go({ screen: 'find', by: 'topic', key: topic.identifier })}>
          <span class="row__icon"><Icon of={contentIcon(topic.icon)} /></span>
          <span class="row__body">
            <span class="row__title">{l(topic.title)}</span>
            <span class="row__hint">{topic.description === undefined ? t('find:services', { count: byTopic.get(topic.identifier)?.length ?? 0 }) : l(topic.description)}</span>
          </span>
        </button>
      ))}
    </div>
  );
}

function Levels({ catalogue }: { readonly catalogue: Catalogue }): JSX.Element {
  const byLevel = servicesByLevel(catalogue, language.value);
  const own = office.value?.level;
  const ordered = own === undefined ? levels : [own, ...levels.filter((level) => level !== own)];
  return (
    <div class="list">
      {ordered.map((level) => (
        <button type="button" class={`row ${level === own ? 'row--own' : ''}`} key={level} onClick={() => go({ screen: 'find', by: 'level', key: level })}>
          <span class="row__icon"><Icon of={contentIcon('office')} /></span>
          <span class="row__body">
            {level === own ? <span class="row__hint">{t('find:thisOffice')}</span> : null}
            <span class="row__title">{level === own && office.value !== undefined ? l(office.value.title) : officeText(level, language.value)}</span>
            <span class="row__hint">{t('find:services', { count: (byLevel.get(level) ?? []).filter((service) => level !== own || isHere(service)).length })}</span>
          </span>
          <Icon of={ChevronRight as IconDrawing} />
        </button>
      ))}
    </div>
  );
}

/** The services of a topic: those of this office first; the others say where to go. */
function OfTopic({ topic, catalogue }: { readonly topic: string; readonly catalogue: Catalogue }): JSX.Element {
  const services = servicesByTopic(catalogue, language.value).get(topic) ?? [];
  const here = services.filter(isHere);
  const elsewhere = services.filter((service) => !isHere(service));
  const title = catalogue.pack.topics.find((candidate) => candidate.identifier === topic)?.title;
  return (
    <Screen title={title === undefined ? t('find:nothing') : l(title)} lead={t('find:services', { count: services.length })}>
      <Groups groups={[{ heading: t('find:atThisOffice'), services: here }, { heading: t('find:elsewhere'), services: elsewhere }]} />
    </Screen>
  );
}

/** The services of an office level, by topic. Of this office's own level those that another body gives (the police post) come last. */
function OfLevel({ level, catalogue }: { readonly level: string; readonly catalogue: Catalogue }): JSX.Element {
  const known = levels.find((candidate) => candidate === level) ?? 'commune';
  const all = servicesByLevel(catalogue, language.value).get(known) ?? [];
  const own = office.value?.level === known;
  const services = own ? all.filter(isHere) : all;
  return (
    <Screen title={own ? t('find:thisOffice') : levelText(known, language.value)} lead={own ? t('find:services', { count: services.length }) : t('guide:goTo', { place: officeText(known, language.value) })}>
      <Groups
        groups={[
          ...catalogue.pack.topics.map((topic) => ({ heading: l(topic.title), services: services.filter((service) => service.thematicArea === topic.identifier) })),
          ...(own ? [{ heading: t('find:elsewhere'), services: all.filter((service) => !isHere(service)) }] : []),
        ]}
      />
    </Screen>
  );
}

interface ServiceGroup {
  readonly heading: string;
  readonly services: readonly PublicService[];
}

/** Services under headings; at first as many rows as a panel shows. */
function Groups({ groups }: { readonly groups: readonly ServiceGroup[] }): JSX.Element {
  const soon = useSoon();
  let left = soon ? Infinity : firstRows;
  return (
    <div class="groups" aria-busy={!soon}>
      {groups.map(({ heading, services }) => {
        const shown = services.slice(0, left);
        left -= shown.length;
        return shown.length === 0 ? null : (
          <section class="group" key={heading}>
            <h2 class="group__heading">{heading}</h2>
            <div class="list">{shown.map((service) => <ServiceRow key={service.identifier} service={service} />)}</div>
          </section>
        );
      })}
    </div>
  );
}
