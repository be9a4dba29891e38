import type { JSX } from 'preact';
import { Camera, FileText, QrCode, ScanLine } from 'lucide';
import { candidateCosts } from '../../model/cost.ts';
import type { Language } from '../../model/text.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { take } from '../../ui/i18n/strings/take.ts';
import { QrPicture } from '../../ui/qr-picture.tsx';
import '../../ui/guide/guide.css';
import { contentState, office, today } from '../content-state.ts';
import type { ShownRelease } from '../content/readable.ts';
import { Screen } from '../frame/screen.tsx';
import { eventLines } from '../take/event-text.ts';
import { guideLines } from '../take/guide-text.ts';
import { linkTo } from '../take/link.ts';
import { fitLanguages, type Line } from '../take/lines.ts';
import { checkLink } from '../take/statement.ts';
import { terminal } from '../terminal.ts';
import { planHere } from './event-here.ts';
import type { ScreenProps } from './table.ts';
import './take.css';

addStrings('take', take);

/** A guide's essentials in a QR code that needs no internet. */
export function Take({ place, catalogue }: ScreenProps<'take'>): JSX.Element {
  const service = catalogue.services.get(place.id);
  const release = shownRelease();
  if (service === undefined || release === undefined) return <Screen title={t('guide:serviceGone')}>{null}</Screen>;
  const facts = { service, answers: place.answers ?? {}, today: today.value, pack: catalogue.pack, release, office: office.value };
  const [cost, ...others] = candidateCosts(service.costs, facts.answers, facts.today);
  const proof = (address: string): string | undefined => (cost === undefined || others.length > 0 ? undefined : checkLink(address, service, cost.identifier));
  return <TakePage name={l(service.title)} link={{ screen: 'service', id: service.identifier }} proof={proof} lines={(to) => guideLines(facts, to)} />;
}

/** The way of a life event in a QR code. */
export function TakeEvent({ place, catalogue }: ScreenProps<'take-event'>): JSX.Element {
  const event = catalogue.events.get(place.id);
  const plan = planHere(catalogue, place.id, place.chosen ?? []);
  const release = shownRelease();
  if (event === undefined || plan === undefined || release === undefined) return <Screen title={t('guide:serviceGone')}>{null}</Screen>;
  return <TakePage name={l(event.title)} link={{ screen: 'event', id: event.identifier }} lines={(to) => eventLines(event.title, plan, catalogue.pack, release, to)} />;
}

function shownRelease(): ShownRelease | undefined {
  return contentState.value.kind === 'ready' ? contentState.value.release : undefined;
}

interface TakePageProps {
  readonly name: string;
  readonly link: Parameters<typeof linkTo>[1];
  /** Where a phone checks the fee, given the hub's public address, if there is one fee and it is signed. That page leads on to the guide. */
  readonly proof?: (address: string) => string | undefined;
  readonly lines: (to: Language) => readonly Line[];
}

function TakePage({ name, link, proof, lines }: TakePageProps): JSX.Element {
  const first = language.value;
  const fitted = fitLanguages(lines(first), lines(first === 'km' ? 'en' : 'km'));
  const address = terminal.value.publicAddress;
  const check = address === undefined ? undefined : proof?.(address);
  return (
    <Screen title={t('take:title')} lead={name}>
      <div class={check === undefined ? 'take' : 'take take--check'}>
        <div class="take__code">
          <QrPicture text={fitted.text} label={t('take:codeName')} class="take__qr" />
          {address === undefined || check !== undefined ? null : (
            <div class="take__link">
              <QrPicture text={linkTo(address, link)} label={t('take:linkName')} class="take__qr take__qr--small" />
              <p>{t('take:link')}</p>
            </div>
          )}
        </div>
        <div class="take__how">
          <p class="take__lead">{t('take:lead')}</p>
          <ol class="take__steps">
            <li><Icon of={Camera as IconDrawing} />{t('take:stepCamera')}</li>
            <li><Icon of={ScanLine as IconDrawing} />{t('take:stepPoint')}</li>
            <li><Icon of={FileText as IconDrawing} />{t('take:stepKeep')}</li>
          </ol>
        </div>
        {check === undefined ? null : (
          <section class="take__check">
            <QrPicture text={check} label={t('take:checkName')} class="take__qr take__qr--check" />
            <div>
              <h2 class="take__check-title">{t('take:check')}</h2>
              <p class="take__aside">{t('take:checkNeeds')}</p>
            </div>
          </section>
        )}
        <section class="take__inside">
          <h2 class="guide__heading"><Icon of={QrCode as IconDrawing} />{t('take:inside')}{fitted.both ? <span class="chip">{t('take:bothLanguages')}</span> : null}</h2>
          <p class="take__text">{fitted.text}</p>
          {fitted.shortened ? <p class="guide__caution">{t('take:shortened')}</p> : null}
        </section>
      </div>
    </Screen>
  );
}
