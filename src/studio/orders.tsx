import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Camera, CloudDownload, Power, RefreshCw } from 'lucide';
import type { OrderAction } from '../api/fleet.ts';
import type { TerminalView } from '../api/staff.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon, type IconDrawing } from '../ui/icons/icon.tsx';
import { t } from '../ui/i18n/i18n.ts';
import { hub } from './hub.ts';
import { noted } from './state.ts';
import { agoText, instantText, officeText, orderText } from './words.ts';

const actions: readonly { readonly action: OrderAction; readonly icon: IconDrawing }[] = [
  { action: 'syncNow', icon: CloudDownload as IconDrawing },
  { action: 'reload', icon: RefreshCw as IconDrawing },
  { action: 'screenshot', icon: Camera as IconDrawing },
  { action: 'restart', icon: Power as IconDrawing },
];

/** Milliseconds between two looks while an order is under way: somebody waits for it. */
const orderPoll = 4_000;

/** What a terminal can be ordered, how the last order went, and the picture that came. */
export function Orders({ terminal, now, onOrdered }: { readonly terminal: TerminalView; readonly now: string; readonly onOrdered: () => void }): JSX.Element {
  const { id, name, office, officeTitle, order, picture } = terminal;
  const [asked, setAsked] = useState(false);
  const [failed, setFailed] = useState(false);
  const underWay = order?.state === 'waiting' || order?.state === 'fetched';
  useEffect(() => {
    if (!underWay) return undefined;
    const timer = setTimeout(onOrdered, orderPoll);
    return () => clearTimeout(timer);
  }, [underWay, now]);
  const give = async (action: OrderAction): Promise<void> => {
    setAsked(false);
    const answer = noted(await hub.order(id, action));
    setFailed(!answer.ok);
    onOrdered();
  };
  return (
    <section class="card card--wide" aria-labelledby="orders">
      <h2 class="card__title" id="orders">{t('studio:orders')}</h2>
      <div class="orders">
        {actions.map(({ action, icon }) => (
          <button key={action} type="button" class="button" onClick={() => (action === 'restart' ? setAsked(true) : void give(action))}>
            <Icon of={icon} />{t(`studio:${action}`)}
          </button>
        ))}
      </div>
      <p class="aside">{t('studio:ordersHint')}</p>
      <p class="form__error" role="alert">{failed ? t('studio:refused') : ''}</p>
      <p class="orders__state" role="status">
        {order === undefined ? '' : <><strong>{t(`studio:${order.action}`)}:</strong> {orderText(order)} <span class="aside">{t('studio:orderBy', { by: order.by, time: agoText(order.at, now) })}</span></>}
      </p>
      {picture === undefined ? null : (
        <figure class="picture">
          <img class="picture__image" key={picture} src={hub.picture(id, picture)} alt={t('studio:picture', { time: instantText(picture) })} />
          <figcaption>{t('studio:picture', { time: `${instantText(picture)} (${agoText(picture, now)})` })} <span class="aside">{t('studio:pictureKept')}</span></figcaption>
        </figure>
      )}
      {!asked ? null : (
        <Dialog label={t('studio:restartAsk')} onClose={() => setAsked(false)}>
          <h2 class="dialog__title">{t('studio:restartAsk')}</h2>
          <p class="dialog__text"><strong>{name}</strong>, {officeText(officeTitle, office)}</p>
          <p class="dialog__text">{t('studio:restartExplained')}</p>
          <div class="dialog__actions">
            <button type="button" class="button" onClick={() => setAsked(false)}>{t('studio:cancel')}</button>
            <button type="button" class="button button--primary" onClick={() => void give('restart')}>{t('studio:restartDo')}</button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
