import type { LocalizedText } from '../../model/text.ts';

/** What the keys that carry no character are called, seen or heard. */
export const keyboardStrings = {
  keyboard: { km: 'ក្តារចុច', en: 'Keyboard' },
  shift: { km: 'ប្តូរអក្សរលើ', en: 'Shift' },
  altGr: { km: 'អក្សរផ្សេងទៀត', en: 'More characters' },
  backspace: { km: 'លុបមួយតួ', en: 'Delete one character' },
  clear: { km: 'លុបទាំងអស់', en: 'Clear all' },
  space: { km: 'ដកឃ្លា', en: 'Space' },
  zwsp: { km: 'ដកឃ្លាមើលមិនឃើញ', en: 'Zero-width space' },
  zwnj: { km: 'សញ្ញាបំបែកមើលមិនឃើញ', en: 'Zero-width non-joiner' },
  zwj: { km: 'សញ្ញាភ្ជាប់មើលមិនឃើញ', en: 'Zero-width joiner' },
  nbsp: { km: 'ដកឃ្លាមិនបំបែក', en: 'No-break space' },
  toKhmer: { km: 'ខ្មែរ', en: 'ខ្មែរ' },
  toLatin: { km: 'ABC', en: 'ABC' },
  toKhmerName: { km: 'ប្តូរទៅក្តារចុចខ្មែរ', en: 'ខ្មែរ: switch to the Khmer keyboard' },
  toLatinName: { km: 'ABC៖ ប្តូរទៅក្តារចុចឡាតាំង', en: 'ABC: switch to the Latin keyboard' },
  search: { km: 'ស្វែងរក', en: 'Search' },
  done: { km: 'រួចរាល់', en: 'Done' },
} as const satisfies Readonly<Record<string, LocalizedText>>;
