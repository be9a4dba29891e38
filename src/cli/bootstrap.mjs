/**
 * What `npm start`, `npm test` and `npm run build` begin with. Plain JavaScript
 * for any Node from 20 on and without a single package, since it is what runs
 * before there are any. Everything after it runs on the Node in node_modules.
 */
import { build } from './bootstrap/build.mjs';
import { installForTests, installPackages } from './bootstrap/install.mjs';
import { ownTmp } from './bootstrap/own-tmp.mjs';
import { node, StepFailed } from './bootstrap/process.mjs';
import { start } from './bootstrap/start.mjs';
import { test, testTerminals } from './bootstrap/test.mjs';

/** Does something that leaves things in the temporary folder, and removes them. */
async function tidily(run) {
  const remove = ownTmp();
  try {
    return await run();
  } finally {
    remove();
  }
}

const commands = {
  /** Installs, builds and runs the hub; `DEMO=0 npm start` leaves the samples out. */
  async start() {
    await installPackages();
    await build();
    return start();
  },
  /** Installs and builds what has changed; with CONTENT and TRUST_ROOT, of a ministry's own content. */
  async build() {
    await installPackages();
    await build(process.env);
    return 0;
  },
  /** Installs, and runs every test there is. */
  async test() {
    await installPackages();
    await installForTests();
    return tidily(test);
  },
  /** Installs and builds, and tries the terminal's package on machines of its own. */
  async terminals() {
    await installPackages();
    await installForTests();
    await build();
    return tidily(testTerminals);
  },
  /** Installs and builds, then runs a script that needs both and a browser: `run FILE ARGUMENTS`. */
  async run(file, ...args) {
    await installPackages();
    await installForTests();
    await build(process.env);
    return tidily(() => node([file, ...args]));
  },
};

const [name = 'start', ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`There is no command “${name}”. There are: ${Object.keys(commands).join(', ')}.\n`);
  process.exit(2);
}
try {
  process.exitCode = await command(...args);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}
