import type { JSX } from 'preact';
import { TriangleAlert } from '../../ui/icons/core-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { Emblem } from '../../ui/emblem.tsx';
import { l, language, t } from '../../ui/i18n/i18n.ts';
import { Phrases } from '../../ui/phrases.tsx';
import { office } from '../content-state.ts';
import { OfficeChip } from './office-chip.tsx';
import { ribbonText } from './ribbon.tsx';

/** Who speaks here: the office, whether it is open, and what its content is worth. */
export function Header(): JSX.Element {
  const here = office.value;
  const ribbon = ribbonText(language.value);
  return (
    <header class="header">
      <div class="header__office">
        <Emblem class="header__emblem" />
        <p class="header__name"><Phrases text={here === undefined ? t('appName') : l(here.title)} /></p>
        <OfficeChip />
      </div>
      {ribbon === undefined ? null : (
        <p class="ribbon">
          <Icon of={TriangleAlert as IconDrawing} />
          {ribbon}
        </p>
      )}
    </header>
  );
}
