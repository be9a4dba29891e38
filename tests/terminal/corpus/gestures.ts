import { buttons, chord, click, drag, press, type, type InputStep } from '../support/input.ts';
import { keys, type KeyName } from '../support/keys.ts';

/** One thing that a hand can do before a terminal. */
export interface Gesture {
  readonly name: string;
  readonly steps: readonly InputStep[];
}

/** What is tried, under the name of what it is tried with. */
export type Gestures = Readonly<Record<string, readonly Gesture[]>>;

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'] as KeyName[];
const digits = [...'1234567890'] as KeyName[];
const functionKeys = Array.from({ length: 24 }, (_, index) => `F${index + 1}` as KeyName);
const moving: readonly KeyName[] = ['ESC', 'TAB', 'ENTER', 'SPACE', 'BACKSPACE', 'INSERT', 'DELETE', 'HOME', 'END', 'PAGEUP', 'PAGEDOWN', 'UP', 'DOWN', 'LEFT', 'RIGHT'];
const marks: readonly KeyName[] = ['MINUS', 'EQUAL', 'LEFTBRACE', 'RIGHTBRACE', 'SEMICOLON', 'APOSTROPHE', 'GRAVE', 'BACKSLASH', 'COMMA', 'DOT', 'SLASH', '102ND', 'KPPLUS', 'KPMINUS', 'KPASTERISK', 'KPSLASH', 'KP0'];

const written: Readonly<Record<string, string>> = { LEFTCTRL: 'Ctrl', RIGHTCTRL: 'right Ctrl', LEFTSHIFT: 'Shift', LEFTALT: 'Alt', RIGHTALT: 'AltGr', LEFTMETA: 'Meta', COMPOSE: 'Menu', SYSRQ: 'SysRq' };
const nameOf = (keysPressed: readonly KeyName[]): string => keysPressed.map((key) => written[key] ?? (key.length === 1 || /^F\d/.test(key) ? key : key.charAt(0) + key.slice(1).toLowerCase())).join('+');
const each = (held: readonly KeyName[], pressed: readonly KeyName[]): Gesture[] => pressed.map((key) => ({ name: nameOf([...held, key]), steps: chord(...held, key) }));

const others: readonly KeyName[] = (Object.keys(keys) as KeyName[]).slice((Object.keys(keys) as KeyName[]).indexOf('SYSRQ'));

/** Every chord of a keyboard that Chromium, a compositor or a kernel might know. */
export const chords: Gestures = {
  'Ctrl and a key': each(['LEFTCTRL'], [...letters, ...digits, ...functionKeys.slice(0, 12), ...moving, ...marks]),
  'Ctrl, Shift and a key': each(['LEFTCTRL', 'LEFTSHIFT'], [...letters, ...digits, 'TAB', 'DELETE', 'ESC', 'EQUAL', 'MINUS', 'F4', 'F5', 'HOME', 'PAGEUP', 'PAGEDOWN']),
  'right Ctrl': each(['RIGHTCTRL'], ['T', 'N', 'W', 'O', 'P', 'L', 'J', 'U', 'F4', 'TAB']),
  'Alt and a key': each(['LEFTALT'], [...letters, ...digits, ...functionKeys.slice(0, 12), ...moving]),
  'AltGr and a key': each(['RIGHTALT'], ['F4', 'LEFT', 'HOME', 'D', 'E', 'TAB', 'SYSRQ']),
  'Ctrl, Alt and a key': each(['LEFTCTRL', 'LEFTALT'], [...functionKeys.slice(0, 12), 'DELETE', 'BACKSPACE', 'T', 'L', 'I', 'J', 'ESC', 'LEFT', 'RIGHT', 'UP', 'DOWN', 'TAB', 'KPPLUS', 'KPMINUS', 'KPASTERISK']),
  'Meta and a key': [...each([], ['LEFTMETA', 'RIGHTMETA', 'COMPOSE', 'MENU']), ...each(['LEFTMETA'], ['D', 'E', 'L', 'R', 'S', 'I', 'P', 'TAB', 'SPACE', 'ENTER', 'LEFT', 'UP', 'PRINT', '1', 'F1'])],
  'Shift and a key': each(['LEFTSHIFT'], [...functionKeys.slice(0, 12), 'ESC', 'TAB', 'INSERT', 'DELETE', 'BACKSPACE', 'COMPOSE']),
  'SysRq': each(['LEFTALT', 'SYSRQ'], ['B', 'C', 'E', 'F', 'H', 'I', 'K', 'O', 'R', 'S', 'U', 'V', '1', '9']),
  'function keys': each([], functionKeys),
  'keys that move': each([], moving.filter((key) => key !== 'ENTER' && key !== 'SPACE')),
  'locks': each([], ['CAPSLOCK', 'NUMLOCK', 'SCROLLLOCK', 'PAUSE']),
  'keys of the machine, of media and of programs': each([], others),
};

/** Letters without a pause that a hand would make, each key's way down and up followed by so many milliseconds. */
const characters = (count: number, pause: number): InputStep[] => Array.from({ length: count }, (_, index) => keys[letters[index % letters.length] ?? 'A']).flatMap((key): InputStep[] => [{ key: [key, 1] }, { wait: pause }, { key: [key, 0] }, { wait: pause }]);

/** What a barcode scanner, or something that passes for one, can be made to type by a printed code. */
export const scanned: Gestures = {
  'a barcode scanner': [
    { name: 'control characters 0 to 31 as Ctrl and a letter, each followed by Enter', steps: letters.flatMap((key) => [...chord('LEFTCTRL', key), ...chord('ENTER')]) },
    { name: 'GS, the separator of GS1 codes, as Ctrl+]', steps: [...type('0', '1'), ...chord('LEFTCTRL', 'RIGHTBRACE'), ...type('1', '0', 'ENTER')] },
    { name: 'Escape, then a code', steps: type('ESC', 'ESC', '9', '9', '0', '1', 'ENTER') },
    { name: 'function keys, then a code', steps: type('F1', 'F3', 'F6', 'F10', 'F11', 'F12', '9', '9', 'ENTER') },
    { name: 'Alt and the number pad: Alt+0027', steps: [{ key: [keys.LEFTALT, 1] }, ...type('KP0', 'KP0', 'KP2', 'KP7'), { key: [keys.LEFTALT, 0] }] },
    { name: 'Ctrl+Shift+U and a number', steps: [...chord('LEFTCTRL', 'LEFTSHIFT', 'U'), ...type('0', '0', '1', 'B', 'ENTER')] },
    { name: 'an address and Enter', steps: type('C', 'H', 'R', 'O', 'M', 'E', 'SEMICOLON', 'SLASH', 'SLASH', 'S', 'E', 'T', 'T', 'I', 'N', 'G', 'S', 'ENTER') },
    { name: 'Ctrl+L, an address, Enter', steps: [...chord('LEFTCTRL', 'L'), ...type('H', 'T', 'T', 'P', 'DOT', 'O', 'R', 'G', 'ENTER')] },
    { name: 'Alt+F4 a hundred times', steps: Array.from({ length: 100 }, () => chord('LEFTALT', 'F4')).flat() },
    { name: 'Ctrl held and never let go, then a code', steps: [{ key: [keys.LEFTCTRL, 1] }, ...type('T', 'N', 'W', 'ENTER'), { key: [keys.LEFTCTRL, 0] }] },
    { name: 'Shift five times (sticky keys)', steps: type('LEFTSHIFT', 'LEFTSHIFT', 'LEFTSHIFT', 'LEFTSHIFT', 'LEFTSHIFT') },
    { name: 'two thousand characters, as fast as USB brings them', steps: characters(2_000, 1) },
    { name: 'two thousand characters at once, as no USB brings them', steps: characters(2_000, 0) },
    { name: 'Tab two hundred times and Enter', steps: [...Array.from({ length: 200 }, () => chord('TAB')).flat(), ...chord('ENTER')] },
  ],
};

/** Places of a panel of 1080 by 1920. */
const [middle, title, card, khmer, english] = [[540, 960], [540, 350], [540, 1150], [290, 1710], [790, 1710]] as const;
const around = (count: number, radius: number): [number, number][] => Array.from({ length: count }, (_, index) => [540 + radius * Math.cos((2 * Math.PI * index) / count), 960 + radius * Math.sin((2 * Math.PI * index) / count)]);
const fingers = (count: number, from: number, to: number, milliseconds = 300): InputStep[] => {
  const ends = around(count, to);
  return drag(around(count, from).map((start, index) => ({ from: start, to: ends[index] ?? start })), { milliseconds });
};
const side = (count: number, dx: number, dy: number): InputStep[] => drag(Array.from({ length: count }, (_, index) => ({ from: [540 - dx / 2 + (dy === 0 ? 0 : (index - count / 2) * 90), 960 - dy / 2 + (dx === 0 ? 0 : (index - count / 2) * 90)] as const, to: [540 + dx / 2 + (dy === 0 ? 0 : (index - count / 2) * 90), 960 + dy / 2 + (dx === 0 ? 0 : (index - count / 2) * 90)] as const })));
const taps = (count: number, at: readonly [number, number], pause: number): InputStep[] => Array.from({ length: count }, (): InputStep[] => [...press(at, 40), { wait: pause }]).flat();

/** What fingers do. */
export const touches: Gestures = {
  'a finger that stays': [
    { name: 'long press on nothing', steps: press(middle, 1_500) },
    { name: 'long press on the title', steps: press(title, 1_500) },
    { name: 'long press on the emblem', steps: press([540, 160], 1_500) },
    { name: 'long press on the card with a price', steps: press(card, 1_500) },
    { name: 'long press on a button', steps: press(english, 1_500) },
    { name: 'long press on the lowest line', steps: press([540, 1_890], 1_500) },
    { name: 'long press, then drag', steps: drag([{ from: card, to: [700, 600] }], { holdFirst: 900 }) },
    { name: 'press of five seconds', steps: press(middle, 5_000) },
    { name: 'long press in a corner', steps: press([2, 2], 1_500) },
    { name: 'long press with two fingers', steps: drag([{ from: [400, 900], to: [400, 900] }, { from: [680, 900], to: [680, 900] }], { holdFirst: 1_400 }) },
  ],
  'taps': [
    { name: 'double tap on nothing', steps: taps(2, middle, 80) },
    { name: 'double tap on the title', steps: taps(2, title, 80) },
    { name: 'triple tap on a text', steps: taps(3, card, 60) },
    { name: 'ten quick taps', steps: taps(10, card, 30) },
    { name: 'double tap, then hold', steps: [...taps(1, title, 80), ...press(title, 1_200)] },
    { name: 'double tap, then drag', steps: [...taps(1, title, 60), ...drag([{ from: title, to: [540, 700] }])] },
    { name: 'tap with two fingers', steps: drag([{ from: [400, 900], to: [400, 900] }, { from: [680, 900], to: [680, 900] }], { milliseconds: 40 }) },
    { name: 'tap with three fingers', steps: fingers(3, 200, 200, 40) },
    { name: 'ten fingers at once', steps: fingers(10, 300, 300, 60) },
    { name: 'the four corners in turn', steps: [[1, 1], [1_078, 1], [1_078, 1_918], [1, 1_918]].flatMap(([x = 0, y = 0]) => taps(1, [x, y], 100)) },
    { name: 'the upper left corner ten times', steps: taps(10, [3, 3], 60) },
    { name: 'both languages at once', steps: drag([{ from: khmer, to: khmer }, { from: english, to: english }], { milliseconds: 40 }) },
  ],
  'swipes from an edge': [
    { name: 'from the left edge', steps: drag([{ from: [0, 960], to: [700, 960] }]) },
    { name: 'from the right edge', steps: drag([{ from: [1_079, 960], to: [380, 960] }]) },
    { name: 'from the top', steps: drag([{ from: [540, 0], to: [540, 900] }]) },
    { name: 'from the bottom', steps: drag([{ from: [540, 1_919], to: [540, 900] }]) },
    { name: 'slowly from the top, and stay', steps: drag([{ from: [540, 0], to: [540, 400] }], { milliseconds: 1_200, holdLast: 800 }) },
    { name: 'from the left edge with two fingers', steps: drag([{ from: [0, 900], to: [700, 900] }, { from: [0, 1_050], to: [700, 1_050] }]) },
    { name: 'from the top with three fingers', steps: drag([300, 540, 780].map((x) => ({ from: [x, 0] as const, to: [x, 900] as const }))) },
    { name: 'off the right edge', steps: drag([{ from: [540, 960], to: [1_079, 960] }]) },
    { name: 'from corner to corner', steps: drag([{ from: [0, 0], to: [1_079, 1_919] }], { milliseconds: 400 }) },
  ],
  'swipes': [
    { name: 'to the left (forward)', steps: side(1, -800, 0) },
    { name: 'to the right (back)', steps: side(1, 800, 0) },
    { name: 'down (pull to reload)', steps: side(1, 0, 1_200) },
    { name: 'up', steps: side(1, 0, -1_200) },
    { name: 'two fingers to the right', steps: side(2, 800, 0) },
    { name: 'two fingers down', steps: side(2, 0, 1_000) },
    { name: 'three fingers to the left', steps: side(3, -800, 0) },
    { name: 'three fingers up', steps: side(3, 0, -1_000) },
    { name: 'three fingers down', steps: side(3, 0, 1_000) },
    { name: 'four fingers up', steps: side(4, 0, -1_000) },
    { name: 'four fingers to the left', steps: side(4, -800, 0) },
    { name: 'a fling', steps: drag([{ from: [540, 1_500], to: [540, 300] }], { milliseconds: 60 }) },
    { name: 'a text dragged', steps: drag([{ from: title, to: [540, 1_200] }], { holdFirst: 700, milliseconds: 500 }) },
    { name: 'the emblem dragged', steps: drag([{ from: [540, 160], to: [540, 1_200] }], { holdFirst: 700, milliseconds: 500 }) },
  ],
  'fingers apart and together': [
    { name: 'pinch out', steps: fingers(2, 60, 400) },
    { name: 'pinch in', steps: fingers(2, 400, 60) },
    { name: 'pinch out slowly', steps: fingers(2, 60, 400, 1_200) },
    { name: 'pinch with four fingers', steps: fingers(4, 400, 80) },
    { name: 'pinch with five fingers', steps: fingers(5, 450, 80) },
    { name: 'spread of five fingers', steps: fingers(5, 80, 450) },
    { name: 'two fingers turned', steps: drag([{ from: [340, 960], to: [540, 760] }, { from: [740, 960], to: [540, 1_160] }]) },
    { name: 'one finger stays, one swipes', steps: drag([{ from: [200, 1_200], to: [200, 1_200] }, { from: [800, 600], to: [300, 600] }]) },
  ],
};

const mouse = (name: string, steps: readonly InputStep[]): Gesture => ({ name, steps });
const held = (key: KeyName, steps: readonly InputStep[]): InputStep[] => [{ key: [keys[key], 1] }, ...steps, { key: [keys[key], 0] }];

/** What a mouse does that somebody plugged in. */
export const mice: Gestures = {
  'a mouse': [
    mouse('right button on nothing', click(middle, 'right')),
    mouse('right button on a text', click(title, 'right')),
    mouse('right button on a picture', click([540, 160], 'right')),
    mouse('middle button', click(middle, 'middle')),
    mouse('middle button on a button', click(english, 'middle')),
    mouse('back button', click(middle, 'side')),
    mouse('forward button', click(middle, 'extra')),
    ...(['forward', 'back', 'task'] as const).map((name) => mouse(`button ${buttons[name] - buttons.left + 1}`, click(middle, name))),
    mouse('left and right together', [{ pointer: middle }, { button: [buttons.left, 1] }, { button: [buttons.right, 1] }, { wait: 40 }, { button: [buttons.right, 0] }, { button: [buttons.left, 0] }]),
    mouse('triple click on a text', [...click(title), ...click(title), ...click(title)]),
    mouse('Ctrl and the wheel', held('LEFTCTRL', [{ pointer: middle }, { wheel: [0, -5] }, { wait: 60 }, { wheel: [0, 5] }])),
    mouse('Shift and the wheel', held('LEFTSHIFT', [{ pointer: middle }, { wheel: [0, 5] }])),
    mouse('the wheel sideways', [{ pointer: middle }, { wheel: [-8, 0] }, { wait: 60 }, { wheel: [8, 0] }]),
    mouse('Ctrl and a click', held('LEFTCTRL', click(english))),
    mouse('Shift and a click', held('LEFTSHIFT', click(english))),
    mouse('Alt and a click', held('LEFTALT', click(english))),
    mouse('Ctrl, Shift and a click', held('LEFTCTRL', held('LEFTSHIFT', click(english)))),
    mouse('a drag over text', [{ pointer: [200, 300] }, { button: [buttons.left, 1] }, { wait: 60 }, { pointer: [600, 500] }, { wait: 60 }, { pointer: [900, 700] }, { wait: 60 }, { button: [buttons.left, 0] }]),
    mouse('the pointer in the upper edge', [{ pointer: [540, 0] }, { wait: 1_200 }]),
    mouse('the pointer in each corner', [{ pointer: [0, 0] }, { wait: 300 }, { pointer: [1_079, 0] }, { wait: 300 }, { pointer: [1_079, 1_919] }, { wait: 300 }, { pointer: [0, 1_919] }, { wait: 300 }]),
  ],
};
