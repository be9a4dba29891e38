import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Camera, CameraOff, CircleCheck } from 'lucide';
import { standardFormat } from '../../model/registration-code.ts';
import { Section } from '../../ui/guide/section.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, t } from '../../ui/i18n/i18n.ts';
import { status } from '../../ui/i18n/strings/status.ts';
import '../screens/status.css';
import { readReceipt } from '../scan/receipt.ts';
import { staff } from '../session/staff.ts';
import { CameraView } from '../status/camera-view.tsx';
import { terminal } from '../terminal.ts';

addStrings('status', status);

/**
 * The camera as a citizen has it: the live picture, and whether a code is read.
 * What the code says is not shown: it may be somebody's receipt.
 */
export function CameraTest(): JSX.Element {
  const [on, setOn] = useState(false);
  const [read, setRead] = useState<'cameraReadReceipt' | 'cameraReadOther' | undefined>(undefined);

  useEffect(() => {
    if (!on) return;
    staff.value = 'camera';
    return () => {
      if (staff.peek() === 'camera') staff.value = 'panel';
    };
  }, [on]);

  const seen = (text: string): void => setRead(readReceipt(text, terminal.peek().registrationCode ?? standardFormat).ok ? 'cameraReadReceipt' : 'cameraReadOther');
  return (
    <Section title={t('operator:camera')} icon={Camera as IconDrawing} class="operator__camera">
      <button type="button" class="button" onClick={() => { setRead(undefined); setOn(!on); }}>
        <Icon of={(on ? CameraOff : Camera) as IconDrawing} />
        {t(on ? 'operator:cameraStop' : 'operator:cameraStart')}
      </button>
      <div role="status">
        {read === undefined ? null : (
          <div class="operator__result">
            <Icon of={CircleCheck as IconDrawing} />
            <p>{t(`operator:${read}`)}</p>
          </div>
        )}
      </div>
      {on ? (
        <>
          <CameraView onRead={seen} onBlind={() => undefined} />
          <p class="facts__aside">{t('operator:cameraHint')}</p>
        </>
      ) : null}
    </Section>
  );
}
