import type { JSX } from 'preact';
import { Dialog } from '../../ui/dialog.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { idleTimes } from '../session/idle.ts';
import { wipe } from '../session/session.ts';

/** Says that the visit is about to end and what will be cleared. */
export function IdleWarning({ seconds, onStay }: { readonly seconds: number; readonly onStay: () => void }): JSX.Element {
  return (
    <Dialog label={t('idleTitle')} onClose={onStay}>
      <h2 class="dialog__title">{t('idleTitle')}</h2>
      <p class="dialog__text">{t('idleText', { seconds })}</p>
      <progress class="countdown" max={idleTimes.warning / 1000} value={seconds} aria-label={t('idleTitle')} />
      <div class="dialog__actions">
        <button type="button" class="button button--primary button--wide" onClick={onStay}>{t('idleStay')}</button>
        <button type="button" class="button button--quiet button--wide" onClick={wipe}>{t('startOver')}</button>
      </div>
    </Dialog>
  );
}
