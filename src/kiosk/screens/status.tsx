import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { CircleAlert, Eraser, Keyboard, RotateCcw, ScanQrCode } from 'lucide';
import type { RegistrationCode } from '../../model/registration-code.ts';
import { isStandardFormat, makeRegistrationCode, printRegistrationCode, standardFormat } from '../../model/registration-code.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { addStrings, language, t } from '../../ui/i18n/i18n.ts';
import { status } from '../../ui/i18n/strings/status.ts';
import '../../ui/guide/guide.css';
import { report } from '../content/reports.ts';
import { Screen } from '../frame/screen.tsx';
import { readReceipt } from '../scan/receipt.ts';
import { listenForUsbScanner } from '../scan/usb-scanner.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { AnswerCard } from '../status/answer-card.tsx';
import { askStatus, askTimes, type StatusAnswer } from '../status/ask.ts';
import { CameraView } from '../status/camera-view.tsx';
import { CodeEntry } from '../status/code-entry.tsx';
import { terminal } from '../terminal.ts';
import type { ScreenProps } from './table.ts';
import './status.css';

addStrings('status', status);

/** An answer stays on screen for this long without a touch, in ms. */
const answerStays = 30_000;

/** Shows what a code of the standard format looks like; drawn from no real receipt. */
const example = makeRegistrationCode('990101', [0.35, 0.9, 0.75, 0.55, 0.6, 0.65, 0.7, 0.45]);

type Complaint = 'notAReceipt' | 'mistyped' | 'wrongOffice';

/** Check my application: scan, or type; the answer; and gone again. */
export function Status({ catalogue }: ScreenProps<'status'>): JSX.Element {
  const [entry, setEntry] = useState<'camera' | 'type'>('camera');
  /** There is no picture: the code is typed right here. */
  const [blind, setBlind] = useState(false);
  /** Kept here, so that a camera that comes or goes takes nothing away that somebody is typing. */
  const [typed, setTyped] = useState('');
  const [complaint, setComplaint] = useState<Complaint | undefined>(undefined);
  const [asking, setAsking] = useState<'no' | 'asking' | 'slow'>('no');
  const [answer, setAnswer] = useState<StatusAnswer | undefined>(undefined);
  const code = useRef<RegistrationCode | undefined>(undefined);
  const format = terminal.value.registrationCode ?? standardFormat;
  /** Counts questions, so that the answer to an abandoned one is dropped. */
  const turn = useRef(0);

  const clear = (): void => {
    turn.current += 1;
    code.current = undefined;
    setAnswer(undefined);
    setAsking('no');
    setComplaint(undefined);
    setTyped('');
  };

  const ask = async (about: RegistrationCode): Promise<void> => {
    const mine = ++turn.current;
    code.current = about;
    setComplaint(undefined);
    setAnswer(undefined);
    setAsking('asking');
    const slow = setTimeout(() => {
      if (turn.current === mine) setAsking('slow');
    }, askTimes.slow);
    const found = await askStatus(about, { fetch: (...args) => fetch(...args), now: () => Date.now(), kiosk: terminal.value.kiosk });
    clearTimeout(slow);
    if (turn.current !== mine) return;
    if (found.kind === 'cannotCheck') report(found.reason === 'badAnswer' ? 'hubAnswerInvalid' : 'hubUnreachable', `status ${found.reason}`);
    if (found.kind === 'known' && found.clockWrong) report('clockWrong', 'status');
    setAsking('no');
    setAnswer(found);
  };

  const scanned = (text: string): void => {
    // A question under way is waited for; an answer is not. It bears no code: whoever scans next would take it for their own.
    if (code.current !== undefined && answer === undefined) return;
    const receipt = readReceipt(text, format);
    if (receipt.ok) {
      void ask(receipt.value);
      return;
    }
    if (answer !== undefined) clear();
    setComplaint(receipt.error.code === 'checkDigits' ? 'mistyped' : receipt.error.code);
  };
  const onScan = useRef(scanned);
  onScan.current = scanned;
  useEffect(() => listenForUsbScanner({ target: window, onRead: (text) => onScan.current(text) }), []);
  useEffect(() => () => { turn.current += 1; }, []);

  if (answer !== undefined || asking !== 'no') {
    return (
      <Screen
        title={t('checkApplication')}
        foot={
          <>
            {answer !== undefined && answer.kind !== 'unknown' && !(answer.kind === 'known' && answer.fresh) ? (
              <button type="button" class="button button--primary" onClick={() => { if (code.current !== undefined) void ask(code.current); }}>
                <Icon of={RotateCcw as IconDrawing} />
                {t('status:again')}
              </button>
            ) : null}
            <button type="button" class={`button ${answer?.kind === 'known' || answer?.kind === 'unknown' ? 'button--primary' : ''}`} onClick={clear}>
              <Icon of={(answer?.kind === 'known' ? Eraser : ScanQrCode) as IconDrawing} />
              {t(answer?.kind === 'known' ? 'status:clearNow' : 'status:another')}
            </button>
          </>
        }
      >
        <div aria-live="polite">
          {answer === undefined ? (
            <div class="verdict">
              <p class="verdict__text">{t('status:asking')}</p>
              {asking === 'slow' ? <p>{t('status:askingSlow')}</p> : null}
            </div>
          ) : answer.kind === 'known' ? (
            <AnswerCard {...answer} catalogue={catalogue} />
          ) : (
            <div class="verdict">
              <Icon of={CircleAlert as IconDrawing} />
              <p class="verdict__text">{answer.kind === 'unknown' ? t('status:unknown') : answer.kind === 'tooMany' ? t('status:tooMany', { n: answer.seconds }) : t('status:cannotCheck')}</p>
              <p>{t(answer.kind === 'unknown' ? 'status:unknownHint' : 'status:cannotCheckHint')}</p>
            </div>
          )}
        </div>
        {answer === undefined ? null : <Vanish after={answerStays} onGone={clear} />}
      </Screen>
    );
  }

  return (
    <Screen
      title={t('checkApplication')}
      lead={t('status:lead')}
      foot={
        entry === 'camera' && (blind || typed !== '') ? undefined : (
          <button type="button" class="button" onClick={() => { setComplaint(undefined); setBlind(false); setTyped(''); setEntry(entry === 'camera' ? 'type' : 'camera'); }}>
            <Icon of={(entry === 'camera' ? Keyboard : ScanQrCode) as IconDrawing} />
            {t(entry === 'camera' ? 'status:typeCode' : 'status:useCamera')}
          </button>
        )
      }
    >
      <div role="alert">
        {complaint === undefined ? null : (
          <p class="complaint">
            <Icon of={CircleAlert as IconDrawing} />
            {t(`status:${complaint}`)}
          </p>
        )}
      </div>
      {entry === 'camera' ? <CameraView onRead={scanned} onBlind={setBlind} /> : null}
      {entry === 'type' || blind || typed !== '' ? (
        <CodeEntry
          typed={typed}
          example={isStandardFormat(format) ? printRegistrationCode(example, language.value, format) : undefined}
          format={format}
          onCode={(typed) => void ask(typed)}
          onMistyped={() => setComplaint('mistyped')}
          onChange={(text) => {
            setComplaint(undefined);
            setTyped(text);
          }}
        />
      ) : null}
    </Screen>
  );
}

/** Counts down without a touch, says so, and then takes the answer away. */
function Vanish({ after, onGone }: { readonly after: number; readonly onGone: () => void }): JSX.Element {
  const [left, setLeft] = useState(Math.ceil(after / 1000));
  useEffect(() => {
    let last = steadyNow();
    const touched = (): void => { last = steadyNow(); };
    const timer = setInterval(() => {
      const still = steadyNow() - last;
      if (still >= after) onGone();
      else setLeft(Math.ceil((after - still) / 1000));
    }, 500);
    addEventListener('pointerdown', touched);
    addEventListener('keydown', touched);
    return () => {
      clearInterval(timer);
      removeEventListener('pointerdown', touched);
      removeEventListener('keydown', touched);
    };
  }, []);
  return <p class="vanish">{t('status:goneIn', { n: left })}</p>;
}
