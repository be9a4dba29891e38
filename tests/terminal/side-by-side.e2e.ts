import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Container } from './support/container.ts';
import { because, containerLacks } from './support/requirements.ts';
import { cleanRoot } from './support/root.ts';

const lacking = await containerLacks();

describe.skipIf(lacking !== undefined)(`two machines of these tests side by side${because(lacking)}`, () => {
  const machines: Container[] = [];
  beforeAll(async () => {
    for (let one = 0; one < 2; one++) {
      const machine = await Container.create(await cleanRoot('bookworm'));
      machines.push(machine);
      await machine.start();
      await machine.sh("systemd-run --quiet --unit=same --property=TimeoutStopSec=2 --property=KillSignal=SIGKILL --property=SuccessExitStatus=SIGKILL sleep 1000");
    }
  }, 900_000);
  afterAll(async () => {
    for (const machine of machines) await machine.remove();
  });

  it('know nothing of each other’s units: one ends at once, and the other’s goes on', async () => {
    const [first, second] = machines;
    const processes = (machine: Container | undefined): Promise<string> | undefined => machine?.sh('wc -l </sys/fs/cgroup/system.slice/same.service/cgroup.procs');
    expect(Number(await processes(second))).toBe(1);
    await first?.sh('systemctl stop same.service');
    expect((await first?.exec('systemctl is-failed same.service'))?.stdout.trim()).toBe('inactive');
    expect(Number(await processes(second))).toBe(1);
  });
});
