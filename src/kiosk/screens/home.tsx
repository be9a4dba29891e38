import type { JSX } from 'preact';
import { FileSearch, HeartHandshake, Landmark, ScanQrCode, Tags } from '../../ui/icons/core-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { ScrollArea } from '../frame/scroll-area.tsx';
import { go, type Place } from '../session/session.ts';

/** The five ways in. It needs no content, so it works from the first moment. */
export function Home(): JSX.Element {
  return (
    <main class="home">
      <ScrollArea>
        <h1 class="home__question">{t('homeQuestion')}</h1>
        <div class="home__tiles">
          <Tile to={{ screen: 'find' }} icon={FileSearch as IconDrawing} title={t('findService')} hint={t('findServiceHint')} main />
          <Tile to={{ screen: 'prices' }} icon={Tags as IconDrawing} title={t('priceList')} hint={t('priceListHint')} />
          <Tile to={{ screen: 'status' }} icon={ScanQrCode as IconDrawing} title={t('checkApplication')} hint={t('checkApplicationHint')} />
          <Tile to={{ screen: 'events' }} icon={HeartHandshake as IconDrawing} title={t('lifeEvents')} hint={t('lifeEventsHint')} />
          <Tile to={{ screen: 'office' }} icon={Landmark as IconDrawing} title={t('aboutOffice')} hint={t('aboutOfficeHint')} />
        </div>
      </ScrollArea>
    </main>
  );
}

function Tile({ to, icon, title, hint, main = false }: {
  readonly to: Place;
  readonly icon: IconDrawing;
  readonly title: string;
  readonly hint: string;
  readonly main?: boolean;
}): JSX.Element {
  const id = `tile-${to.screen}`;
  return (
    <button type="button" class={`tile ${main ? 'tile--main' : ''}`} onClick={() => go(to)} aria-labelledby={id} aria-describedby={`${id}-hint`}>
      <span class="tile__icon"><Icon of={icon} /></span>
      <span class="tile__text">
        <span class="tile__title" id={id}>{title}</span>
        <span class="tile__hint" id={`${id}-hint`}>{hint}</span>
      </span>
    </button>
  );
}
