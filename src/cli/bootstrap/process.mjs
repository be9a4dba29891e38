import { spawn } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';

/** The project's folder. */
export const root = resolve(import.meta.dirname, '../../..');

/** Progress goes to standard error, so that a command's own output stays clean. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** A step of the way that did not work; the message says what to do. */
export class StepFailed extends Error {}

/** Environment in which `node` is the one in node_modules. */
export function projectEnvironment(extra = {}) {
  return { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`, ...extra };
}

/** Runs a program with our terminal and gives its exit status. */
export function attached(command, args, environment = projectEnvironment()) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: 'inherit' });
    child.on('error', fail);
    child.on('exit', (code, signal) => done(code ?? (signal === null ? 1 : 128)));
  });
}

/** Runs a file on the project's Node. */
export function node(args) {
  return attached(join(root, 'node_modules/.bin/node'), args);
}

/**
 * Runs a long step: says that it begins, every ten seconds that it goes on, and
 * how long it took. Its output is shown if it fails.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function step(title, command, args, environment = projectEnvironment()) {
  say(`• ${title} …`);
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const ticker = setInterval(() => say(`  … ${title.toLowerCase()}: ${seconds()} s`), 10_000);
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const finish = (code) => {
      clearInterval(ticker);
      if (code !== 0) say(output.split('\n').slice(-60).join('\n'));
      say(code === 0 ? `  done in ${seconds()} s` : `  failed after ${seconds()} s (exit ${code})`);
      done({ code, output });
    };
    child.on('error', (error) => {
      output += error.message;
      finish(1);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}
