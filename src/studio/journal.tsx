import type { JSX } from 'preact';
import type { JournalEntry } from '../api/staff.ts';
import { t } from '../ui/i18n/i18n.ts';
import { hub } from './hub.ts';
import { useLook } from './poll.ts';
import { instantText } from './words.ts';

function byText(by: string): string {
  return by === 'console' ? t('studio:byConsole') : by === 'terminal' ? t('studio:byTerminal') : by;
}

function actionText({ action, order }: JournalEntry): string {
  return action === 'ordered' && order !== undefined ? t('studio:orderedEntry', { order: t(`studio:${order}`) }) : t(`studio:${action}Entry`);
}

/** Who did what. */
export function Journal(): JSX.Element {
  const { value } = useLook(hub.journal, 'journal');
  return (
    <>
      <h1 class="page__title">{t('studio:journal')}</h1>
      <p>{t('studio:journalLead')}</p>
      {value === undefined ? <p role="status">{t('studio:loading')}</p> : value.length === 0 ? <p class="empty">{t('studio:journalEmpty')}</p> : (
        <ul class="journal">
          {value.map((entry, index) => (
            <li key={`${entry.at} ${index}`} class="journal__entry">
              <span class="aside">{instantText(entry.at)}</span>
              <span><strong>{byText(entry.by)}</strong> {actionText(entry)}{entry.about === entry.by ? '' : `: ${entry.about}`}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
