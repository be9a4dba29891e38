import { changeView, errands, type Visit } from './errands.ts';
import type { Target } from './eye.ts';
import { idleTimes } from '../../../src/kiosk/session/idle.ts';

/** What a monkey does not touch as often as what makes up the screens. */
function weight({ what }: Target): number {
  if (what.includes('nav__button')) return 0.4;
  if (what.includes('hg-button')) return 0.15;
  return 1;
}

/** Touches whatever is there, mostly things, sometimes nothing, sometimes something else than a touch. */
async function wander({ hand, random, note }: Visit, steps: number): Promise<void> {
  const { width, height } = hand.page.viewportSize() ?? { width: 1080, height: 1920 };
  const point = (): { x: number; y: number } => ({ x: Math.floor(random() * width), y: Math.floor(random() * height) });
  for (let step = 0; step < steps; step++) {
    const { screen, dialog, targets } = await hand.look();
    if (dialog) note('dialog');
    if (screen === 'attract') return;
    const kind = random();
    if (kind < 0.06) await hand.tap({ ...point(), what: 'anywhere' });
    else if (kind < 0.12) await hand.swipe(point(), (random() - 0.6) * height * 0.6);
    else if (kind < 0.15) {
      hand.log.push('keys');
      await hand.page.keyboard.press(random() < 0.5 ? 'Tab' : 'Escape');
      if (random() < 0.3) await hand.page.keyboard.press('Enter');
    } else {
      let at = random() * targets.reduce((sum, target) => sum + weight(target), 0);
      const chosen = targets.find((target) => (at -= weight(target)) <= 0);
      if (chosen !== undefined) await hand.tap(chosen);
    }
  }
}

/** Stands still until the warning; then goes on, ends it there, or lets it run out. */
async function leave({ hand, random, note }: Visit): Promise<void> {
  const how = random();
  if (how < 0.45) {
    if ((await hand.look()).dialog) await hand.page.keyboard.press('Escape');
    if (await hand.touch('.nav__button', 4)) note('ended by start over');
  } else {
    await hand.wait(idleTimes.untilWarning + 1_000);
    if ((await hand.until(['dialog[open] progress', '.attract'])) === 'dialog[open] progress') {
      note('idle warning');
      const answer = random();
      if (answer < 0.3) {
        await hand.touch('.dialog__actions .button', 0);
        note('stayed after the warning');
        await wander({ hand, random, note } as Visit, 2);
        await hand.wait(idleTimes.untilWarning + 1_000);
        await hand.until(['dialog[open] progress', '.attract']);
      } else if (answer < 0.5) {
        await hand.touch('.dialog__actions .button', 1);
        note('ended in the warning');
      }
    }
  }
  if ((await hand.until(['.attract'], 300)) === undefined) {
    await hand.wait(idleTimes.untilWarning + idleTimes.warning + 1_000);
    if ((await hand.until(['.attract'])) !== undefined) note('ended by itself');
  }
}

/** One citizen: starts, does what they came for, plays about, leaves. Ends on the attract screen, or throws. */
export async function visitOf(visit: Visit, errand: string): Promise<void> {
  const { hand, random, note } = visit;
  hand.log.push(`— ${errand} —`);
  const start = random();
  if (start < 0.4) await hand.touch('.attract__language', 0);
  else if (start < 0.8) await hand.touch('.attract__language', 1);
  else await hand.touch('.attract__touch');
  if ((await hand.until(['.home'])) === undefined) throw new Error('a touch on the attract screen starts no visit');
  if (random() < 0.25) await changeView(visit);
  await errands[errand]?.(visit);
  note(`errand ${errand}`);
  await wander(visit, Math.floor(random() * (errand === 'look around' ? 24 : 8)));
  await leave(visit);
  // Staff who leave the pad or the panel open: it closes by itself.
  if ((await hand.until(['.pin, .operator'], 0)) !== undefined) {
    await hand.wait(130_000);
    await hand.until(['body:not(:has(.pin, .operator))']);
  }
  if ((await hand.until(['.attract'], 0)) === undefined) throw new Error(`not back on the attract screen, but on ${(await hand.look()).screen}`);
  const traces = await hand.traces();
  if (traces.length > 0) throw new Error(`left behind: ${traces.join('; ')}`);
  await hand.clockRight();
}
