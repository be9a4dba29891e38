import type { JSX } from 'preact';
import { Cpu, Network } from 'lucide';
import type { Panel } from '../../api/agent.ts';
import { formatInstant } from '../../model/format.ts';
import { Section } from '../../ui/guide/section.tsx';
import type { IconDrawing } from '../../ui/icons/icon.tsx';
import { language, t } from '../../ui/i18n/i18n.ts';
import { appVersion } from '../app-version.ts';
import { now } from '../content-state.ts';
import { roughTime } from '../screens/machine-checks.ts';
import { Fact } from '../screens/machine-sections.tsx';

const gigabyte = 1_000_000_000;
const tenths = (bytes: number): number => Math.round((bytes / gigabyte) * 10) / 10;
const unitKeys = { seconds: 'office:seconds', minutes: 'office:minutes', hours: 'office:hoursUnit' } as const;
const twoDays = 2 * 86_400;

function timeText(seconds: number): string {
  if (seconds >= twoDays) return t('operator:days', { n: Math.floor(seconds / 86_400) });
  const { unit, value } = roughTime(seconds * 1000);
  return t(unitKeys[unit], { n: value });
}

/** What the agent says of the machine itself. */
export function System({ panel: { machine } }: { readonly panel: Panel }): JSX.Element {
  const room = ({ free, size }: { readonly free: number; readonly size: number }): string => t('operator:freeOf', { free: tenths(free), size: tenths(size) });
  return (
    <Section title={t('operator:system')} icon={Cpu as IconDrawing} class="machine__section">
      <dl class="facts">
        <Fact name={t('operator:packageVersion')}><code>{machine.version}</code></Fact>
        <Fact name={t('operator:appVersion')}><code>{appVersion}</code></Fact>
        <Fact name={t('office:clock')}>
          {formatInstant(now.value, language.value)}
          {machine.clockSynchronized === undefined ? null : <span class="facts__aside">{t(machine.clockSynchronized ? 'operator:clockSet' : 'operator:clockOwn')}</span>}
        </Fact>
        <Fact name={t('operator:uptime')}>{timeText(machine.uptime)}</Fact>
        <Fact name={t('operator:displayStarts')}>{t('office:times', { n: machine.displayStarts })}</Fact>
        <Fact name={t('operator:disk')}>{room(machine.disk)}</Fact>
        <Fact name={t('operator:memory')}>{room(machine.memory)}</Fact>
        {machine.temperature === undefined ? null : <Fact name={t('operator:temperature')}>{t('operator:degrees', { n: Math.round(machine.temperature) })}</Fact>}
        <Fact name={t('operator:keyboards')}>{machine.foreignKeyboards.length === 0 ? t('operator:keyboardsNone') : machine.foreignKeyboards.map((name) => <span key={name} class="operator__line">{name}</span>)}</Fact>
      </dl>
    </Section>
  );
}

/** The machine's network, and whether the agent reaches the hub. */
export function Connection({ panel: { network, hub } }: { readonly panel: Panel }): JSX.Element {
  return (
    <Section title={t('operator:network')} icon={Network as IconDrawing} class="machine__section">
      <dl class="facts">
        <Fact name={t('operator:network')}>{network.length === 0 ? t('operator:networkNone') : network.map((line) => <span key={line} class="operator__line">{line}</span>)}</Fact>
        <Fact name={t('operator:hubAddress')}>{hub.address ?? t('operator:hubNone')}</Fact>
        {hub.address === undefined ? null : (
          <>
            <Fact name={t('operator:enrolled')}>{t(hub.enrolled ? 'operator:enrolledYes' : 'operator:enrolledNo')}</Fact>
            <Fact name={t('operator:answered')}>{hub.answered === undefined ? t('operator:never') : formatInstant(Date.parse(hub.answered), language.value)}</Fact>
            {hub.failure === undefined ? null : <Fact name={t('operator:hubFailure')}>{hub.failure}</Fact>}
          </>
        )}
      </dl>
    </Section>
  );
}
