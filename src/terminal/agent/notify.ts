import { execFile } from 'node:child_process';

/**
 * Tells systemd how the agent is (sd_notify). Node has no datagrams on Unix
 * sockets, so systemd's own program says it: the unit needs `NotifyAccess=all`,
 * by which systemd listens to the agent's children, too. Some 2 ms each.
 */
export function notifySystemd(socket: string | undefined, ...words: readonly string[]): void {
  if (socket === undefined) return;
  // If it is not heard, systemd finds the agent silent and starts it anew: nothing to add here.
  execFile('/usr/bin/systemd-notify', [...words], { env: { NOTIFY_SOCKET: socket }, timeout: 5_000 }, () => undefined);
}

/**
 * Says at a third of the limit that the agent lives, from the event loop that
 * serves the page: if that hangs, nothing is said.
 * @param limit microseconds, as systemd gives it in `WATCHDOG_USEC`
 * @returns ends it
 */
export function feedWatchdog(socket: string | undefined, limit: number | undefined): () => void {
  if (socket === undefined || limit === undefined) return () => undefined;
  const timer = setInterval(() => notifySystemd(socket, 'WATCHDOG=1'), limit / 3_000);
  return () => clearInterval(timer);
}
