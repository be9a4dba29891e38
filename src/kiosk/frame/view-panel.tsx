import type { JSX } from 'preact';
import { Dialog } from '../../ui/dialog.tsx';
import { X } from '../../ui/icons/core-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { contrast, reach, setContrast, setReach, setTextSize, textSize, type TextSize } from '../session/session.ts';

/** Text size, contrast and reach, for this visit. */
export function ViewPanel({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const high = contrast.value === 'high';
  const low = reach.value === 'low';
  return (
    <Dialog label={t('viewTitle')} onClose={onClose} class="dialog--panel">
      <h2 class="dialog__title">{t('textSize')}</h2>
      <div class="sizes" role="group" aria-label={t('textSize')}>
        {([1, 2, 3, 4] as const).map((size: TextSize) => (
          <button type="button" key={size} class="button button--choice" aria-pressed={textSize.value === size} onClick={() => setTextSize(size)}>
            <span class={`sizes__sample sizes__sample--${size}`} aria-hidden="true">កA</span>
            <span class="sizes__name">{t(`textSize${size}`)}</span>
          </button>
        ))}
      </div>
      <button type="button" class="button button--choice switch" aria-pressed={high} onClick={() => setContrast(high ? 'normal' : 'high')}>
        <span>{t('contrast')}</span>
        <span class="switch__state">{t(high ? 'on' : 'off')}</span>
      </button>
      <button type="button" class="button button--choice switch switch--reach" aria-pressed={low} onClick={() => setReach(low ? 'normal' : 'low')}>
        <span>
          {t('reach')}
          <small class="switch__hint">{t('reachHint')}</small>
        </span>
        <span class="switch__state">{t(low ? 'on' : 'off')}</span>
      </button>
      <button type="button" class="button button--primary button--wide" onClick={onClose}>
        <Icon of={X as IconDrawing} />
        {t('close')}
      </button>
    </Dialog>
  );
}
