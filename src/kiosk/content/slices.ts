/**
 * Long work in short slices, so that a touch is answered while content loads.
 * A slice ends when its time is used up, measured on the wall clock: on a slow
 * machine a slice holds less work, not more time.
 */
export interface Slices {
  /** Yields to the page if the slice is used up. Await it between small pieces of work. */
  pause(): Promise<void>;
}

/** Milliseconds of one slice: half a frame, so that one piece of work that overruns still fits the frame. */
const sliceMilliseconds = 8;

/** Starts counting the first slice now. */
export function createSlices(milliseconds = sliceMilliseconds): Slices {
  let end = performance.now() + milliseconds;
  return {
    async pause() {
      if (performance.now() < end) return;
      await yieldToPage();
      end = performance.now() + milliseconds;
    },
  };
}

/**
 * Lets the page answer a touch before the next piece. For a few pieces in a row
 * of which each alone nearly fills a slice: promises that are settled already
 * would run them as one task.
 */
export function nextTurn(): Promise<void> {
  return yieldToPage();
}

/** `scheduler.yield()` where there is one; a message otherwise, because `setTimeout` costs 4 ms a turn. */
function yieldToPage(): Promise<void> {
  const scheduler = (globalThis as { scheduler?: { yield?: () => Promise<void> } }).scheduler;
  if (scheduler?.yield !== undefined) return scheduler.yield();
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(undefined);
  });
}
