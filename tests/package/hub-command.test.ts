import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const command = readFileSync(resolve(import.meta.dirname, '../../kiosk-config/hub/files/usr/bin/owso-kiosk-hub'), 'utf8');

/** What a machine says where the hub's command stands on it. */
interface Machine {
  readonly settings?: string;
  /** What systemd says of the hub; absent where no systemd runs. */
  readonly hub?: string | undefined;
}

/** Runs the installed command as root of a machine of stand-ins. `did`: what it had done, and the program with its variables last. */
function run({ settings = '', hub }: Machine, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'hub-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const program = (path: string, body: string): void => {
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  };
  program(join(programs, 'id'), 'echo 0');
  program(join(programs, 'setpriv'), `while [ "$1" != ${folder}/node ]; do shift; done; exec "$@"`);
  program(join(programs, 'systemctl'), `[ "$1" = is-active ] || { echo "$1" >>${folder}/did; exit; }\n${hub === undefined ? 'exit 1' : `echo '${hub}'; [ '${hub}' = active ]`}`);
  program(join(folder, 'node'), `shift 2; echo "run $*" >>${folder}/did; env`);
  writeFileSync(join(folder, 'hub.env'), settings);
  writeFileSync(join(folder, 'did'), '');
  writeFileSync(join(folder, 'command'), command.replaceAll('/etc/owso-kiosk-hub', folder).replaceAll('/usr/lib/owso-kiosk-hub', folder));
  const { status, stdout, stderr } = spawnSync('/bin/sh', [join(folder, 'command'), ...args], { encoding: 'utf8', cwd: folder, env: { PATH: `${programs}:/usr/bin:/bin` } });
  const set = Object.fromEntries(stdout.trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return { status, stderr, set, did: readFileSync(join(folder, 'did'), 'utf8').trim().split('\n') };
}

describe('the installed command of the hub', () => {
  test.each([
    ['a blank between two addresses', 'TRUST_PROXY=127.0.0.1, 10.0.0.2', '127.0.0.1, 10.0.0.2'],
    ['blanks around it', '  TRUST_PROXY = 10.0.0.2 \t', '10.0.0.2'],
    ['double quotes', 'TRUST_PROXY="10.0.0.2, 10.0.0.3"', '10.0.0.2, 10.0.0.3'],
    ['single quotes', "TRUST_PROXY='10.0.0.2'", '10.0.0.2'],
    ['a line that goes on', 'TRUST_PROXY=10.0.0.2,\\\n10.0.0.3', '10.0.0.2,10.0.0.3'],
    ['a carriage return', 'TRUST_PROXY=10.0.0.2\r\nPORT=1\r\n', '10.0.0.2'],
    ['comments and what is no setting', '# TRUST_PROXY=1\n;TRUST_PROXY=2\nTRUST_PROXY=10.0.0.2\nTRUST_PROXY\n2TRUST-PROXY=3\n\n', '10.0.0.2'],
    ['what a shell would run or fill in', 'TRUST_PROXY=$(touch ran)`touch ran`;touch ran $HOME # all', '$(touch ran)`touch ran`;touch ran $HOME # all'],
  ])('reads settings as systemd does, with %s', (_what, settings, value) => {
    const { status, stderr, set, did } = run({ settings }, 'accounts', 'list');
    expect({ status, stderr, did }).toEqual({ status: 0, stderr: '', did: ['run accounts list'] });
    expect(set).toMatchObject({ TRUST_PROXY: value, DATA_DIR: '/var/lib/owso-kiosk-hub' });
  });

  test('takes a setting of the file before its own, and none for backups', () => {
    const settings = 'CONTENT_DIR=/srv/content\nBACKUP_DIR=/srv/nowhere';
    expect(run({ settings }, 'keys', 'list').set).toMatchObject({ CONTENT_DIR: '/srv/content' });
    expect(run({ settings }, 'backup', 'list').set).toMatchObject({ BACKUP_DIR: '/var/backups/owso-kiosk-hub' });
  });

  test.each(['active', 'activating', 'reloading'])('stops a hub that is %s before a backup is brought back, and has it running again afterwards', (hub) => {
    expect(run({ hub }, 'backup', 'restore', 'monday')).toMatchObject({ status: 0, stderr: '', did: ['stop', 'run backup restore monday', 'start'] });
  });

  test.each(['inactive', 'failed', 'unknown', undefined])('lets a hub be that is %s', (hub) => {
    expect(run({ hub }, 'backup', 'restore', 'monday')).toMatchObject({ status: 0, stderr: '', did: ['run backup restore monday'] });
  });
});
