import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CircleAlert, CircleCheck, RefreshCw } from 'lucide';
import type { Result } from '../../model/result.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { recentReports } from '../content/reports.ts';
import { Screen } from '../frame/screen.tsx';
import { checkHub, groupReports, lookAtDevice, type Device, type HubAnswer, type HubFault } from './machine-checks.ts';
import { Content, Hub, Identity, Parts, Reports } from './machine-sections.tsx';
import type { ScreenProps } from './table.ts';

/** The operator's view: which machine this is, what it shows, whether the hub answers, and what it has to report. */
export function Machine(_: ScreenProps<'machine'>): JSX.Element {
  const [hub, setHub] = useState<Result<HubAnswer, HubFault> | undefined>(undefined);
  const [device, setDevice] = useState<Device | undefined>(undefined);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let gone = false;
    setHub(undefined);
    void checkHub().then((answer) => (gone ? undefined : setHub(answer)));
    void lookAtDevice().then((seen) => (gone ? undefined : setDevice(seen)));
    return () => {
      gone = true;
    };
  }, [round]);
  const groups = groupReports(recentReports.value);
  const fault = hub !== undefined && (!hub.ok || hub.value.ahead !== 0) || device?.worker === 'none' || groups.some((group) => group.code !== 'contentHealed');

  return (
    <Screen
      title={t('office:machineTitle')}
      lead={t('office:machineLead')}
    >
      <div class="machine">
        <div class="machine__head">
          <p class={`machine__verdict ${fault ? 'machine__verdict--fault' : ''}`} role="status">
            <Icon of={(fault ? CircleAlert : CircleCheck) as IconDrawing} />
            {t(hub === undefined ? 'office:checking' : fault ? 'office:needsCare' : 'office:allWell')}
          </p>
          <button type="button" class="button" disabled={hub === undefined} onClick={() => setRound(round + 1)}>
            <Icon of={RefreshCw as IconDrawing} />
            {t('office:checkAgain')}
          </button>
        </div>
        <Identity />
        <Content />
        <Hub answer={hub} />
        <Parts device={device} />
        <Reports groups={groups} />
      </div>
    </Screen>
  );
}
