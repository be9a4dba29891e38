import { setupReaderLimits, type SetupSeen } from '../api/setup-reader.ts';
import { isSetupText } from '../api/setup.ts';
import { openCamera } from '../kiosk/scan/camera.ts';
import { scanLimits } from '../kiosk/scan/limits.ts';

/** A picture small enough that its mean light is worked out in no time. */
const small = { width: 32, height: 18 } as const;

/** Mean light of what a video shows, 0 to 255; `undefined` before its first picture. */
function lightOf(video: HTMLVideoElement, context: OffscreenCanvasRenderingContext2D): number | undefined {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined;
  context.drawImage(video, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += 0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0);
  return sum / (small.width * small.height);
}

/** Opens whatever camera there is, as the kiosk does, and tells what it sees until it has read a set-up code or has gone. */
export async function readFromCamera(tell: (seen: SetupSeen) => void): Promise<void> {
  const element = document.createElement('div');
  element.style.width = `${scanLimits.camera.idealWidth}px`;
  element.style.height = `${scanLimits.camera.idealHeight}px`;
  document.body.append(element);
  let over = false;
  let other = false;
  let timer: ReturnType<typeof setInterval> | undefined = undefined;
  const end = (seen: SetupSeen): void => {
    if (over) return;
    over = true;
    clearInterval(timer);
    tell(seen);
  };
  const camera = await openCamera({
    element,
    // Where it looks is not known before the terminal is set up; Chromium takes another one if there is none of this kind.
    facingMode: 'user',
    onText: (text) => {
      if (isSetupText(text)) end({ kind: 'read', text });
      else other = true;
    },
    onEnded: () => end({ kind: 'failed', code: 'lost', detail: 'TrackEnded' }),
    // The weak decoder reads no code from a phone’s screen: better to say so than to have somebody hold it for a minute.
    onFallback: (detail) => end({ kind: 'failed', code: 'noDecoder', detail }),
  });
  if (!camera.ok) return end({ kind: 'failed', ...camera.error });
  if (over) return;
  const video = element.querySelector('video');
  const context = new OffscreenCanvas(small.width, small.height).getContext('2d', { willReadFrequently: true });
  const stream = video?.srcObject;
  tell({ kind: 'on', name: (stream instanceof MediaStream ? stream.getVideoTracks()[0]?.label : undefined)?.slice(0, 200) ?? '' });
  timer = setInterval(() => {
    const light = video === null || context === null ? undefined : lightOf(video, context);
    tell({ kind: 'looking', view: other ? 'otherCode' : light !== undefined && light < setupReaderLimits.dark ? 'dark' : 'noCode' });
    other = false;
  }, setupReaderLimits.lookInterval);
}
