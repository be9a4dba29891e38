import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../ui/i18n/i18n.ts';
import { hub, type HubError } from './hub.ts';
import { away, ended, leaving, session } from './state.ts';

function sentence(error: HubError): string {
  if (error.code === 'away') return t('studio:hubAway');
  if (error.code === 'notSignedIn') return t('studio:wrongPassword');
  if (error.code !== 'tooManyRequests') return t('studio:refused');
  const seconds = Math.ceil(error.retryAfter ?? 1);
  return seconds < 90 ? t('studio:waitSeconds', { n: seconds }) : t('studio:waitMinutes', { n: Math.ceil(seconds / 60) });
}

/** Name and password. */
export function SignIn(): JSX.Element {
  const [error, setError] = useState<HubError | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement) || busy || leaving.value) return;
    const form = event.currentTarget;
    const fields = new FormData(form);
    setBusy(true);
    setError(undefined);
    const answer = await hub.signIn(String(fields.get('name') ?? '').trim().toLowerCase(), String(fields.get('password') ?? ''));
    setBusy(false);
    away.value = !answer.ok && answer.error.code === 'away';
    if (answer.ok) {
      ended.value = false;
      session.value = answer.value;
      return;
    }
    setError(answer.error);
    const password = form.elements.namedItem('password');
    if (password instanceof HTMLInputElement) {
      password.value = '';
      password.focus();
    }
  };
  return (
    <main class="page page--narrow">
      <h1 class="page__title">{t('studio:signIn')}</h1>
      {leaving.value ? <p class="note" role="status">{t('studio:notSignedOut')}</p> : null}
      {ended.value && error === undefined ? <p class="note" role="status">{t('studio:sessionEnded')}</p> : null}
      {isSecureContext ? null : <p class="note">{t('studio:notEncrypted')}</p>}
      <form class="form" onSubmit={(event: SubmitEvent) => void submit(event)}>
        <label class="form__field">{t('studio:accountName')}<input class="input" name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required maxLength={40} /></label>
        <label class="form__field">{t('studio:password')}<input class="input" name="password" type="password" autocomplete="current-password" required maxLength={200} /></label>
        <p class="form__error" role="alert">{error === undefined ? '' : sentence(error)}</p>
        {/* Signing out would end a session that began meanwhile. */}
        <button type="submit" class="button button--primary" disabled={busy || leaving.value}>{t('studio:signIn')}</button>
      </form>
      <p class="aside">{t('studio:noAccount')}</p>
    </main>
  );
}
