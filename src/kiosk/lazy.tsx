import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { t } from '../ui/i18n/i18n.ts';

/** A component whose code comes later. `preload` fetches it ahead of the first use. */
export type LazyComponent<P> = ComponentType<P> & { preload(): Promise<void> };

/** Loads a component's code on first use; a failure says so and can be tried again. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): LazyComponent<P> {
  const loaded = signal<ComponentType<P> | undefined>(undefined);
  const failed = signal(false);
  let asked: Promise<void> | undefined;
  const preload = (): Promise<void> =>
    (asked ??= load().then(
      (component) => {
        loaded.value = component;
      },
      () => {
        asked = undefined;
        failed.value = true;
      },
    ));
  function Lazy(props: P): JSX.Element {
    const Component = loaded.value;
    if (Component !== undefined) return <Component {...props} />;
    if (failed.value) {
      return (
        <div class="notice-screen" role="alert">
          <p>{t('screenFailed')}</p>
          <button type="button" class="button button--primary" onClick={() => { failed.value = false; void preload(); }}>{t('tryAgain')}</button>
        </div>
      );
    }
    void preload();
    return <p class="notice-screen" role="status">{t('loading')}</p>;
  }
  return Object.assign(Lazy, { preload }) as LazyComponent<P>;
}
