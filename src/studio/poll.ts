import { useEffect, useRef, useState } from 'preact/hooks';
import { staffPollEvery } from '../api/staff.ts';
import type { Result } from '../model/result.ts';
import type { HubError } from './hub.ts';
import { noted } from './state.ts';

/** What a page knows of what it looks at. */
export interface Looked<T> {
  readonly value: T | undefined;
  readonly error: HubError | undefined;
  /** Looks again at once. */
  readonly again: () => void;
}

/**
 * Looks every 15 seconds while the page is seen, and at once when it is seen
 * again or `key` changes. What was there stays on screen until the new answer
 * is; an answer to an old question is thrown away.
 */
export function useLook<T>(look: () => Promise<Result<T, HubError>>, key: string): Looked<T> {
  const [state, setState] = useState<{ readonly key: string; readonly value: T | undefined; readonly error: HubError | undefined }>({ key, value: undefined, error: undefined });
  const [round, setRound] = useState(0);
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      clearTimeout(timer);
      const answer = noted(await latest.current());
      if (gone) return;
      setState((before) => (answer.ok ? { key, value: answer.value, error: undefined } : { key, value: before.key === key ? before.value : undefined, error: answer.error }));
      if (document.visibilityState === 'visible') timer = setTimeout(() => void run(), staffPollEvery);
    };
    const seen = (): void => {
      if (document.visibilityState === 'visible') void run();
      else clearTimeout(timer);
    };
    document.addEventListener('visibilitychange', seen);
    void run();
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [key, round]);
  return { value: state.value, error: state.error, again: () => setRound((before) => before + 1) };
}
