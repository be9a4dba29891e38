import '../ui/components.css';
import './kiosk.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { language } from '../ui/i18n/i18n.ts';
import { App } from './app.tsx';
import { now } from './content-state.ts';
import { watchIdle } from './session/idle.ts';
import { lockPage } from './session/page-lock.ts';
import { contrast, here, textSize, wipe } from './session/session.ts';
import { steadyNow } from './session/steady-clock.ts';
import { tameTouch } from './session/touch.ts';
import { diagonalOf, rootFontSize, terminal } from './terminal.ts';

/** Sets the physical size of type for this panel. */
function fit(): void {
  const diagonal = diagonalOf(location.search) ?? terminal.value.diagonal;
  document.documentElement.style.fontSize = `${rootFontSize(innerWidth, innerHeight, diagonal)}px`;
}

fit();
addEventListener('resize', fit);
terminal.subscribe(fit);
lockPage(document);
tameTouch(document);
// The browser's own list of what was loaded would name every registration code that was asked for, until the page is loaded anew.
performance.setResourceTimingBufferSize(0);

// At once, not after a picture: the next citizen must not see a flash of the last one's settings.
effect(() => {
  const root = document.documentElement;
  root.lang = language.value;
  root.dataset['contrast'] = contrast.value;
  root.dataset['text'] = String(textSize.value);
});

const idle = watchIdle({
  now: steadyNow,
  every: (tick) => {
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  },
  active: () => here().screen !== 'attract',
  end: wipe,
});
// The warning goes away with a whole touch, not with its beginning: otherwise the
// finger would be lifted over whatever lies behind it.
for (const name of ['pointerdown', 'keydown'] as const) {
  addEventListener(name, () => { if (idle.secondsLeft.peek() === undefined) idle.touched(); }, { capture: true, passive: true });
}
for (const name of ['click', 'keyup'] as const) addEventListener(name, () => idle.touched(), { capture: true, passive: true });

setInterval(() => {
  now.value = Date.now();
}, 30_000);

const app = document.getElementById('app');
if (app !== null) render(<App secondsLeft={idle.secondsLeft} onTouched={() => idle.touched()} />, app);

// Everything else comes after the first paint: content, the other screens, the service worker.
requestAnimationFrame(() => setTimeout(() => void import('./after-paint.ts').then((m) => m.afterPaint()), 0));
