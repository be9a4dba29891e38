import { Html5Qrcode } from 'html5-qrcode/esm/html5-qrcode.js';
import { Html5QrcodeSupportedFormats } from 'html5-qrcode/esm/core.js';
import { err, ok, type Result } from '../../model/result.ts';
import { decoderName, installDecoder } from './decoder.ts';
import { scanLimits } from './limits.ts';

/** Which way the camera looks: at the person (`user`, a webcam above the screen) or away (`environment`). */
export type FacingMode = 'user' | 'environment';

/** Why no camera could be opened. `detail` is the browser's error name, for the operator. */
export interface CameraError {
  readonly code: 'absent' | 'denied' | 'lost';
  readonly detail: string;
}

/** An open camera that is being read. */
export interface Camera {
  /** Ends reading, frees the device and removes the preview. Never rejects. */
  close(): Promise<void>;
}

export interface CameraOptions {
  /** Where the preview goes; it is filled, and the picture cropped, like `object-fit: cover`. */
  readonly element: HTMLElement;
  readonly facingMode: FacingMode;
  /** Text of a code in view; called for every frame in which one was read. */
  readonly onText: (text: string) => void;
  /** The device went away while open. */
  readonly onEnded: () => void;
  /** html5-qrcode's weak decoder is at work instead of ours. */
  readonly onFallback: (detail: string) => void;
}

let hosts = 0;

/**
 * Opens the camera and reads QR codes from it with html5-qrcode, decoding by
 * zxing-cpp. Never throws: what a camera can do to us is a {@link CameraError}.
 */
export async function openCamera(options: CameraOptions): Promise<Result<Camera, CameraError>> {
  // Insecure addresses (http:// other than localhost) have no camera interface at all.
  if (!('mediaDevices' in navigator)) return err({ code: 'absent', detail: 'InsecureContext' });
  const fallback = await installDecoder().then(
    () => undefined,
    (error: unknown) => errorName(error),
  );
  if (fallback !== undefined) options.onFallback(fallback);

  const { host, whenPlaying, unmount } = mountHost(options.element, options.facingMode === 'user');
  let closed = false;
  let warned = false;
  let track: MediaStreamTrack | undefined = undefined;
  const reader = new Html5Qrcode(host.id, {
    verbose: false,
    formatsToSupport: [Html5QrcodeSupportedFormats.QR_CODE],
    useBarCodeDetectorIfSupported: fallback === undefined,
  });
  if (fallback === undefined) useOnlyOurDecoder(reader);

  const ended = () => {
    if (!closed) options.onEnded();
  };
  const close = async () => {
    if (closed) return;
    closed = true;
    track?.removeEventListener('ended', ended);
    // Stopping before the first picture makes the library stumble over its missing canvas.
    await Promise.resolve()
      .then(() => reader.stop())
      .catch(() => undefined);
    track?.stop();
    unmount();
  };

  try {
    await reader.start(
      { facingMode: options.facingMode },
      {
        fps: scanLimits.camera.framesPerSecond,
        // zxing-cpp reads mirrored codes itself; the library's flip would decode every frame twice.
        disableFlip: true,
        videoConstraints: {
          facingMode: { ideal: options.facingMode },
          width: { ideal: scanLimits.camera.idealWidth },
          height: { ideal: scanLimits.camera.idealHeight },
        },
      },
      (text, result) => {
        if (closed) return;
        const name = result.result.debugData?.decoderName;
        if (fallback === undefined && name !== decoderName && !warned) {
          warned = true;
          options.onFallback(name ?? 'unknown');
        }
        options.onText(text);
      },
      () => undefined,
    );
  } catch (error) {
    unmount();
    return err(cameraError(error));
  }

  const stream = host.querySelector('video')?.srcObject;
  track = stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined;
  track?.addEventListener('ended', ended);
  if (track?.readyState === 'ended' || !(await whenPlaying)) {
    await close();
    return err({ code: 'lost', detail: 'NoPicture' });
  }
  if (track !== undefined) await focusContinuously(track);
  return ok({ close });
}

/**
 * html5-qrcode hands every second frame to its own decoder "to compensate for
 * quality gaps": slower, and weaker than ours on everything we measured. There
 * is no option for it, so the second decoder is taken away; were the field
 * renamed, every second frame would be wasted again and nothing worse.
 */
function useOnlyOurDecoder(reader: Html5Qrcode): void {
  const { qrcode } = reader as unknown as { qrcode?: { secondaryDecoder?: unknown } };
  if (qrcode !== undefined) qrcode.secondaryDecoder = undefined;
}

interface Host {
  readonly host: HTMLElement;
  /** True at the first picture, false if none came in time or the preview was removed. */
  readonly whenPlaying: Promise<boolean>;
  readonly unmount: () => void;
}

/**
 * The element html5-qrcode draws into. The library decodes at the *laid-out*
 * size of its video, so the video is laid out at the camera's own size whatever
 * the preview's is, and a transform fits it (transforms do not change layout).
 * All styling goes through the CSSOM: the Content-Security-Policy allows no
 * style attributes in markup.
 */
function mountHost(element: HTMLElement, mirrored: boolean): Host {
  const host = document.createElement('div');
  host.id = `scan-camera-${++hosts}`;
  host.setAttribute('aria-hidden', 'true');
  element.style.overflow = 'hidden';
  // One that is placed already keeps its place, and with it its size.
  if (getComputedStyle(element).position === 'static') element.style.position = 'relative';
  // Inside a container of its own, as the library makes its element `position: relative`.
  const frame = document.createElement('div');
  frame.style.position = 'absolute';
  frame.style.left = '0';
  frame.style.top = '0';
  frame.style.transformOrigin = '0 0';
  frame.append(host);
  element.append(frame);

  let width: number = scanLimits.camera.idealWidth;
  let height: number = scanLimits.camera.idealHeight;
  const fit = () => {
    host.style.width = `${width}px`;
    host.style.height = `${height}px`;
    const scale = Math.max(element.clientWidth / width, element.clientHeight / height);
    const left = (element.clientWidth - width * scale) / 2;
    const top = (element.clientHeight - height * scale) / 2;
    // A camera that faces the person works like a mirror: people aim by it.
    frame.style.transform = mirrored ? `translate(${left + width * scale}px, ${top}px) scale(${-scale}, ${scale})` : `translate(${left}px, ${top}px) scale(${scale})`;
  };
  fit();
  const observer = new ResizeObserver(fit);
  observer.observe(element);

  let settle: (playing: boolean) => void = () => undefined;
  const whenPlaying = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  const timer = setTimeout(() => settle(false), scanLimits.camera.firstPicture);
  const videos: HTMLVideoElement[] = [];
  const append = host.append.bind(host);
  // The video is created, appended and played in one go, so this is the one place to reach it in between.
  host.append = (...nodes) => {
    for (const video of nodes) {
      if (!(video instanceof HTMLVideoElement)) continue;
      videos.push(video);
      const play = video.play.bind(video);
      // The library drops this promise; it rejects when the citizen leaves before the first picture.
      video.play = () => play().catch(() => settle(false));
      video.addEventListener('loadedmetadata', () => {
        width = video.videoWidth;
        height = video.videoHeight;
        video.style.width = `${width}px`;
        fit();
      });
      video.addEventListener('playing', () => settle(true), { once: true });
    }
    append(...nodes);
  };
  return {
    host,
    whenPlaying,
    unmount() {
      clearTimeout(timer);
      settle(false);
      observer.disconnect();
      for (const video of videos) {
        // The library's own handlers throw at an abort.
        video.onabort = null;
        video.onerror = null;
        // Chromium keeps a video with a stream for ever, and with it, by its listeners, the whole screen of that visit.
        video.srcObject = null;
      }
      frame.remove();
    },
  };
}

/** Fixed-focus cameras have no such setting, and a refusal costs nothing. */
async function focusContinuously(track: MediaStreamTrack): Promise<void> {
  const capabilities = track.getCapabilities() as MediaTrackCapabilities & { focusMode?: string[] };
  if (capabilities.focusMode?.includes('continuous') !== true) return;
  await track.applyConstraints({ advanced: [{ focusMode: 'continuous' } as MediaTrackConstraintSet] }).catch(() => undefined);
}

/** html5-qrcode wraps the browser's error into a sentence; the name is still in it. */
function cameraError(error: unknown): CameraError {
  const detail = errorName(error);
  if (detail === 'NotAllowedError' || detail === 'SecurityError') return { code: 'denied', detail };
  if (detail === 'NotFoundError' || detail === 'OverconstrainedError') return { code: 'absent', detail };
  // NotReadableError: another program holds it, or it is broken; AbortError: it went away while opening.
  return { code: 'lost', detail };
}

function errorName(error: unknown): string {
  if (error instanceof Error) return error.name;
  return /\b[A-Z][A-Za-z]+Error\b/.exec(String(error))?.[0] ?? 'UnknownError';
}
