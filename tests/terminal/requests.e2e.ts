import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './support/command.ts';
import { Container } from './support/container.ts';
import { because, containerLacks, triedSuites } from './support/requirements.ts';
import { terminalRoot } from './support/root.ts';
import { attractScreen, standalone } from './support/terminal.ts';

const lacking = await containerLacks();

/** Asks for something as the agent does, and waits until its unit has ended. */
async function request(machine: Container, name: string): Promise<void> {
  await machine.sh(`setpriv --reuid owso-kiosk-agent --regid owso-kiosk-agent --clear-groups touch /run/owso-kiosk/requests/${name}`);
  await until(`the request ${name} is taken up`, 10_000, async () => ((await machine.exec(`test -e /run/owso-kiosk/requests/${name}`)).code === 0 ? undefined : true));
  await until(`the request ${name} has ended`, 90_000, async () => (/^(?:inactive|failed)$/m.test((await machine.exec(`systemctl is-active owso-kiosk-request@${name}.service`)).stdout) ? true : undefined));
}

const as = (user: string, command: string): string => `setpriv --reuid ${user} --regid ${user} --clear-groups sh -c '${command}'`;

describe.skipIf(lacking !== undefined).each(triedSuites)(`a service that was taken over on Debian %s${because(lacking)}`, (suite) => {
  let machine: Container;
  /** Has something else happen where the screen's picture would be taken, as the display's user. */
  const insteadOfGrim = async (lines: string): Promise<void> => {
    await machine.write('/usr/local/sbin/grim', `#!/bin/sh\n${lines}\n`);
    await machine.sh('chmod 755 /usr/local/sbin/grim');
  };
  beforeAll(async () => {
    machine = await Container.create(await terminalRoot(suite), { ...standalone, 'etc/secret': { content: 'of root alone\n', mode: 0o600 } });
    await machine.start();
    await attractScreen(machine, 60_000);
  }, 900_000);
  afterAll(() => machine?.remove());

  it('learns nothing of root’s files by a name of the compositor that is a link', async () => {
    await insteadOfGrim('printf %s "$WAYLAND_DISPLAY" >/run/owso-kiosk-screen/told; : >"$1"');
    await machine.sh(as('owso-kiosk', 'ln -sf /etc/secret /run/owso-kiosk-display/wayland-display'));
    await request(machine, 'screenshot');
    expect((await machine.exec('cat /run/owso-kiosk-screen/told')).stdout).not.toContain('of root alone');
  });

  it('gets no copy of them by a picture that is a link', async () => {
    await machine.sh(as('owso-kiosk', 'rm -f /run/owso-kiosk-display/wayland-display; echo wayland-0 >/run/owso-kiosk-display/wayland-display'));
    await insteadOfGrim('ln -s /etc/secret "$1"');
    await request(machine, 'screenshot');
    expect((await machine.exec('cat /run/owso-kiosk/results/screenshot.png*')).stdout).not.toContain('of root alone');
  });

  it.each(['screenshot', 'import-stick', 'examine'])('has root put no file where its folder of results leads, by the request %s', async (name) => {
    await insteadOfGrim(': >"$1"');
    await machine.sh(as('owso-kiosk-agent', 'cd /run/owso-kiosk && mv results kept && ln -s /etc/chromium/policies/managed results'));
    await request(machine, name);
    await machine.sh(as('owso-kiosk-agent', 'cd /run/owso-kiosk && rm results && mv kept results'));
    expect((await machine.sh('ls /etc/chromium/policies/managed')).trim()).toBe('owso-kiosk.json');
  });
});
