import type { Command } from '../../console/command.ts';
import { oneLine } from '../../console/one-line.ts';
import { tellRefusal } from '../../console/refusal.ts';
import type { Machine } from './machine.ts';

/** Lines of Chromium's that say nothing of a kiosk: it has no desktop to talk to, and no graphics card in a test. */
const noise = /:ERROR:(?:dbus\/|ui\/ozone\/platform\/wayland\/common\/drm_render_node_path_finder)/;

/** `owso-kiosk logs`: what our units wrote into the journal. */
export function logsCommand(machine: Machine): Command {
  return {
    name: 'logs',
    summary: 'Shows what the terminal’s services wrote into the journal',
    options: {
      since: { type: 'string', value: 'TIME', help: 'from this moment on, such as today or "2026-11-25 08:00"; two hours ago: --since=-2h' },
      lines: { type: 'string', value: 'N', help: 'the last so many lines', default: '200' },
      all: { type: 'boolean', help: 'with what Chromium grumbles about programs that a kiosk has not' },
      follow: { type: 'boolean', help: 'goes on until it is stopped with Ctrl+C' },
      warnings: { type: 'boolean', help: 'warnings and errors alone' },
    },
    async run(call, terminal) {
      const lines = call.text('lines') ?? '';
      if (!/^\d{1,6}$/.test(lines)) return tellRefusal(terminal, { code: 'badCall', message: `"${oneLine(lines)}" is no number of lines.`, mend: 'Write for example --lines 50' });
      const since = call.text('since');
      const args = ['--unit=owso-kiosk*', '--output=short-iso', '--no-hostname', '--no-pager', '--quiet', ...(since === undefined ? [`--lines=${lines}`] : [`--since=${since}`]), ...(call.flag('follow') ? ['--follow'] : []), ...(call.flag('warnings') ? ['--priority=warning'] : [])];
      let any = false;
      const ran = await machine.run('journalctl', args, {
        limit: call.flag('follow') ? Number.POSITIVE_INFINITY : 60_000,
        signal: terminal.signal,
        onLine: (line) => {
          any = true;
          if (call.flag('all') || !noise.test(line)) terminal.out(oneLine(line));
        },
      });
      if (ran.kind === 'absent') return tellRefusal(terminal, { code: 'noJournal', message: 'There is no journalctl on this machine.', mend: 'Is it a terminal, with systemd?' });
      if (ran.kind === 'stopped') return terminal.signal.aborted ? 0 : tellRefusal(terminal, { code: 'tooSlow', message: 'The journal took longer than a minute.', mend: 'Ask for less: --lines 50' });
      if (ran.code !== 0) return tellRefusal(terminal, { code: 'noJournal', message: `The journal cannot be read: ${oneLine(ran.err.trim())}`, mend: machine.uid === 0 ? 'owso-kiosk logs --help shows how a time is written.' : 'Run it with sudo.' });
      if (!any) terminal.err(machine.uid === 0 ? 'Nothing was written.' : 'Nothing that you may read: run it with sudo.');
      return 0;
    },
  };
}
