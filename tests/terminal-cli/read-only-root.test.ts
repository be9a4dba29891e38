import { describe, expect, test } from 'vitest';
import { fixtureMachine } from './fixture-machine.ts';
import { session } from './session.ts';

/** As Debian's overlayroot mounts it, with the rest on a partition of its own. */
const overlayroot = `/dev/vda1 /media/root-ro ext4 ro,relatime 0 0
tmpfs-root /media/root-rw tmpfs rw,relatime 0 0
overlayroot / overlay rw,relatime,lowerdir=/media/root-ro,upperdir=/media/root-rw/overlay,workdir=/media/root-rw/overlay-workdir/_ 0 0
/dev/vda2 /var ext4 rw,relatime 0 0
`;
/** A container's root. */
const container = 'overlay / overlay rw,relatime,lowerdir=/var/lib/a:/var/lib/b,upperdir=/var/lib/c,workdir=/var/lib/d 0 0\ntmpfs /run tmpfs rw 0 0\n';

const changing = [['update', '/new.deb'], ['update', '--debian'], ['pin', '--remove'], ['provision']];

describe('a command that changes what lies outside /var', () => {
  test.each(changing)('%s %s says that the root forgets it, and changes nothing', async (...command) => {
    const machine = await fixtureMachine({ files: { '/proc/mounts': overlayroot } });
    const said = await session(machine, command);
    expect(said.code).toBe(1);
    expect(said.err).toContain('overlayroot=disabled');
    expect(machine.ran).toEqual([]);
  });

  test('is not held up by a root that is an overlay and keeps what is written', async () => {
    const machine = await fixtureMachine({ files: { '/proc/mounts': container } });
    expect((await session(machine, ['pin', '--remove'])).err).not.toContain('overlayroot');
  });
});
