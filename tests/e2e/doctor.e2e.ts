import { chown, cp, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { describe, expect, test } from 'vitest';
import { probeChromium } from '../../src/terminal/cli/doctor/probe.ts';
import type { FixtureMachine } from '../terminal-cli/fixture-machine.ts';
import { examine, wellTerminal } from '../terminal-cli/well-terminal.ts';

const root = resolve(import.meta.dirname, '../..');

/** A made-up terminal with the app's fonts and these policies, whose display is the account of nobody. */
async function terminalWith(policies: object): Promise<FixtureMachine> {
  const machine = await wellTerminal({
    '/etc/passwd': 'owso-kiosk:x:65534:65534::/nonexistent:/usr/sbin/nologin\nowso-kiosk-agent:x:991:991::/:/usr/sbin/nologin\n',
    '/etc/chromium/policies/managed/owso-kiosk.json': JSON.stringify(policies),
  });
  await cp(resolve(root, '.build/kiosk/assets'), machine.at('/usr/share/owso-kiosk-terminal/app/assets'), { recursive: true });
  return { ...machine, chown };
}

/** Another account's Chromium behind other policies can be started by root alone. */
describe.runIf(process.getuid?.() === 0)('a Chromium that the doctor starts for itself', () => {
  test('takes every policy that we ship, in its sandbox, and shapes Khmer in the app’s fonts', async () => {
    const shipped = parseYaml(await readFile(resolve(root, 'kiosk-config/terminal/chromium-policies.yaml'), 'utf8')) as Record<string, unknown>;
    const machine = await terminalWith(shipped);
    const { of } = await examine(machine, await probeChromium(machine));
    expect(of('policies')).toEqual([{ check: 'policies', status: 'ok', says: `Chromium takes all ${Object.keys(shipped).length} policies without complaint.` }]);
    expect(of('fonts')).toEqual([{ check: 'fonts', status: 'ok', says: expect.stringMatching(/kantumruy-pro-khmer.* and moul-khmer/) }]);
  });

  test('complains of an unknown policy, of one of another kind, and of one that it only takes from a cloud', async () => {
    const machine = await terminalWith({ URLBlocklist: ['*'], AudioOutputAllowed: false, IncognitoModeAvailability: 'never', GenAiDefaultSettings: 2 });
    const { of } = await examine(machine, await probeChromium(machine));
    const said = of('policies').map(({ status, says }) => `${status} ${says}`);
    expect(said).toEqual([expect.stringMatching(/fault Policy AudioOutputAllowed: Unknown/), expect.stringMatching(/fault Policy IncognitoModeAvailability: Expected integer/), expect.stringMatching(/fault Policy GenAiDefaultSettings: Ignored/)]);
  });
});
