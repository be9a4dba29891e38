import { paths } from '../api/paths.ts';
import { studioPath } from '../api/staff.ts';
import type { Terminal } from '../api/terminal.ts';
import { projectVersion } from '../serve/version.ts';
import { timestampName } from '../repository/names.ts';
import { servedEdition } from '../serve/served.ts';
import { StaticTree } from '../serve/static-tree.ts';
import { buildApp } from './app.ts';
import { carryingOf } from './carry.ts';
import { systemClock } from '../serve/clock.ts';
import { readConfig, readTerminal, type HubConfig } from './config.ts';
import { loadDemonstration } from './demo.ts';
import { Pictures } from './fleet/pictures.ts';
import { defaultRates, hubLimits } from './limits.ts';
import { addSampleFleet, runSampleFleet } from './samples/fleet.ts';
import { openFileStore } from './store/sqlite.ts';

/** Ends the process with a sentence for the operator. */
function refuseToStart(sentence: string): never {
  process.stderr.write(`The hub cannot start. ${sentence}\n`);
  process.exit(1);
}

function terminalSettings(file: string): Terminal {
  const terminal = readTerminal(file);
  return terminal.ok ? terminal.value : refuseToStart(terminal.error);
}

function settings(): HubConfig {
  const config = readConfig(process.env);
  if (config.ok) return config.value;
  return refuseToStart(config.error.map((fault) => `Set ${fault.variable} otherwise: ${fault.mend}.`).join('\n'));
}

const config = settings();
const terminal = terminalSettings(config.terminalFile);
const carrying = await carryingOf(config);
if (!carrying.ok) refuseToStart(carrying.error);
const store = (() => {
  try {
    return openFileStore(config.dataDir);
  } catch (error) {
    return refuseToStart(`Its data in ${config.dataDir} cannot be opened: ${error instanceof Error ? error.message : ''}`);
  }
})();
// Samples of an earlier demonstration must never answer in a real office.
await store.applications.removeSamples();
await store.accounts.removeDemonstration();
await store.fleet.removeSamples();
const demonstration = config.demonstration ? await loadDemonstration(store, systemClock.now()) : undefined;
const pictures = new Pictures();
const app = await buildApp({
  pictures,
  store,
  clock: systemClock,
  contentDir: config.contentDir,
  kioskDir: config.kioskDir,
  studioDir: config.studioDir,
  terminal: config.publicAddress === undefined ? terminal : { ...terminal, publicAddress: config.publicAddress },
  version: projectVersion(),
  demonstration,
  rates: defaultRates,
  log: { level: config.logLevel },
  trustProxy: config.trustProxy,
});

// Of the content no more than says which edition it is.
const newest = new StaticTree(config.contentDir, { marker: timestampName, wanted: (name) => name === timestampName });
const sampleFleet = { store, pictures, clock: systemClock, edition: async () => (await servedEdition(newest)) ?? undefined };
const samples = demonstration === undefined ? new Map<string, never>() : await addSampleFleet(sampleFleet);
const carried = new AbortController();
let stopping = false;
/** Lets the answers under way go out, closes the database and ends. */
function stop(): void {
  // A terminal sends Ctrl+C to the whole group and `npm start` hands it on: it comes twice.
  if (stopping) return;
  stopping = true;
  carried.abort();
  setTimeout(() => process.exit(1), hubLimits.shutdown).unref();
  app.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// Started by `npm start`, the hub does not outlive it.
process.on('disconnect', stop);

try {
  await app.listen({ port: config.port, host: config.host, backlog: hubLimits.backlog });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  await app.close();
  refuseToStart(code === 'EADDRINUSE' ? `Port ${config.port} is taken: stop the other program, or set PORT.` : `It cannot listen on ${config.host}:${config.port} (${String(code)}): set HOST and PORT.`);
}
// A bug there must not take the screens away: it is logged, and the hub goes on serving.
carrying.value?.(app.log, systemClock, carried.signal).catch((error: unknown) => app.log.error({ err: error }));
const address = app.server.address();
const shown = `http://${config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host}:${typeof address === 'object' && address !== null ? address.port : config.port}`;
process.stderr.write(`The kiosk is at ${shown}/\n`);
if (demonstration !== undefined) {
  runSampleFleet(sampleFleet, samples, carried.signal).catch((error: unknown) => app.log.error({ err: error }));
  const { name, password } = demonstration.account;
  process.stderr.write(`Sample receipts are at ${shown}${paths.samples}\nThe staff’s app is at ${shown}${studioPath}: name ${name}, password ${password} (drawn anew at each start)\n`);
}
