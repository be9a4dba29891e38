import { signal } from '@preact/signals';
import { render, type JSX } from 'preact';
import { addStrings } from '../../ui/i18n/i18n.ts';
import { operator as strings } from '../../ui/i18n/strings/operator.ts';
import { onWipe, wipe } from '../session/session.ts';
import { staff } from '../session/staff.ts';
import { act } from './agent-client.ts';
import './operator.css';
import { Panel } from './panel.tsx';
import { PinPad } from './pin-pad.tsx';

addStrings('operator', strings);

type Stage = { readonly kind: 'away' } | { readonly kind: 'pin' } | { readonly kind: 'panel'; readonly token: string };

const stage = signal<Stage>({ kind: 'away' });
let host: HTMLElement | undefined;

/** The staff's things lie over the app, in a tree of their own: a visit knows nothing of them. */
function Operator(): JSX.Element | null {
  const at = stage.value;
  if (at.kind === 'pin') return <PinPad onOpen={open} onClose={wipe} />;
  if (at.kind === 'panel') return <Panel token={at.token} onClose={wipe} />;
  return null;
}

function open(token: string): void {
  stage.value = { kind: 'panel', token };
  staff.value = 'panel';
}

/** Whatever ends a visit closes the panel, too, and the agent forgets that it was open. */
function leave(): void {
  const at = stage.peek();
  stage.value = { kind: 'away' };
  staff.value = 'away';
  if (at.kind === 'panel') void act(at.token, 'closePanel');
}

/** Asks for the staff's PIN. The visit on screen, if there is one, ends: staff see nothing of it. */
export function openOperator(): void {
  if (stage.peek().kind !== 'away') return;
  if (host === undefined) {
    host = document.createElement('div');
    document.body.append(host);
    render(<Operator />, host);
    onWipe(leave);
  }
  wipe();
  stage.value = { kind: 'pin' };
  staff.value = 'pin';
}
