import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectEnvironment, root } from './process.mjs';

/**
 * Runs the hub until it ends. Signals are handed on; the hub holds a channel to
 * us, so that it does not outlive us if we are killed; and since npm ends on a
 * signal without handing it on, we watch whether it is still there.
 */
export function start() {
  const demonstration = process.env.DEMO || '1';
  return new Promise((done) => {
    const hub = spawn(join(root, 'node_modules/.bin/node'), ['src/hub/main.ts'], {
      cwd: root,
      // In a demonstration the one machine plays the phone, too.
      env: projectEnvironment({ DEMO: demonstration, ...(demonstration === '1' && { PUBLIC_ADDRESS: process.env.PUBLIC_ADDRESS || `http://localhost:${process.env.PORT || 8080}` }) }),
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => hub.kill(signal));
    const parent = process.ppid;
    if (process.env.npm_lifecycle_event !== undefined) {
      setInterval(() => {
        if (process.ppid !== parent) hub.kill('SIGTERM');
      }, 500).unref();
    }
    hub.on('exit', (code) => done(code ?? 1));
  });
}
