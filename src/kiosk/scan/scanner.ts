import { signal, type ReadonlySignal } from '@preact/signals';
import type { ReportCode } from '../../api/report.ts';
import type { openCamera as OpenCamera, Camera, FacingMode } from './camera.ts';
import { scanLimits } from './limits.ts';

/**
 * What the scanner is doing: `absent` no camera, `denied` not allowed to use
 * it, `lost` it went away or does not answer and is tried again.
 */
export type ScannerState = 'starting' | 'scanning' | 'absent' | 'denied' | 'lost' | 'stopped';

/** What an operator should know, as a report code. */
export type ScanProblem = Extract<ReportCode, 'cameraAbsent' | 'cameraDenied' | 'cameraLost' | 'decoderFallback'>;

/** A camera scanner; it has no face but the preview in its element. */
export interface Scanner {
  readonly state: ReadonlySignal<ScannerState>;
  /** Opens the camera and reads until stopped. Does nothing while it already does. */
  start(): void;
  /** Closes the camera; `start` opens it again. */
  stop(): Promise<void>;
  /** Stops for good and lets go of the element. */
  dispose(): Promise<void>;
}

export interface ScannerOptions {
  /** An element in the document with a size of its own; the preview covers it. */
  readonly element: HTMLElement;
  readonly facingMode?: FacingMode;
  /** Text of a code, once for as long as it stays in view. Unchecked: see `readReceipt`. */
  readonly onRead: (text: string) => void;
  /** Called once per change for the worse; `detail` is an error name, never user input. */
  readonly onProblem: (code: ScanProblem, detail: string) => void;
  /** Loads the heavy part (decoder and html5-qrcode, 113 kB gzipped, and 1.1 MB of wasm). Replaced in tests. */
  readonly load?: () => Promise<{ readonly openCamera: typeof OpenCamera }>;
  /** Tells of devices coming and going. Replaced in tests. */
  readonly devices?: EventTarget | undefined;
  /** Milliseconds that only go forward. Replaced in tests. */
  readonly now?: () => number;
}

/**
 * A scanner for the codes that citizens hold before the camera. Expected
 * trouble (no camera, refused, unplugged) shows in `state` and is reported;
 * nothing is thrown, and everything but a refusal mends itself when a device
 * returns.
 */
export function createScanner(options: ScannerOptions): Scanner {
  const load = options.load ?? (() => import('./camera.ts'));
  const devices = 'devices' in options ? options.devices : navigator.mediaDevices;
  const now = options.now ?? (() => performance.now());
  const state = signal<ScannerState>('stopped');
  /** Counts openings, so that a late answer of an earlier one is recognised and dropped. */
  let opening = 0;
  let camera: Camera | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let last = { text: '', at: Number.NEGATIVE_INFINITY };
  let reported: ScanProblem | undefined;
  let disposed = false;
  /** A terminal that had a camera has lost it when it is not found any more. */
  let hadCamera = false;

  const problems = { absent: 'cameraAbsent', denied: 'cameraDenied', lost: 'cameraLost' } as const;

  function fail(trouble: keyof typeof problems, detail: string): void {
    const code = trouble === 'absent' && hadCamera ? 'lost' : trouble;
    state.value = code;
    // Once per trouble, not once per retry.
    if (reported !== problems[code]) options.onProblem(problems[code], detail);
    reported = problems[code];
    if (code === 'lost') retry = setTimeout(() => void open(), scanLimits.camera.retryInterval);
  }

  function read(text: string): void {
    const at = now();
    const same = text === last.text && at - last.at < scanLimits.camera.sameCodeSilence;
    last = { text, at };
    if (!same) options.onRead(text);
  }

  async function open(): Promise<void> {
    clearTimeout(retry);
    const mine = ++opening;
    if (state.value === 'stopped') state.value = 'starting';
    try {
      const { openCamera } = await load();
      if (mine !== opening) return;
      const result = await openCamera({
        element: options.element,
        facingMode: options.facingMode ?? 'user',
        onText: (text) => {
          if (mine === opening) read(text);
        },
        onEnded: () => {
          if (mine === opening) void lose();
        },
        onFallback: (detail) => options.onProblem('decoderFallback', detail),
      });
      if (mine !== opening) {
        if (result.ok) await result.value.close();
        return;
      }
      if (!result.ok) return fail(result.error.code, result.error.detail);
      camera = result.value;
      hadCamera = true;
      reported = undefined;
      state.value = 'scanning';
    } catch (error) {
      // The module itself could not be loaded: a damaged cache or a dead hub.
      if (mine === opening) fail('lost', error instanceof Error ? error.name : 'UnknownError');
    }
  }

  /** The device went away: free it, and try again at once when one appears. */
  async function lose(): Promise<void> {
    opening++;
    const gone = camera;
    camera = undefined;
    fail('lost', 'TrackEnded');
    await gone?.close();
  }

  const deviceChanged = () => {
    if (state.value === 'absent' || state.value === 'lost') void open();
  };
  devices?.addEventListener('devicechange', deviceChanged);

  async function stop(): Promise<void> {
    opening++;
    clearTimeout(retry);
    reported = undefined;
    last = { text: '', at: Number.NEGATIVE_INFINITY };
    state.value = 'stopped';
    const gone = camera;
    camera = undefined;
    await gone?.close();
  }

  return {
    state,
    start() {
      if (!disposed && state.value !== 'starting' && state.value !== 'scanning') {
        clearTimeout(retry);
        state.value = 'starting';
        void open();
      }
    },
    stop,
    async dispose() {
      disposed = true;
      devices?.removeEventListener('devicechange', deviceChanged);
      await stop();
    },
  };
}
