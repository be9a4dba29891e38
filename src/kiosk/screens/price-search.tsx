import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Search } from 'lucide';
import { X } from '../../ui/icons/core-icons.ts';
import { Icon, type IconDrawing } from '../../ui/icons/icon.tsx';
import { language, t } from '../../ui/i18n/i18n.ts';
import { OnScreenKeyboard, type KeyboardLayout } from '../../ui/keyboard/keyboard.tsx';

/** Longest query: what the search itself reads. */
const maxLength = 80;

/** What is looked for in the list, and the way out of searching. */
export function PriceSearchField({ query, typing, onInput, onType, onEnd }: {
  readonly query: string;
  /** The keyboard is on the screen. */
  readonly typing: boolean;
  readonly onInput: (query: string) => void;
  readonly onType: () => void;
  readonly onEnd: () => void;
}): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (typing) field.current?.focus({ preventScroll: true });
  }, [typing]);
  return (
    <div class={`price-search ${typing ? 'price-search--typing' : ''}`} role="search">
      <label class="price-search__field">
        <Icon of={Search as IconDrawing} />
        <input
          ref={field}
          type="text"
          inputMode="none"
          autocomplete="off"
          spellcheck={false}
          maxLength={maxLength}
          aria-label={t('prices:searchList')}
          placeholder={t('prices:searchList')}
          value={query}
          onInput={(event) => onInput(event.currentTarget.value)}
          onClick={onType}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onEnd();
          }}
        />
      </label>
      <button type="button" class="button" onClick={onEnd}>
        <Icon of={X as IconDrawing} />
        {t('close')}
      </button>
    </div>
  );
}

/** The keyboard for it; its key of completion makes room for the list. */
export function PriceKeyboard({ query, onInput, onDone }: { readonly query: string; readonly onInput: (query: string) => void; readonly onDone: () => void }): JSX.Element {
  const [layout, setLayout] = useState<KeyboardLayout>(language.value === 'km' ? 'khmer' : 'latin');
  return (
    <div class="price-keyboard">
      <OnScreenKeyboard value={query} onInput={(value) => onInput(value.slice(0, maxLength))} layout={layout} onLayoutChange={setLayout} onSubmit={onDone} language={language.value} />
    </div>
  );
}
