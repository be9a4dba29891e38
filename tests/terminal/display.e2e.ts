import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Container } from './support/container.ts';
import { chord, press } from './support/input.ts';
import { until } from './support/command.ts';
import { because, containerLacks, triedSuites } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import { agentState, attractScreen, besideThePage, inspect, inspectable, onlyThePage, standalone, type Inspected } from './support/terminal.ts';

const lacking = await containerLacks();

describe.skipIf(lacking !== undefined).each(triedSuites)(`the terminal that was installed on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;
  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), standalone);
    await machine.start();
  }, 900_000);
  afterAll(() => machine?.remove());

  it('shows the attract screen by itself, within 15 s of its system being up', async () => {
    await attractScreen(machine, 15_000);
    expect((await agentState(machine))?.page?.health).toMatchObject({ screen: 'attract', drawn: true, content: true, faults: [] });
  });

  it('runs Chromium as a user without rights, each page in a sandbox', async () => {
    const commands = await machine.sh('ps -o args= -u owso-kiosk');
    expect(commands).toContain('/usr/lib/chromium/chromium');
    expect(commands).not.toMatch(/--no-sandbox|--disable-setuid-sandbox|--disable-namespace-sandbox|--disable-seccomp/);
    const renderers = (await machine.sh('pgrep -u owso-kiosk -f type=renderer')).trim().split('\n');
    expect(renderers.length).toBeGreaterThan(0);
    const outside = await machine.sh('readlink /proc/1/ns/user /proc/1/ns/pid /proc/1/ns/net');
    for (const pid of renderers) {
      const status = await machine.sh(`cat /proc/${pid}/status`);
      expect(status).toMatch(/^Seccomp:\t2$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      const inside = await machine.sh(`readlink /proc/${pid}/ns/user /proc/${pid}/ns/pid /proc/${pid}/ns/net`);
      for (const [index, name] of inside.trim().split('\n').entries()) expect(name).not.toBe(outside.trim().split('\n')[index]);
    }
  });

  it('takes the screen back when something lies over the page, by the watchdog', async () => {
    const before = await attractScreen(machine, 15_000);
    const opened = await besideThePage(machine, 'about:blank');
    expect(opened.stdout).toContain('Opening in existing browser session');
    expect(await attractScreen(machine, 30_000, before)).not.toBe(before);
  });

  it('has the kiosk\'s keymap in its X server too, which would otherwise go on with one of its own', async () => {
    const keymap = await machine.sh('DISPLAY=:0 xkbcomp -xkb :0 - 2>/dev/null', { user: 'owso-kiosk' });
    expect(keymap).toMatch(/key\s+<ESC>\s*\{\s*\[\s*BackSpace\s*\]/);
    expect(keymap).not.toMatch(/\b(?:Escape|Control_L|Alt_L|Super_L|F1|XF86\w+)\b/);
  });

  it('is back on the attract screen after the plug was pulled', async () => {
    const before = await attractScreen(machine, 15_000);
    await machine.cutPower();
    await machine.start();
    expect(await attractScreen(machine, 15_000, before)).not.toBe(before);
  });
});

describe.skipIf(lacking !== undefined).each(triedSuites)(`the panel of a terminal on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;
  let inspected: Inspected;
  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), inspectable);
    await machine.start();
    await attractScreen(machine, 15_000);
    inspected = await inspect(machine);
  }, 900_000);
  afterAll(async () => {
    await inspected?.close();
    await machine?.remove();
  });

  it('shows what the page draws, and nothing of Chromium\'s own', async () => {
    expect(await onlyThePage(machine, inspected)).toMatchObject({ same: true });
    expect(await inspected.shown()).toEqual([expect.stringMatching(/^http:\/\/localhost:8480\//)]);
  });

  it('answers a finger', async () => {
    await machine.input(press([300, 1710]));
    await inspected.page.locator('.home').waitFor();
    await until('the agent knows of the visit', 5_000, async () => ((await agentState(machine))?.page?.health.screen === 'visit' ? true : undefined));
    expect(await onlyThePage(machine, inspected)).toMatchObject({ same: true });
  });

  it('opens no tab for Ctrl+T', async () => {
    await machine.input(chord('LEFTCTRL', 'T'));
    expect(await onlyThePage(machine, inspected)).toMatchObject({ same: true });
    expect(await inspected.shown()).toHaveLength(1);
  });

  it('does not pass for itself when a tab lies over it: these tests see', async () => {
    await inspected.open('about:blank');
    expect(await inspected.shown()).toHaveLength(2);
    expect(await onlyThePage(machine, inspected, 2)).toMatchObject({ same: false });
  });
});
