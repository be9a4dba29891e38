import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Delete, LockKeyholeOpen, X } from 'lucide';
import { pinLength } from '../../api/agent.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { t, translateTo } from '../../ui/i18n/i18n.ts';
import type { operator as strings } from '../../ui/i18n/strings/operator.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { unlock } from './agent-client.ts';

/** Milliseconds without a touch after which the pad goes away. */
export const padStays = 20_000;

type Said = 'wrong' | 'notSet' | 'noAnswer';

/**
 * Digits for the agent to look at. Whoever opens it by mistake learns no more
 * than its title. What is typed is neither shown nor kept, and the agent alone
 * decides how long one has to wait after a wrong try.
 */
export function PinPad({ onOpen, onClose }: { readonly onOpen: (token: string) => void; readonly onClose: () => void }): JSX.Element {
  const [pin, setPin] = useState('');
  const [said, setSaid] = useState<Said | undefined>(undefined);
  /** Until when the agent looks at nothing, ms. */
  const [until, setUntil] = useState(0);
  const [asking, setAsking] = useState(false);
  const [now, setNow] = useState(steadyNow());
  const touched = useRef(steadyNow());
  const wait = Math.max(0, Math.ceil((until - now) / 1000));

  useEffect(() => {
    const timer = setInterval(() => {
      setNow(steadyNow());
      if (steadyNow() - touched.current >= padStays) onClose();
    }, 250);
    const touch = (): void => { touched.current = steadyNow(); };
    addEventListener('pointerdown', touch, true);
    addEventListener('keydown', touch, true);
    return () => {
      clearInterval(timer);
      removeEventListener('pointerdown', touch, true);
      removeEventListener('keydown', touch, true);
    };
  }, []);

  const type = (digit: number): void => {
    setSaid(undefined);
    setPin((before) => (before.length < pinLength.most ? `${before}${digit}` : before));
  };
  const submit = async (): Promise<void> => {
    const typed = pin;
    setPin('');
    setAsking(true);
    const answer = await unlock(typed);
    setAsking(false);
    touched.current = steadyNow();
    if (!answer.ok) return setSaid('noAnswer');
    if (answer.value.result === 'open') return onOpen(answer.value.token);
    if (answer.value.result === 'notSet') return setSaid('notSet');
    setSaid(answer.value.result === 'wrong' ? 'wrong' : undefined);
    setNow(steadyNow());
    setUntil(steadyNow() + answer.value.wait * 1000);
  };

  const held = asking || wait > 0;
  return (
    <Dialog label={t('operator:staffOnly')} onClose={onClose} class="pin">
      <h2 class="dialog__title pin__title"><Both of="staffOnly" /></h2>
      <div class="pin__dots" role="status" aria-label={t('operator:pinTyped', { n: pin.length })}>
        {Array.from({ length: Math.max(pinLength.least, pin.length) }, (_, i) => <span key={i} class={i < pin.length ? 'pin__dot pin__dot--typed' : 'pin__dot'} />)}
      </div>
      <div class="pin__said" role="alert">
        {said === undefined ? null : <p><Both of={said} /></p>}
        {wait > 0 ? <p><Both of="wait" n={wait} /></p> : null}
      </div>
      <div class="pin__keys">
        {[1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => <Key key={digit} disabled={held} onClick={() => type(digit)}>{digit}</Key>)}
        <Key disabled={held || pin === ''} onClick={() => setPin((before) => before.slice(0, -1))} label="erase"><Icon of={Delete as IconDrawing} /></Key>
        <Key disabled={held} onClick={() => type(0)}>0</Key>
        <Key disabled={held || pin.length < pinLength.least} onClick={() => void submit()} label="open" strong><Icon of={LockKeyholeOpen as IconDrawing} /></Key>
      </div>
      <button type="button" class="button button--wide pin__close" onClick={onClose}>
        <Icon of={X as IconDrawing} />
        <Words km={translateTo('km', 'close')} en={translateTo('en', 'close')} />
      </button>
    </Dialog>
  );
}

function Key({ children, disabled, onClick, label, strong = false }: {
  readonly children: ComponentChildren;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly label?: 'erase' | 'open';
  readonly strong?: boolean;
}): JSX.Element {
  return (
    <button type="button" class={`button pin__key ${strong ? 'button--primary' : ''}`} disabled={disabled} aria-label={label === undefined ? undefined : t(`operator:${label}`)} onClick={onClick}>
      {children}
    </button>
  );
}

/** The pad comes before anybody has chosen a language: it speaks both. */
function Both({ of, n }: { readonly of: keyof typeof strings & ('staffOnly' | 'wait' | Said); readonly n?: number }): JSX.Element {
  const values = n === undefined ? undefined : { n };
  return <Words km={translateTo('km', `operator:${of}`, values)} en={translateTo('en', `operator:${of}`, values)} />;
}

function Words({ km, en }: { readonly km: string; readonly en: string }): JSX.Element {
  return (
    <>
      <span lang="km">{km}</span> <span lang="en">{en}</span>
    </>
  );
}
