import { receiptPayload, type RegistrationCode } from '../../../src/model/registration-code.ts';
import { touchCorners } from '../../e2e/support/operator.ts';
import { scanWithUsb } from '../../e2e/support/scan.ts';
import type { Random } from '../../fixtures/random.ts';
import type { Hand } from './hand.ts';
import { pin } from './world.ts';

/** What an errand is done with. */
export interface Visit {
  readonly hand: Hand;
  readonly random: Random;
  /** A code that the hub knows. */
  readonly known: RegistrationCode;
  /** A well-formed code that it does not. */
  readonly unknown: RegistrationCode;
  /** Counts that something was reached. */
  readonly note: (what: string) => void;
}

/** What somebody came for. Each step is passed over where the screen does not offer it. */
type Errand = (visit: Visit) => Promise<void>;

const tiles = { find: 0, prices: 1, status: 2, events: 3, office: 4 } as const;

async function open({ hand }: Visit, tile: keyof typeof tiles): Promise<void> {
  await hand.touch('.nav__button', 1);
  await hand.until(['.home']);
  await hand.touch('.tile', tiles[tile]);
  await hand.until(['.screen']);
}

const pick = <T,>(random: Random, of: readonly [T, ...T[]]): T => of[Math.floor(random() * of.length)] ?? of[0];

async function several(random: Random, most: number, act: () => Promise<unknown>): Promise<void> {
  for (let left = Math.floor(random() * (most + 1)); left > 0; left--) await act();
}

/** Reads a guide: chooses a case, counts, reads on, takes it away. */
async function readGuide({ hand, random, note }: Visit): Promise<void> {
  if ((await hand.until(['.guide'], 1_000)) === undefined) return;
  note('guide');
  await several(random, 3, async () => hand.touchAny('.case__option, .count__button'));
  await several(random, 2, async () => hand.touch('.scroll__more .button'));
  if (random() < 0.3) await hand.touchAny('.guide__rest .button--help, .guide__rest .row');
  if (random() < 0.6 && (await hand.touch('.screen__foot .button')) && (await hand.until(['.take__qr'], 1_000)) !== undefined) {
    note('take away');
    if (random() < 0.5) await hand.touch('.nav__button', 0);
  }
}

const queries = ['birth', 'moto', 'free', 'marry', 'zzqx', 'id card', 'សំបុត្រ', 'ផ្ទះ', 'កំណើត', 'price'] as const;

const search: Errand = async (visit) => {
  const { hand, random, note } = visit;
  await open(visit, 'find');
  await hand.touch('.find__field');
  if ((await hand.until(['.search__field'])) === undefined) return;
  await several(random, 2, async () => {
    const query = pick(random, queries);
    const latin = /^[a-z ]+$/.test(query);
    if (((await hand.until([latin ? '.keyboard--latin' : '.keyboard--khmer'], 0)) === undefined)) await hand.touch('[data-skbtn="{layout}"]');
    await hand.typeOnScreen(query);
    note('search');
    await several(random, 2, async () => hand.touchAny('[data-skbtn="{backspace}"], [data-skbtn="{shift}"], [data-skbtn="{clear}"]'));
  });
  if (await hand.touchAny('.scroll__area .row')) await readGuide(visit);
};

const topics: Errand = async (visit) => {
  const { hand, random } = visit;
  await open(visit, 'find');
  if (random() < 0.5) await hand.touch('.segments__one', 1);
  await hand.touchAny('.scroll__area .row');
  await hand.until(['.group'], 1_000);
  if (await hand.touchAny('.group .row')) await readGuide(visit);
  await several(random, 2, async () => hand.touch('.nav__button', 0));
};

const prices: Errand = async (visit) => {
  const { hand, random, note } = visit;
  await open(visit, 'prices');
  if (random() < 0.5) {
    await hand.touch('.price-tools__sector');
    if (await hand.touchAny('dialog .price-choice')) note('price sector');
  }
  if (random() < 0.5) {
    await hand.touch('.price-tools__filter');
    await several(random, 3, async () => (await hand.touchAny('dialog .price-choice')) && note('price filter'));
    await hand.touch('.price-dialog__close');
  }
  await several(random, 3, async () => hand.touch('.scroll__more .button'));
  if (random() < 0.5 && (await hand.touch('.price-tools__search'))) {
    await hand.typeOnScreen(pick(random, queries));
    note('price search');
    if (random() < 0.5) await hand.touch('.price-search .button');
  }
  if (await hand.touchAny('.prices__open')) {
    await readGuide(visit);
    await hand.touch('.nav__button', 0);
  }
};

const events: Errand = async (visit) => {
  const { hand, random, note } = visit;
  await open(visit, 'events');
  if (!(await hand.touchAny('.event-tile'))) return;
  await hand.until(['.event'], 1_000);
  note('life event');
  await several(random, 2, async () => hand.touchAny('.event__choices .case__option'));
  if (random() < 0.6 && (await hand.touchAny('.event-way__guide'))) {
    await readGuide(visit);
    await hand.touch('.nav__button', 0);
  }
  await hand.touch('.screen__foot .button');
};

const office: Errand = async (visit) => {
  const { hand, random, note } = visit;
  await open(visit, 'office');
  await several(random, 2, async () => hand.touch('.scroll__more .button'));
  if (random() < 0.7 && (await hand.touch('.office__machine'))) {
    await hand.until(['.machine'], 1_000);
    note('machine');
    await several(random, 2, async () => hand.touch('.machine__head .button'));
  }
};

/** Waits for what the hub says and does with it what people do. */
async function readAnswer({ hand, random, note }: Visit): Promise<void> {
  const met = await hand.until(['.answer', '.verdict > .icon', '.complaint'], 4_000);
  if (met === '.complaint' && random() < 0.6) {
    // The next sheet before the camera is a receipt.
    note('complaint about a code');
    if ((await hand.until(['.answer'], 4_000)) === '.answer') note('known application');
    return;
  }
  note(met === '.answer' ? 'known application' : met === '.complaint' ? 'complaint about a code' : met === undefined ? 'no answer' : 'no application');
  if (met === undefined) return;
  const then = random();
  if (then < 0.3) {
    await hand.wait(31_000);
    if (met !== '.complaint' && (await hand.until(['.camera', '.entry', '.attract'], 2_000)) !== undefined) note('answer gone by itself');
  } else if (then < 0.7) await hand.touchAny('.screen__foot .button');
}

const typeACode = (which: 'known' | 'unknown' | 'mistyped'): Errand => async (visit) => {
  const { hand, note } = visit;
  await open(visit, 'status');
  await hand.until(['.camera--scanning', '#code', '.answer', '.verdict', '.complaint'], 3_000);
  if ((await hand.until(['#code'], 0)) === undefined) await hand.touch('.screen__foot .button');
  if ((await hand.until(['#code', '.answer'], 1_000)) !== '#code') return readAnswer(visit);
  await hand.touch('#code');
  const { canonical } = which === 'unknown' ? visit.unknown : visit.known;
  await hand.typeOnScreen(which === 'mistyped' ? canonical.slice(0, -2) + '00' : canonical);
  await hand.touch('.entry__check');
  note(`typed ${which}`);
  await readAnswer(visit);
};

const camera: Errand = async (visit) => {
  await open(visit, 'status');
  await readAnswer(visit);
  if ((await visit.hand.until(['.camera'], 0)) !== undefined) await readAnswer(visit);
};

const usbScanner: Errand = async (visit) => {
  const { hand, random, known, unknown, note } = visit;
  await open(visit, 'status');
  const text = random() < 0.3 ? 'https://example.org/pay?id=1' : receiptPayload(random() < 0.7 ? known : unknown);
  await scanWithUsb(hand.page, text);
  hand.log.push('usb scan');
  note('usb scan');
  await readAnswer(visit);
};

/** Text size, contrast and reach. */
export const changeView: Errand = async ({ hand, random, note }) => {
  await hand.touch('.nav__button', 3);
  if ((await hand.until(['dialog[open] .sizes'], 1_000)) === undefined) return;
  note('view');
  await several(random, 4, async () => hand.touchAny('dialog .button--choice'));
  await hand.touch('dialog .button--primary');
};

const reading: Errand = async (visit) => {
  await changeView(visit);
  await visit.hand.touch('.nav__button', 2);
  await topics(visit);
};

/** Staff come: the pattern, the PIN, the panel with all that it does short of a restart. A wrong PIN opens nothing. */
const staff: Errand = async ({ hand, random, note }) => {
  hand.log.push('corners');
  await touchCorners(hand.page);
  if ((await hand.until(['.pin'], 1_000)) === undefined) return;
  note('pin pad');
  const right = random() < 0.85;
  // A digit comes never twice in a row: at a machine's speed that is a finger that bounced.
  for (const digit of right ? pin : '121212') await hand.touch('.pin__key', digit === '0' ? 10 : Number(digit) - 1);
  await hand.touch('.pin__key', 11);
  const met = await hand.until(['.operator', '.pin__said p'], 6_000);
  if (met !== '.operator') {
    note(right ? 'panel did not open' : 'wrong pin');
    if (random() < 0.5) await hand.touch('.pin__close');
    else await hand.wait(21_000);
    return;
  }
  note('operator’s panel');
  await several(random, 2, async () => hand.touch('.operator__tool', 0));
  if (random() < 0.4 && (await hand.touch('.operator__camera .button'))) {
    if ((await hand.until(['.operator__camera .operator__result'], 4_000)) !== undefined) note('camera test');
    if (random() < 0.5) await hand.touch('.operator__camera .button');
  }
  if (random() < 0.5 && (await hand.touch('.operator__buttons .button', Math.floor(random() * 3)))) {
    if ((await hand.until(['.operator__said .operator__result'], 6_000)) !== undefined) note('operator’s action');
  }
  if (random() < 0.4 && (await hand.touch('.operator__buttons .button', 3 + Math.floor(random() * 3)))) await hand.touch('.dialog__actions .button', 0);
  if (random() < 0.6) await hand.touch('.operator__tool', 1);
  else {
    await hand.wait(125_000);
    note('panel closed by itself');
  }
};

/** All errands by name. */
export const errands: Readonly<Record<string, Errand>> = {
  search,
  topics,
  prices,
  events,
  office,
  'type a known code': typeACode('known'),
  'type an unknown code': typeACode('unknown'),
  'type a wrong code': typeACode('mistyped'),
  'scan by camera': camera,
  'scan by USB scanner': usbScanner,
  reading,
  staff,
  'look around': async () => undefined,
};
