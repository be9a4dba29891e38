import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { CameraOff } from 'lucide';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { t } from '../../ui/i18n/i18n.ts';
import { report } from '../content/reports.ts';
import { createScanner, type ScannerState } from '../scan/scanner.ts';
import { terminal } from '../terminal.ts';

const words: Readonly<Record<ScannerState, 'status:holdReceipt' | 'status:cameraStarting' | 'status:cameraAbsent' | 'status:cameraDenied' | 'status:cameraLost'>> = {
  starting: 'status:cameraStarting',
  stopped: 'status:cameraStarting',
  scanning: 'status:holdReceipt',
  absent: 'status:cameraAbsent',
  denied: 'status:cameraDenied',
  lost: 'status:cameraLost',
};

/**
 * The camera's picture with a frame to hold the receipt in; or plain words when
 * there is no camera. `onBlind` tells whether anything can be seen.
 */
export function CameraView({ onRead, onBlind }: { readonly onRead: (text: string) => void; readonly onBlind: (blind: boolean) => void }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<ScannerState>('starting');
  const read = useRef(onRead);
  read.current = onRead;

  useEffect(() => {
    if (element.current === null) return;
    const { camera } = terminal.peek();
    const scanner = createScanner({ element: element.current, ...(camera === undefined ? {} : { facingMode: camera }), onRead: (text) => read.current(text), onProblem: (code, detail) => report(code, detail) });
    const stopWatching = scanner.state.subscribe(setState);
    scanner.start();
    return () => {
      stopWatching();
      void scanner.dispose();
    };
  }, []);

  const blind = state === 'absent' || state === 'denied' || state === 'lost';
  // A camera that is only starting has decided nothing: what is being typed stays where it is.
  useEffect(() => {
    if (blind || state === 'scanning') onBlind(blind);
  }, [state]);
  return (
    <div class={`camera camera--${state}`}>
      <div class="camera__picture">
        <div class="camera__preview" ref={element} />
        {blind ? <Icon of={CameraOff as IconDrawing} class="camera__off" /> : <span class="camera__frame" aria-hidden="true" />}
      </div>
      <p class="camera__words" role="status">{t(words[state])}</p>
    </div>
  );
}
