import type { ComponentChildren, JSX } from 'preact';
import { Camera, CircleCheck, Database, Network, ScrollText } from 'lucide';
import { formatDate, formatInstant } from '../../model/format.ts';
import type { Result } from '../../model/result.ts';
import type { Language } from '../../model/text.ts';
import { rootVersionOf } from '../../trust/release.ts';
import { Section } from '../../ui/guide/section.tsx';
import type { IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, l, language, t } from '../../ui/i18n/i18n.ts';
import { faults } from '../../ui/i18n/strings/faults.ts';
import { office as strings } from '../../ui/i18n/strings/office.ts';
import './machine.css';
import { pending } from '../content/content.ts';
import { contentState, lastConfirmed, now, office } from '../content-state.ts';
import { terminal } from '../terminal.ts';
import { hubPatience, roughTime, type Device, type HubAnswer, type HubFault, type ReportGroup } from './machine-checks.ts';

addStrings('office', strings);
addStrings('faults', faults);

/*
 * What a machine has to say of itself: the parts of the technical screen, of
 * which the operator's panel on a terminal shows some, too.
 */

/** One line: what, and how it is. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Which machine this is. */
export function Identity(): JSX.Element {
  const lang = language.value;
  const { kiosk, office: code, diagonal } = terminal.value;
  return (
    <Section title={t('office:machine')} icon={CircleCheck as IconDrawing} class="machine__section">
      <dl class="facts">
        <Fact name={t('office:kiosk')}><code>{kiosk}</code></Fact>
        <Fact name={t('office:officeRow')}><code>{code}</code>{office.value === undefined ? ` – ${t('office:unknown')}` : ` ${l(office.value.title)}`}</Fact>
        <Fact name={t('office:clock')}>{formatInstant(now.value, lang)}</Fact>
        <Fact name={t('office:screenSize')}>{t('office:screenValue', { width: innerWidth, height: innerHeight, diagonal })}</Fact>
      </dl>
    </Section>
  );
}

/** What it shows, and what that is worth. */
export function Content(): JSX.Element {
  const lang = language.value;
  const state = contentState.value;
  return (
    <Section title={t('office:content')} icon={Database as IconDrawing} class="machine__section">
      {state.kind !== 'ready' ? <p>{t('contentUnavailable')}</p> : (
        <dl class="facts">
          <Fact name={t('office:versionCode')}><code>{state.release.versionCode}</code></Fact>
          <Fact name={t('office:release')}><code>{state.release.edition}</code></Fact>
          <Fact name={t('office:signatures')}>{t(state.release.demonstration ? 'office:signedDemonstration' : 'office:signedRoot', { n: rootVersionOf(state.release.version) })}</Fact>
          <Fact name={t('office:editedOn')}>{formatDate(state.release.editedOn, lang, 'short')}</Fact>
          <Fact name={t('office:confirmed')}>
            {lastConfirmed.value === undefined ? t('office:neverConfirmed') : formatInstant(lastConfirmed.value, lang)}
            {pending.value ? <span class="facts__aside">{t('office:pendingYes')}</span> : null}
          </Fact>
        </dl>
      )}
    </Section>
  );
}

const unitKeys = { seconds: 'office:seconds', minutes: 'office:minutes', hours: 'office:hoursUnit' } as const;

function clockText(ahead: number): string {
  if (ahead === 0) return t('office:clockSame');
  const { unit, value } = roughTime(ahead);
  return t(ahead > 0 ? 'office:clockAhead' : 'office:clockBehind', { time: t(unitKeys[unit], { n: value }) });
}

const faultKeys = { unreachable: 'office:hubUnreachable', wrong: 'office:hubWrong', tooSlow: 'office:hubTooSlow' } as const;

/** Whether the hub answers. */
export function Hub({ answer }: { readonly answer: Result<HubAnswer, HubFault> | undefined }): JSX.Element {
  return (
    <Section title={t('office:hub')} icon={Network as IconDrawing} class="machine__section">
      <dl class="facts" aria-live="polite">
        <Fact name={t('office:hubState')}>{answer === undefined ? t('office:checking') : answer.ok ? t('office:hubReached', { ms: answer.value.took }) : t(faultKeys[answer.error], { s: hubPatience / 1000 })}</Fact>
        {answer?.ok === true ? (
          <>
            <Fact name={t('office:clockDifference')}>{clockText(answer.value.ahead)}</Fact>
            <Fact name={t('office:hubRelease')}>{answer.value.health.release === null ? t('office:hubNoRelease') : <code>{answer.value.health.release}</code>}</Fact>
            <Fact name={t('office:hubVersion')}><code>{answer.value.health.version}</code></Fact>
          </>
        ) : null}
      </dl>
    </Section>
  );
}

const workerKeys = { active: 'office:workerActive', waiting: 'office:workerWaiting', installing: 'office:workerInstalling', none: 'office:workerNone' } as const;
const megabyte = 1_000_000;

function cameraText(device: Device): string {
  if (device.cameraDenied) return t('office:cameraDenied');
  if (device.cameras === undefined) return t('office:cameraUnknown');
  return device.cameras === 0 ? t('office:cameraNone') : t('office:cameraReady', { n: device.cameras });
}

/** Camera, service worker and storage, as the browser sees them. */
export function Parts({ device }: { readonly device: Device | undefined }): JSX.Element {
  const storage = device?.storage;
  return (
    <Section title={t('office:device')} icon={Camera as IconDrawing} class="machine__section">
      {device === undefined ? <p>{t('office:checking')}</p> : (
        <dl class="facts">
          <Fact name={t('office:camera')}>{cameraText(device)}</Fact>
          <Fact name={t('office:appOffline')}>{t(workerKeys[device.worker])}</Fact>
          {storage === undefined ? null : (
            <Fact name={t('office:storage')}>
              {t('office:storageUse', { used: Math.ceil(storage.used / megabyte), quota: Math.floor(storage.quota / megabyte) })}
              <span class="facts__aside">{t(storage.kept ? 'office:storageKept' : 'office:storageMayGo')}</span>
            </Fact>
          )}
        </dl>
      )}
    </Section>
  );
}

/** What it has to report, and what to do about it. */
export function Reports({ groups }: { readonly groups: readonly ReportGroup[] }): JSX.Element {
  const lang: Language = language.value;
  return (
    <Section title={t('office:reports')} icon={ScrollText as IconDrawing} class="machine__section">
      {groups.length === 0 ? <p>{t('office:reportsNone')}</p> : (
        <ul class="machine__reports">
          {groups.map(({ code, latest, count }) => (
            <li key={code}>
              <p class="machine__when">{formatInstant(Date.parse(latest.at), lang)}{count > 1 ? ` · ${t('office:times', { n: count })}` : ''}</p>
              <p class="machine__what">{t(`faults:${code}`)}</p>
              <p><strong>{t('office:whatToDo')}</strong> {t(`faults:${code}Do`)}</p>
              <p class="machine__detail">{code}{latest.detail === '' ? '' : ` · ${latest.detail}`}</p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
