import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './support/command.ts';
import { within } from './support/hardware.ts';
import { press } from './support/input.ts';
import { compare, decode, type Picture } from './support/picture.ts';
import { because, virtualMachineLacks } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import { agentState, attractScreen, standalone } from './support/terminal.ts';
import { VirtualMachine } from './support/virtual-machine.ts';

const lacking = await virtualMachineLacks();

/** The English button of the attract screen, by its share of the picture's width and height, upright and lying. */
const english = { upright: [0.73, 0.89], lying: [0.74, 0.83] } as const;

/** Where on the panel a place of a picture is that was turned clockwise. Shares of width and height. */
function onPanel([x, y]: readonly [number, number], rotation: number): readonly [number, number] {
  if (rotation === 90) return [1 - y, x];
  if (rotation === 180) return [1 - x, 1 - y];
  return rotation === 270 ? [y, 1 - x] : [x, y];
}

/** The edges of all that is bright in a picture: left, right, top, bottom. */
function whereBright({ width, height, pixels }: Picture): readonly number[] {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((pixels[(y * width + x) * 3] ?? 0) > 200) [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return [left, right, top, bottom];
}

// Two compositors, and two ways to turn a picture.
describe.skipIf(lacking !== undefined).each(['bookworm', 'trixie'] as const)(`a panel that hangs turned, on %s${because(lacking)}`, (suite) => {
  let machine: VirtualMachine;
  beforeAll(async () => {
    machine = await VirtualMachine.create(await terminalRoot(suite, true), standalone);
    await machine.start();
    await attractScreen(machine, within(60_000));
  }, within(180_000) + 900_000);
  afterAll(() => machine?.remove());
  /** As a technician turns it; the display is not waited for, which takes longer than anybody would wait where everything is emulated. */
  const turn = async (rotation: number): Promise<void> => {
    await machine.sh(`printf 'rotation: ${rotation}\\n' >/root/turned.yaml; owso-kiosk provision --no-start --from /root/turned.yaml && systemctl --no-block restart owso-kiosk.service`, { timeout: within(60_000) });
  };

  it.each([90, 180, 270, 0])('shows its picture %i degrees clockwise, and is touched where it is seen', async (rotation) => {
    const before = (await agentState(machine))?.page?.health.page;
    await turn(rotation);
    await attractScreen(machine, within(60_000), before);
    const [x, y] = onPanel(rotation % 180 === 0 ? english.upright : english.lying, rotation);
    // The first touch after a start of Debian 12's compositor reaches nobody. Nothing moves on the screen of a visit.
    await until('a visit', within(10_000), async () => {
      await machine.input(press([x * machine.panel.width, y * machine.panel.height], 120));
      return until('a visit', within(1_000), async () => ((await agentState(machine))?.page?.health.screen === 'visit' ? true : undefined)).catch(() => undefined);
    });
    await machine.sh('owso-kiosk screenshot /root/shot.png', { timeout: within(60_000) });
    const upright = await sharp(await machine.read('/root/shot.png')).rotate(rotation).png().toBuffer();
    expect(compare(await decode(upright), await decode(await machine.picture())).squares).toBeLessThan(20);
  }, within(240_000));

  it('shows “out of service” turned, too', async () => {
    await turn(90);
    await machine.sh('systemctl start owso-kiosk-fallback.service');
    // As the viewer fits it into the turned panel. Two steps: in one, sharp would turn it first.
    const { width, height } = machine.panel;
    const fitted = await sharp(await machine.read('/usr/share/owso-kiosk-terminal/out-of-service.png')).resize({ width: height, height: width, fit: 'contain', background: '#0b2a5b' }).png().toBuffer();
    const words = whereBright(await decode(await sharp(fitted).rotate(90).png().toBuffer()));
    expect(await until('the picture, turned', within(30_000), async () => {
      const panel = await decode(await machine.picture());
      const seen = whereBright(panel);
      return panel.pixels.subarray(0, 3).toString('hex') === '0b2a5b' && seen.every((edge, at) => Math.abs(edge - (words[at] ?? 0)) <= 3) ? true : undefined;
    })).toBe(true);
  }, within(120_000));
});
