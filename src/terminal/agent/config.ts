import * as v from 'valibot';
import { err, ok, type Result } from '../../model/result.ts';
import { places } from '../places.ts';

const portSchema = v.pipe(v.string(), v.regex(/^\d{1,5}$/, 'a port is a number from 0 to 65535'), v.transform(Number), v.maxValue(65_535, 'a port is a number from 0 to 65535'));
const folder = (usual: string) => v.optional(v.pipe(v.string(), v.startsWith('/', 'a path from the root')), usual);

/**
 * The agent's environment. On a terminal nothing has to be set: systemd gives
 * the two folders, everything else is where the package puts it.
 *
 * | variable | what for | default |
 * | --- | --- | --- |
 * | `AGENT_PORT` | port on loopback; 0 takes a free one | 8480 |
 * | `AGENT_SETTINGS` | the terminal's settings | `/etc/owso-kiosk/terminal.yaml` |
 * | `AGENT_PIN_FILE` | hash of the staff's PIN | `/etc/owso-kiosk/pin` |
 * | `AGENT_APP_DIR` | the built app | `/usr/share/owso-kiosk-terminal/app` |
 * | `AGENT_CONTENT_DIR` | content that came with the package, as a repository; may be missing | `/usr/share/owso-kiosk-terminal/content` |
 * | `STATE_DIRECTORY` | key, enrolment, content from sticks | `/var/lib/owso-kiosk-agent` |
 * | `RUNTIME_DIRECTORY` | heartbeat, requests, results | `/run/owso-kiosk` |
 * | `AGENT_SYSTEM_ROOT` | where `/proc`, `/sys`, `/run` of the machine are; for tests | `/` |
 * | `LOG_LEVEL` | `debug`, `info`, `warn`, `error` or `silent` | `info` |
 * | `NOTIFY_SOCKET`, `WATCHDOG_USEC` | set by systemd: it is told when the agent is ready and that it lives | none |
 * | `NODE_USE_SYSTEM_CA` | read by Node: 1 trusts the machine's certificate authorities, too | the unit and `owso-kiosk` set it |
 */
const environmentSchema = v.object({
  AGENT_PORT: v.optional(portSchema, '8480'),
  AGENT_SETTINGS: folder(places.settings),
  AGENT_PIN_FILE: folder(places.pin),
  AGENT_APP_DIR: folder(places.app),
  AGENT_CONTENT_DIR: folder(places.content),
  STATE_DIRECTORY: folder(places.state),
  RUNTIME_DIRECTORY: folder(places.run),
  AGENT_SYSTEM_ROOT: folder('/'),
  LOG_LEVEL: v.optional(v.picklist(['debug', 'info', 'warn', 'error', 'silent'], 'one of debug, info, warn, error, silent'), 'info'),
  NOTIFY_SOCKET: v.optional(v.string()),
  WATCHDOG_USEC: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))),
});
export type AgentConfig = v.InferOutput<typeof environmentSchema>;

/** Reads the agent's environment; an empty variable counts as absent. The error is a sentence. */
export function readAgentConfig(environment: Readonly<Record<string, string | undefined>>): Result<AgentConfig, string> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = v.safeParse(environmentSchema, present);
  if (parsed.success) return ok(parsed.output);
  return err(parsed.issues.map((issue) => `Set ${v.getDotPath(issue) ?? ''} otherwise: ${issue.message}.`).join('\n'));
}
