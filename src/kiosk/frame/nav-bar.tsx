import type { JSX } from 'preact';
import { Accessibility, ArrowLeft, House, Languages, RotateCcw } from '../../ui/icons/core-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { language, t } from '../../ui/i18n/i18n.ts';
import { back, canGoBack, go, here, setLanguage, wipe } from '../session/session.ts';

/** The controls that never move: back, home, language, view, start over. */
export function NavBar({ onView }: { readonly onView: () => void }): JSX.Element {
  const other = language.value === 'km' ? 'en' : 'km';
  return (
    <nav class="nav" aria-label={t('navigation')}>
      <NavButton icon={ArrowLeft as IconDrawing} label={t('back')} disabled={!canGoBack()} onClick={back} />
      <NavButton icon={House as IconDrawing} label={t('home')} current={here().screen === 'home'} onClick={() => go({ screen: 'home' })} />
      <NavButton icon={Languages as IconDrawing} label={t('otherLanguage')} lang={other} onClick={() => setLanguage(other)} strong />
      <NavButton icon={Accessibility as IconDrawing} label={t('view')} onClick={onView} />
      <NavButton icon={RotateCcw as IconDrawing} label={t('startOver')} onClick={wipe} />
    </nav>
  );
}

function NavButton({ icon, label, onClick, disabled = false, current = false, strong = false, lang }: {
  readonly icon: IconDrawing;
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly current?: boolean;
  readonly strong?: boolean;
  readonly lang?: string;
}): JSX.Element {
  return (
    <button type="button" class={`nav__button ${strong ? 'nav__button--strong' : ''}`} disabled={disabled} aria-current={current ? 'page' : undefined} onClick={onClick}>
      <Icon of={icon} />
      <span lang={lang}>{label}</span>
    </button>
  );
}
