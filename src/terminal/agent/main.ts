import { systemClock } from '../../serve/clock.ts';
import { readSettings } from '../read-settings.ts';
import { projectVersion } from '../../serve/version.ts';
import { buildAgent } from './app.ts';
import { readAgentConfig } from './config.ts';
import { agentLimits } from './limits.ts';
import { listenOnLoopback } from './listen.ts';
import { journalStream } from './log-stream.ts';
import { feedWatchdog, notifySystemd } from './notify.ts';

/** How the agent ends when nothing but a person can help: `RestartPreventExitStatus=78`. */
const configurationExit = 78;

function refuseToStart(sentence: string, code = configurationExit): never {
  process.stderr.write(`The agent cannot start. ${sentence}\n`);
  process.exit(code);
}

const config = readAgentConfig(process.env);
if (!config.ok) refuseToStart(config.error);
const { AGENT_PORT: port, NOTIFY_SOCKET: socket, ...env } = config.value;
const settings = readSettings(env.AGENT_SETTINGS);
if (!settings.ok) refuseToStart(settings.error);

const agent = await buildAgent({
  settings: settings.value,
  limits: agentLimits,
  clock: systemClock,
  appDir: env.AGENT_APP_DIR,
  packagedContentDir: env.AGENT_CONTENT_DIR,
  stateDir: env.STATE_DIRECTORY,
  runDir: env.RUNTIME_DIRECTORY,
  pinFile: env.AGENT_PIN_FILE,
  systemRoot: env.AGENT_SYSTEM_ROOT,
  version: projectVersion(),
  log: { level: env.LOG_LEVEL, stream: journalStream((line) => process.stderr.write(line)) },
  random: Math.random,
});
const { server } = agent;

const ended = new AbortController();
let stopping = false;
const endFeeding = feedWatchdog(socket, env.WATCHDOG_USEC);
function stop(): void {
  if (stopping) return;
  stopping = true;
  ended.abort();
  endFeeding();
  notifySystemd(socket, 'STOPPING=1');
  setTimeout(() => process.exit(1), agentLimits.shutdown).unref();
  server.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);

let taken = port;
try {
  taken = await listenOnLoopback(server, port);
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  refuseToStart(`It cannot listen on localhost:${port} (${code}).`, 1);
}
server.log.info(`The page is at http://localhost:${taken}/`);
notifySystemd(socket, 'READY=1');
agent.run(ended.signal);
