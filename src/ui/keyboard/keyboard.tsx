import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ArrowBigUp, Delete } from 'lucide';
import { SimpleKeyboard } from 'simple-keyboard/build/index.modern.esm.js';
import type { Language } from '../../model/text.ts';
import type { IconDrawing } from '../icons/icon.tsx';
import { codeTwin, layouts, shownOnKey, type KeyboardLayer, type KeyboardLayout } from './layouts.ts';
import { keyboardStrings } from './strings.ts';
import { press } from './typing.ts';
import './keyboard.css';

export type { KeyboardLayout } from './layouts.ts';

export interface OnScreenKeyboardProps {
  /** The text being typed; the keyboard keeps none of its own. */
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly layout: KeyboardLayout;
  /** Absent: the layout cannot be changed, and there is no key for it. */
  readonly onLayoutChange?: (layout: KeyboardLayout) => void;
  readonly onSubmit: () => void;
  /** Language of the keys' names. */
  readonly language: Language;
}

/**
 * A keyboard on the screen. It types at the end of the text and leaves the focus
 * where it is, so a plugged-in keyboard goes on working in the field. Keys answer
 * to `click`, which the kiosk counts only when it starts and ends on the key.
 */
export function OnScreenKeyboard(props: OnScreenKeyboardProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const keyboard = useRef<SimpleKeyboard>(undefined);
  const [layer, setLayer] = useState<KeyboardLayer>('base');
  const id = useId();
  const { layout, language } = props;
  const canSwitch = props.onLayoutChange !== undefined;
  const shown: KeyboardLayer = layouts[layout][layer].length > 0 ? layer : 'base';

  // The library calls back from outside of rendering: it must see the latest.
  const latest = useRef({ props, layer: shown });
  latest.current = { props, layer: shown };

  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const board = new SimpleKeyboard(target, {
      ...options(layout, shown, language, canSwitch),
      theme: 'keyboard__keys',
      useButtonTag: true,
      useMouseEvents: true,
      disableButtonHold: true,
      preventMouseDownDefault: true,
      disableCaretPositioning: true,
      disableRowButtonContainers: true,
      physicalKeyboardHighlight: false,
      // Matches only the empty text: nothing that is typed stays in the library.
      inputPattern: /^$/u,
      onKeyPress: (key: string) => {
        const now = latest.current;
        const effect = press(key, now.props.value, now.props.layout, now.layer);
        if (effect.kind === 'submit') now.props.onSubmit();
        else if (effect.kind === 'layout') {
          setLayer('base');
          now.props.onLayoutChange?.(effect.layout);
        } else {
          setLayer(effect.layer);
          if (effect.kind === 'input' && effect.value !== now.props.value) {
            // Two keys may come before the next rendering.
            latest.current = { ...now, props: { ...now.props, value: effect.value } };
            now.props.onInput(effect.value);
          }
        }
      },
    });
    keyboard.current = board;
    return () => {
      keyboard.current = undefined;
      board.destroy();
    };
  }, []);

  useEffect(() => {
    const target = element.current;
    const focused = document.activeElement;
    const key = target?.contains(focused) === true ? focused?.getAttribute('data-skbtn') : null;
    keyboard.current?.setOptions(options(layout, shown, language, canSwitch));
    // The keys are drawn anew: whoever walks them with Tab stays where they were.
    if (key !== null && key !== undefined) for (const button of target?.querySelectorAll('button') ?? []) if (button.getAttribute('data-skbtn') === key) button.focus();
  }, [layout, shown, language, canSwitch]);

  return (
    <div class={`keyboard keyboard--${layout}`} role="group" aria-label={keyboardStrings.keyboard[language]}>
      <div ref={element} class={`keyboard-${id.replace(/\W/gu, '')}`} />
    </div>
  );
}

/** What the library has to draw. */
function options(layout: KeyboardLayout, layer: KeyboardLayer, language: Language, canSwitch: boolean): NonNullable<ConstructorParameters<typeof SimpleKeyboard>[1]> {
  const rows = layouts[layout][layer].map((row) => (canSwitch ? row : row.replace('{layout} ', '')));
  const keys = rows.flatMap((row) => row.split(' '));
  const names: readonly (readonly [key: string, name: string])[] = [
    ['{shift}', keyboardStrings.shift[language]],
    ['{altGr}', keyboardStrings.altGr[language]],
    ['{backspace}', keyboardStrings.backspace[language]],
    ['{clear}', keyboardStrings.clear[language]],
    ['{space}', keyboardStrings.space[language]],
    ['{zwsp}', keyboardStrings.zwsp[language]],
    ['{zwnj}', keyboardStrings.zwnj[language]],
    ['{zwj}', keyboardStrings.zwj[language]],
    ['{nbsp}', keyboardStrings.nbsp[language]],
    ['{layout}', (layout === 'khmer' ? keyboardStrings.toLatinName : keyboardStrings.toKhmerName)[language]],
    ['{enter}', enterName(layout, language)],
  ];
  const display: Record<string, string> = {
    '{shift}': svg(ArrowBigUp as IconDrawing),
    '{altGr}': '…',
    '{backspace}': svg(Delete as IconDrawing),
    '{clear}': keyboardStrings.clear[language],
    '{space}': keyboardStrings.space[language],
    '{zwsp}': '␣⃒',
    '{zwnj}': 'ZWNJ',
    '{zwj}': 'ZWJ',
    '{nbsp}': keyboardStrings.nbsp[language],
    '{layout}': (layout === 'khmer' ? keyboardStrings.toLatin : keyboardStrings.toKhmer)[language],
    '{enter}': enterName(layout, language),
  };
  const twinNames: { attribute: string; value: string; buttons: string }[] = [];
  for (const key of keys) {
    if (key in display) continue;
    const twin = layout === 'code' ? codeTwin(key) : undefined;
    display[key] = twin === undefined ? escapeMarkup(shownOnKey(key)) : `${key}<span class="keyboard__twin" lang="km">${twin}</span>`;
    if (twin !== undefined) twinNames.push({ attribute: 'aria-label', value: `${key} ${twin}`, buttons: key });
  }
  return {
    layout: { default: rows },
    layoutName: 'default',
    display,
    buttonAttributes: [
      ...names.map(([key, name]) => ({ attribute: 'aria-label', value: name, buttons: key })),
      ...twinNames,
      { attribute: 'type', value: 'button', buttons: keys.join(' ') },
      { attribute: 'aria-pressed', value: String(layer === 'shift'), buttons: '{shift}' },
      { attribute: 'aria-pressed', value: String(layer === 'altGr'), buttons: '{altGr}' },
    ],
  };
}

function enterName(layout: KeyboardLayout, language: Language): string {
  return (layout === 'numbers' ? keyboardStrings.done : keyboardStrings.search)[language];
}

/** The library sets a key's face as markup. */
function escapeMarkup(text: string): string {
  return text.replace(/[&<>"]/gu, (char) => `&#${char.charCodeAt(0)};`);
}

function svg(drawing: IconDrawing): string {
  const shapes = drawing.map(([name, attributes]) => `<${name} ${Object.entries(attributes).map(([key, value]) => `${key}="${escapeMarkup(String(value))}"`).join(' ')}/>`);
  return `<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shapes.join('')}</svg>`;
}
