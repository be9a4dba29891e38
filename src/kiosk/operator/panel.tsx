import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { CircleAlert, CircleCheck, Languages, ScrollText, X } from 'lucide';
import type { Panel as PanelFacts } from '../../api/agent.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/guide/section.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { language, t } from '../../ui/i18n/i18n.ts';
import { recentReports } from '../content/reports.ts';
import { now } from '../content-state.ts';
import { ScrollArea } from '../frame/scroll-area.tsx';
import { groupReports, lookAtDevice, type Device } from '../screens/machine-checks.ts';
import { Content, Identity, Parts, Reports } from '../screens/machine-sections.tsx';
import { setLanguage } from '../session/session.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { Actions } from './actions.tsx';
import { readPanel } from './agent-client.ts';
import { CameraTest } from './camera-test.tsx';
import { machineFaults } from './faults.ts';
import { Connection, System } from './machine-facts.tsx';

/** Milliseconds without a touch after which the panel closes, and for how long before that it says so. */
export const panelTimes = { stays: 120_000, warning: 20_000, refresh: 5_000 } as const;

/** Closes an untouched panel. @returns seconds left while it is about to close */
function useIdle(busy: boolean, close: () => void): number | undefined {
  const [left, setLeft] = useState<number | undefined>(undefined);
  const touched = useRef(steadyNow());
  useEffect(() => {
    touched.current = steadyNow();
    const touch = (): void => { touched.current = steadyNow(); };
    const timer = setInterval(() => {
      if (busy) touch();
      const rest = panelTimes.stays - (steadyNow() - touched.current);
      if (rest <= 0) close();
      else setLeft(rest <= panelTimes.warning ? Math.ceil(rest / 1000) : undefined);
    }, 500);
    for (const name of ['pointerdown', 'keydown'] as const) addEventListener(name, touch, true);
    return () => {
      clearInterval(timer);
      for (const name of ['pointerdown', 'keydown'] as const) removeEventListener(name, touch, true);
    };
  }, [busy]);
  return left;
}

/** What the agent says, asked anew every few seconds: a stick that is plugged in shows by itself. */
function useFacts(token: string, onClosed: () => void): { readonly facts: PanelFacts | undefined; readonly silent: boolean } {
  const [facts, setFacts] = useState<PanelFacts | undefined>(undefined);
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const look = async (): Promise<void> => {
      const answer = await readPanel(token);
      if (gone) return;
      if (answer.ok) setFacts(answer.value);
      else if (answer.error === 'closed') return onClosed();
      setSilent(!answer.ok);
      timer = setTimeout(() => void look(), panelTimes.refresh);
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [token]);
  return { facts, silent };
}

/** The operator's panel: how this machine is, what is wrong with it, and what can be done from here. */
export function Panel({ token, onClose }: { readonly token: string; readonly onClose: () => void }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [device, setDevice] = useState<Device | undefined>(undefined);
  const left = useIdle(busy, onClose);
  const { facts, silent } = useFacts(token, onClose);
  const other = language.value === 'km' ? 'en' : 'km';
  const onBusy = useCallback(setBusy, []);
  useEffect(() => {
    let gone = false;
    void lookAtDevice().then((seen) => (gone ? undefined : setDevice(seen)));
    return () => {
      gone = true;
    };
  }, []);

  return (
    <Dialog label={t('operator:title')} onClose={onClose} class="operator">
      <header class="operator__head">
        <div class="operator__name">
          <h1 class="operator__title">{t('operator:title')}</h1>
          <p class="operator__which" role="status">{left === undefined ? (facts === undefined ? '' : `${facts.terminal} · ${facts.office}`) : t('operator:closesIn', { n: left })}</p>
        </div>
        <button type="button" class="button operator__tool" onClick={() => setLanguage(other)}>
          <Icon of={Languages as IconDrawing} />
          <span lang={other}>{t('otherLanguage')}</span>
        </button>
        <button type="button" class="button operator__tool" disabled={busy} onClick={onClose}>
          <Icon of={X as IconDrawing} />
          {t('close')}
        </button>
      </header>
      <ScrollArea>
        <div class="machine">
          <Actions token={token} stick={facts?.stick} onBusy={onBusy} onClosed={onClose} />
          <Faults facts={facts} silent={silent} />
          {facts === undefined ? null : <System panel={facts} />}
          <Content />
          {facts === undefined ? null : <Connection panel={facts} />}
          <Identity />
          <Parts device={device} />
          <CameraTest />
          <Reports groups={groupReports(recentReports.value)} />
        </div>
      </ScrollArea>
    </Dialog>
  );
}

function Faults({ facts, silent }: { readonly facts: PanelFacts | undefined; readonly silent: boolean }): JSX.Element {
  const found = facts === undefined ? [] : machineFaults(facts, now.value);
  const well = found.length === 0 && !silent;
  return (
    <Section title={t('operator:faults')} icon={ScrollText as IconDrawing} class="operator__faults">
      {silent ? <p class="operator__result operator__result--bad"><Icon of={CircleAlert as IconDrawing} />{t('operator:agentSilent')}</p> : null}
      {facts === undefined ? (silent ? null : <p>{t('office:checking')}</p>) : null}
      {facts !== undefined && well ? <p class="operator__result"><Icon of={CircleCheck as IconDrawing} />{t('operator:faultsNone')}</p> : null}
      {found.length === 0 ? null : (
        <ul class="machine__reports">
          {found.map((fault) => (
            <li key={fault}>
              <p class="machine__what">{t(`operator:${fault}`)}</p>
              <p><strong>{t('office:whatToDo')}</strong> {t(`operator:${fault}Do`)}</p>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
