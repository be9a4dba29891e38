import { layouts, typedBy, type KeyboardLayer, type KeyboardLayout } from './layouts.ts';

/** What a key does. */
export type KeyEffect =
  | { readonly kind: 'input'; readonly value: string; readonly layer: KeyboardLayer }
  | { readonly kind: 'layer'; readonly layer: KeyboardLayer }
  | { readonly kind: 'layout'; readonly layout: KeyboardLayout }
  | { readonly kind: 'submit' };

/**
 * What pressing a key does to a text whose caret is at its end.
 *
 * Backspace takes one code point away, so that a wrong subscript or vowel can be
 * mended without retyping the whole stack. Shift and AltGr hold for one key.
 */
export function press(key: string, value: string, layout: KeyboardLayout, layer: KeyboardLayer): KeyEffect {
  switch (key) {
    case '{backspace}':
      return { kind: 'input', value: [...value].slice(0, -1).join(''), layer };
    case '{clear}':
      return { kind: 'input', value: '', layer: 'base' };
    case '{enter}':
      return { kind: 'submit' };
    case '{layout}':
      return { kind: 'layout', layout: layout === 'khmer' ? 'latin' : 'khmer' };
    case '{shift}':
      return { kind: 'layer', layer: layer !== 'shift' && layouts[layout].shift.length > 0 ? 'shift' : 'base' };
    case '{altGr}':
      return { kind: 'layer', layer: layer !== 'altGr' && layouts[layout].altGr.length > 0 ? 'altGr' : 'base' };
    default:
      return { kind: 'input', value: value + (typedBy[key] ?? key), layer: 'base' };
  }
}
