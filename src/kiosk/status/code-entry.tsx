import type { JSX } from 'preact';
import { isStandardFormat, parseRegistrationCode, type RegistrationCode, type RegistrationCodeFormat } from '../../model/registration-code.ts';
import { t } from '../../ui/i18n/i18n.ts';
import { language } from '../../ui/i18n/i18n.ts';
import { OnScreenKeyboard } from '../../ui/keyboard/keyboard.tsx';

/**
 * Types a registration code, in either script. The check digits are looked at
 * here: a mistyped code never reaches the hub. The keypad has the letters of the
 * standard format alone: an office with codes of its own gets all of them.
 */
export function CodeEntry({ typed, example, format, onCode, onMistyped, onChange }: {
  readonly typed: string;
  /** Shows what a code looks like; absent where nobody can tell. */
  readonly example: string | undefined;
  readonly format: RegistrationCodeFormat;
  readonly onCode: (code: RegistrationCode) => void;
  readonly onMistyped: () => void;
  /** At every change of what is typed. */
  readonly onChange: (typed: string) => void;
}): JSX.Element {
  const parsed = parseRegistrationCode(typed, format);
  const input = (text: string): void => onChange(text.slice(0, 40));
  const submit = (): void => {
    if (parsed.ok) onCode(parsed.value);
    else if (typed.trim() !== '') onMistyped();
  };
  return (
    <div class="entry">
      <label class="entry__label" for="code">{t('status:codeLabel')}</label>
      <input
        id="code"
        class="entry__field"
        value={typed}
        inputMode="none"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        maxLength={40}
        onInput={(event) => input(event.currentTarget.value)}
        onKeyDown={(event) => { if (event.key === 'Enter') submit(); }}
      />
      <button type="button" class="button button--primary entry__check" onClick={submit}>{t('status:check')}</button>
      <p class="entry__hint" role="status">{!parsed.ok && parsed.error.code === 'incomplete' && typed !== '' ? t('status:incomplete') : example === undefined ? null : t('status:codeExample', { code: example })}</p>
      <OnScreenKeyboard value={typed} onInput={input} layout={isStandardFormat(format) ? 'code' : 'ownCode'} onSubmit={submit} language={language.value} />
    </div>
  );
}
