import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CircleAlert, CircleCheck, LockOpen, Monitor, Power, RefreshCw, Stethoscope, Usb } from 'lucide';
import type { Examination, PanelAction } from '../../api/agent.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/guide/section.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { digits } from '../../model/format.ts';
import { language, t } from '../../ui/i18n/i18n.ts';
import { contentState } from '../content-state.ts';
import { applyPending, checkForUpdate, lastAnswered } from '../content/content.ts';
import { act } from './agent-client.ts';
import { examinedWords, Findings } from './findings.tsx';

/** What staff can start here; all but `syncNow` is done by the agent. */
type Action = 'syncNow' | Exclude<PanelAction, 'closePanel'>;
/** Actions after which this screen is gone: asked about once more. */
type Final = 'restartDisplay' | 'restartMachine' | 'release';

/** How an action went, as a sentence to be put in the language on screen. */
interface Said {
  readonly good: boolean;
  readonly text: () => string;
  /** Technical, English. */
  readonly detail?: string;
  readonly examination?: Examination;
}

function edition(): number | undefined {
  const state = contentState.peek();
  return state.kind === 'ready' ? state.release.edition : undefined;
}

/** Asks for new content and shows it at once: nobody is at the kiosk but staff. @returns whether there was an answer */
async function sync(): Promise<boolean> {
  const before = lastAnswered.peek();
  await checkForUpdate();
  // It may be on its way already: the attract screen behind the panel takes it in by itself.
  await applyPending();
  return lastAnswered.peek() !== before;
}

const plain = (good: boolean, key: 'syncFailed' | 'agentGone' | 'done' | 'importedPlain' | 'notPossible'): Said => ({ good, text: () => t(`operator:${key}`) });
const withEdition = (good: boolean, key: 'syncSame' | 'syncNew' | 'imported' | 'importedNotShown', number: number): Said => ({ good, text: () => t(`operator:${key}`, { edition: digits(number, language.value) }) });

async function perform(token: string, action: Action): Promise<Said | 'closed'> {
  const before = edition();
  if (action === 'syncNow') {
    const answered = await sync();
    const after = edition();
    if (!answered || after === undefined) return plain(false, 'syncFailed');
    return withEdition(true, after === before ? 'syncSame' : 'syncNew', after);
  }
  const answer = await act(token, action);
  if (!answer.ok) return answer.error === 'closed' ? 'closed' : plain(false, 'agentGone');
  const { value } = answer;
  if (value.result === 'failed') return { good: false, text: () => t(`operator:${value.code}`), detail: value.detail };
  if (action === 'examine') return value.examination === undefined ? plain(false, 'notPossible') : { ...examinedWords(value.examination), examination: value.examination };
  if (action !== 'importStick') return plain(true, 'done');
  await sync();
  const came = value.edition;
  if (came === undefined) return plain(true, 'importedPlain');
  const shown = (): boolean => (edition() ?? -1) >= came;
  // The question may have been under way already when the stick was read, and know nothing of it.
  if (!shown()) await sync();
  return shown() ? withEdition(true, 'imported', came) : withEdition(false, 'importedNotShown', came);
}

const finals = [
  ['restartDisplay', Monitor],
  ['restartMachine', Power],
  ['release', LockOpen],
] as const;

/** What staff can have done, one thing at a time, and how it went. */
export function Actions({ token, stick, onBusy, onClosed }: {
  readonly token: string;
  /** A stick with something to import is plugged in; undefined: not known. */
  readonly stick: boolean | undefined;
  /** Something is being done that must not be cut off. */
  readonly onBusy: (busy: boolean) => void;
  /** The agent has forgotten this panel. */
  readonly onClosed: () => void;
}): JSX.Element {
  const [doing, setDoing] = useState<Action | undefined>(undefined);
  const [asked, setAsked] = useState<Final | undefined>(undefined);
  const [said, setSaid] = useState<Said | undefined>(undefined);

  const start = async (action: Action): Promise<void> => {
    setAsked(undefined);
    setSaid(undefined);
    setDoing(action);
    onBusy(true);
    const result = await perform(token, action);
    setDoing(undefined);
    onBusy(false);
    if (result === 'closed') onClosed();
    else setSaid(result);
  };

  const busy = doing !== undefined;
  return (
    <Section title={t('operator:actions')} icon={Power as IconDrawing} class="operator__actions">
      <div class="operator__said" role="status">
        {doing === undefined ? null : <Busy action={doing} />}
        {said === undefined ? null : (
          <div class={`operator__result ${said.good ? '' : 'operator__result--bad'}`}>
            <Icon of={(said.good ? CircleCheck : CircleAlert) as IconDrawing} />
            <p>{said.text()}{said.detail === undefined || said.detail === '' ? null : <span class="facts__aside">{said.detail}</span>}</p>
          </div>
        )}
      </div>
      {said?.examination === undefined ? null : <Findings of={said.examination} />}
      <div class="operator__buttons">
        <button type="button" class="button button--primary" disabled={busy} onClick={() => void start('syncNow')}>
          <Icon of={RefreshCw as IconDrawing} />
          {t('operator:syncNow')}
        </button>
        <button type="button" class="button button--primary" disabled={busy} onClick={() => void start('importStick')}>
          <Icon of={Usb as IconDrawing} />
          <span>{t('operator:importStick')}{stick === undefined ? null : <span class="operator__hint">{t(stick ? 'operator:stickIn' : 'operator:stickOut')}</span>}</span>
        </button>
        <button type="button" class="button button--primary operator__examine" disabled={busy} onClick={() => void start('examine')}>
          <Icon of={Stethoscope as IconDrawing} />
          {t('operator:examine')}
        </button>
        {finals.map(([action, icon]) => (
          <button key={action} type="button" class="button" disabled={busy} onClick={() => setAsked(action)}>
            <Icon of={icon as IconDrawing} />
            {t(`operator:${action}`)}
          </button>
        ))}
      </div>
      {asked === undefined ? null : (
        <Dialog label={t(`operator:${asked}`)} onClose={() => setAsked(undefined)}>
          <h2 class="dialog__title">{t(`operator:${asked}`)}</h2>
          <p class="dialog__text">{t(`operator:${asked}Ask`)}{asked === 'release' ? ` ${t('operator:releaseDanger')}` : ''}</p>
          <div class="dialog__actions">
            <button type="button" class="button button--wide" onClick={() => setAsked(undefined)}>{t('operator:cancel')}</button>
            <button type="button" class="button button--primary button--wide" onClick={() => void start(asked)}>{t(`operator:${asked}`)}</button>
          </div>
        </Dialog>
      )}
    </Section>
  );
}

/** Actions that take long, whose seconds are counted. */
const counted = { importStick: 'operator:importing', examine: 'operator:examining' } as const;

/** What is being done, for how long already. A stick may take minutes, and nobody can tell how many. */
function Busy({ action }: { readonly action: Action }): JSX.Element {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const began = Date.now();
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - began) / 1000)), 500);
    return () => clearInterval(timer);
  }, []);
  const text = action === 'importStick' || action === 'examine' ? t(counted[action], { n: seconds }) : t(action === 'syncNow' ? 'operator:syncing' : 'operator:working');
  return (
    <div class="operator__busy">
      <p>{text}</p>
      <progress class="operator__progress" aria-label={t('operator:working')} />
    </div>
  );
}
