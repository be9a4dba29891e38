import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionAnswer } from '../../src/api/agent.ts';
import { writeHardwareTable, type HardwareRow } from './faults/table.ts';
import { slowness, within } from './support/hardware.ts';
import { asked, importStick, mounted, plugIn, showsEdition } from './support/import-stick.ts';
import { onAttract } from './support/on-attract.ts';
import { because, debianOf, virtualMachineLacks, whole } from './support/requirements.ts';
import { readOnlyRoot, suites, terminalRoot } from './support/root.ts';
import { contentSticks, type StickContent, type StickLayout, type Sticks } from './support/sticks.ts';
import { agentState, attractScreen, standalone } from './support/terminal.ts';
import { VirtualMachine } from './support/virtual-machine.ts';

const lacking = await virtualMachineLacks();
const state = '/var/lib/owso-kiosk-agent';
/** As Windows makes it. */
const fat: StickLayout = { kind: 'vfat', partitioned: true };

const shownEdition = async (machine: VirtualMachine): Promise<number | undefined> => (await agentState(machine))?.page?.health.edition;
/** What the kernel has to complain about a file system. */
const damage = 'dmesg | grep -iE "ext4.*(error|corrupt)" || true';

let sticks: Sticks;
beforeAll(async () => {
  if (lacking === undefined) sticks = await contentSticks();
}, 300_000);
afterAll(() => {
  if (lacking === undefined) sticks.remove();
});

describe.skipIf(lacking !== undefined)(`sticks and power cuts on a machine of its own${because(lacking)}`, () => {
  let machine: VirtualMachine;
  const rows: HardwareRow[] = [];
  beforeAll(async () => {
    machine = await VirtualMachine.create(await terminalRoot('bookworm', true), standalone);
    await onAttract(machine);
  }, 900_000 + within(60_000));
  afterAll(async () => {
    if (whole && rows.length === 2) writeHardwareTable('power cuts', rows);
    await machine?.remove();
  });

  it('a power cut in the middle of taking content from a stick leaves the content of before, and the stick can be taken again', async () => {
    const before = await shownEdition(machine);
    const stick = await sticks.image('newer', fat);
    await plugIn(machine, stick, 60_000);
    await machine.sh(asked);
    await machine.sh(`until [ "$(find ${state}/content -type f | wc -l)" -ge 10 ]; do sleep 0.1; done`, { timeout: within(30_000) });
    await machine.cutPower();
    await machine.start();
    // It was in the middle: objects are there, and what makes an edition of them is not.
    expect(Number(await machine.sh(`find ${state}/content -type f | wc -l`))).toBeGreaterThan(0);
    expect((await machine.exec(`test -e ${state}/content/metadata/timestamp.json`)).code).toBe(1);
    await attractScreen(machine, within(60_000));
    expect(await shownEdition(machine)).toBe(before);
    expect(await machine.sh(damage)).toBe('');
    await plugIn(machine, stick);
    const answer = await importStick(machine);
    expect(answer).toEqual({ result: 'done', edition: (before ?? 0) + 1 });
    await machine.pullStick();
    await showsEdition(machine, (before ?? 0) + 1);
    rows.push({ fault: 'power cut while content is taken from a stick', happened: 'the content of before was shown; the same stick could be taken afterwards' });
  }, within(300_000));

  it('takes newer content from a stick as Windows or Linux make them, refuses older and none, and mounts no stick for anybody else', async () => {
    const from = async (content: StickContent, layout: StickLayout): Promise<ActionAnswer> => {
      await plugIn(machine, await sticks.image(content, layout));
      expect(await machine.sh(mounted)).toBe('');
      const answer = await importStick(machine);
      expect(await machine.sh(mounted)).toBe('');
      await machine.pullStick();
      return answer;
    };
    expect(await from('photos', { kind: 'vfat', partitioned: false })).toMatchObject({ result: 'failed', code: 'noContentOnStick' });
    const taken = await from('newest', fat);
    expect(taken).toMatchObject({ result: 'done' });
    await showsEdition(machine, taken.result === 'done' ? taken.edition : undefined);
    // Read as far as the edition, whatever they are made of.
    expect(await from('newest', { kind: 'ext4', partitioned: false })).toMatchObject({ result: 'failed', code: 'stickSame' });
    expect(await from('newest', { kind: 'vfat', partitioned: false })).toMatchObject({ result: 'failed', code: 'stickSame' });
    expect(await from('older', { kind: 'ext4', partitioned: true })).toMatchObject({ result: 'failed', code: 'stickOlder' });
  }, within(180_000));

  it('is back with the same content after the power was cut, again and again', async () => {
    const edition = await shownEdition(machine);
    for (let cut = 0; cut < (slowness === 1 ? 5 : 1); cut++) {
      await machine.sh('touch /run/owso-kiosk/requests/restart-display');
      await machine.cutPower();
      await machine.start();
      await attractScreen(machine, within(60_000));
      // The page begins with what came with the app, and takes the stick's content from the agent.
      await showsEdition(machine, edition);
      expect(await machine.sh('findmnt -no OPTIONS /')).toMatch(/^rw/);
      expect(await machine.sh(damage)).toBe('');
    }
    rows.push({ fault: 'power cut of the whole machine while the display starts anew', happened: 'the machine started into the attract screen, with the content that it had from the stick' });
  }, within(600_000));
});

/** A name for a machine's state: every file of the agent's, its owner, its mode and what it holds. */
async function agentFiles(machine: VirtualMachine): Promise<string> {
  const listed = await machine.sh(`cd ${state} && find . -type f -printf '%p %u %m\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum`);
  return `${listed.split('\n').length} ${createHash('sha256').update(listed).digest('hex')}`;
}

describe.skipIf(lacking !== undefined).each(suites)(`a terminal on %s whose root cannot be written to${because(lacking)}`, (suite) => {
  let machine: VirtualMachine;
  beforeAll(async () => {
    machine = await VirtualMachine.create(await readOnlyRoot(suite), standalone, { varApart: true });
  }, 900_000);
  afterAll(() => machine?.remove());

  it('forgets what was written outside /var at each start, and keeps key, enrolment, content and the count of wrong PINs', async () => {
    // What `provision` does is done with the root writable, as the documentation says.
    await machine.start({ kernel: 'overlayroot=disabled' });
    expect((await machine.sh('findmnt -no FSTYPE /')).trim()).toBe('ext4');
    await machine.sh('printf 730519 | owso-kiosk pin --from-input', { timeout: within(20_000) });
    await machine.sh('sync');
    await machine.cutPower();

    await machine.start();
    await attractScreen(machine, within(60_000));
    expect((await machine.sh('findmnt -no FSTYPE /; findmnt -no FSTYPE,OPTIONS /var')).trim()).toMatch(/^overlay\next4 +rw/);
    expect((await machine.sh('systemctl --failed --no-legend --plain')).trim()).toBe('');
    await machine.sh('echo mine >/etc/owso-test; echo mine >/usr/lib/owso-test-file; echo mine >>/etc/owso-kiosk/terminal.yaml; rm /usr/lib/owso-kiosk-terminal/agent.js; echo mine >/var/lib/owso-test');
    const refused = await machine.exec('owso-kiosk pin --remove', { timeout: within(20_000) });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('overlayroot=disabled')]);
    const asAgent = 'setpriv --reuid=owso-kiosk-agent --regid=owso-kiosk-agent --init-groups';
    const node = '/usr/lib/owso-kiosk-terminal/node -e';
    const wrongPin = "fetch('http://localhost:8480/terminal/unlock', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ pin: '730518' }) }).then((answer) => answer.text()).then(console.log)";
    expect(await machine.sh(`${node} "${wrongPin}"`, { timeout: within(20_000) })).toContain('"wrong"');
    await machine.sh(`umask 077; ${asAgent} ${node} "require('node:fs').writeFileSync('${state}/key.pem', crypto.generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))"; echo '{"hub":"https://hub.example","terminal":1}' | ${asAgent} tee ${state}/enrolment.json`);
    await plugIn(machine, await sticks.image('newer', fat));
    const taken = await importStick(machine);
    expect(taken).toMatchObject({ result: 'done' });
    const edition = taken.result === 'done' ? taken.edition : undefined;
    await showsEdition(machine, edition);
    const files = await agentFiles(machine);
    await machine.cutPower();

    await machine.start();
    expect((await machine.exec('ls /etc/owso-test /usr/lib/owso-test-file')).stdout).toBe('');
    expect(await machine.sh('cat /etc/owso-kiosk/terminal.yaml /var/lib/owso-test; test -s /etc/owso-kiosk/pin && ls /usr/lib/owso-kiosk-terminal/agent.js')).toBe(`${standalone['etc/owso-kiosk/terminal.yaml']?.content ?? ''}mine\n/usr/lib/owso-kiosk-terminal/agent.js\n`);
    expect(await agentFiles(machine)).toBe(files);
    expect(await machine.sh(`cat ${state}/pin-delay.json`)).toContain('"failures":1');
    await attractScreen(machine, within(60_000));
    await showsEdition(machine, edition);
    if (whole) writeHardwareTable(`a root that cannot be written to, ${debianOf[suite]}`, [{ fault: 'files outside /var changed and removed, then a power cut', happened: 'everything outside /var was as installed; key, enrolment, content from a stick and the count of wrong PINs were kept' }]);
  }, within(400_000));
});
