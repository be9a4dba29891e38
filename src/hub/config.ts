import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { parse as parseYaml } from 'yaml';
import { terminalSchema, type Terminal } from '../api/terminal.ts';
import { err, ok, type Result } from '../model/result.ts';

const projectRoot = resolve(import.meta.dirname, '../..');

/** Text of a port, as in an environment variable. */
const portSchema = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/, 'a port is a number from 0 to 65535'),
  v.transform(Number),
  v.maxValue(65_535, 'a port is a number from 0 to 65535'),
);

const switchSchema = v.pipe(
  v.picklist(['0', '1', 'true', 'false'], 'write 1 or 0'),
  v.transform((text) => text === '1' || text === 'true'),
);

/** Address of a content folder. Of a hub the bare address will do. */
const upstreamSchema = v.pipe(
  v.string(),
  v.check((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'an address such as https://hub.example/content/'),
  v.transform((text) => {
    const url = new URL(text);
    url.hash = '';
    url.search = '';
    if (url.pathname === '/') url.pathname = '/content/';
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return url;
  }),
);

/** Where `npm start` keeps the keys with which its demonstration is published. */
const demonstrationKeys = '.data/demonstration-keys/online';

/** Folder of the hub's data, by DATA_DIR and XDG_DATA_HOME alone. */
export function dataFolder(env: { readonly DATA_DIR?: string | undefined; readonly XDG_DATA_HOME?: string | undefined }): string {
  return resolve(projectRoot, env.DATA_DIR ?? (env.XDG_DATA_HOME === undefined ? '.data' : `${env.XDG_DATA_HOME}/owso-kiosk`));
}

/**
 * The hub's settings, one environment variable each. An empty variable counts
 * as absent.
 *
 * | variable | what for | default |
 * | --- | --- | --- |
 * | `PORT` | port to listen on; 0 takes a free one | 8080 |
 * | `HOST` | address to listen on; `0.0.0.0` lets other machines in | `localhost` (both loopback addresses) |
 * | `DATA_DIR` | folder of the database and the hub's secret | `$XDG_DATA_HOME/owso-kiosk`, else `.data` |
 * | `DEMO` | 1: sample applications and `/samples/` | 0 |
 * | `CONTENT_DIR` | the signed content repository | `.build/repository`, of a mirror `content` in DATA_DIR |
 * | `UPSTREAM_URL` | address of the hub, or of any web server's content folder, that this hub mirrors | none: no mirror |
 * | `TRUST_ROOT` | the root metadata from which a mirror verifies | `.build/baseline/root.json` |
 * | `ONLINE_KEYS` | folder with the snapshot and timestamp keys, if this hub publishes | in a demonstration its own, otherwise none |
 * | `KIOSK_DIR` | the built kiosk app | `.build/kiosk` |
 * | `STUDIO_DIR` | the built staff's app | `.build/studio` |
 * | `TERMINAL_FILE` | what terminals have to know | `kiosk-config/terminal.yaml` |
 * | `PUBLIC_ADDRESS` | address at which phones reach this hub, for QR codes; goes before `publicAddress` of the terminal settings | none |
 * | `LOG_LEVEL` | `debug`, `info`, `warn`, `error` or `silent` | `info` |
 * | `TRUST_PROXY` | addresses of reverse proxies, comma-separated, whose `X-Forwarded-For` is believed | none |
 */
const environmentSchema = v.pipe(
  v.object({
    PORT: v.optional(portSchema, '8080'),
    HOST: v.optional(v.pipe(v.string(), v.regex(/^[\w.:-]+$/, 'an address or a host name')), 'localhost'),
    DATA_DIR: v.optional(v.string()),
    XDG_DATA_HOME: v.optional(v.string()),
    DEMO: v.optional(switchSchema, '0'),
    CONTENT_DIR: v.optional(v.string()),
    UPSTREAM_URL: v.optional(upstreamSchema),
    TRUST_ROOT: v.optional(v.string(), '.build/baseline/root.json'),
    ONLINE_KEYS: v.optional(v.string()),
    KIOSK_DIR: v.optional(v.string(), '.build/kiosk'),
    STUDIO_DIR: v.optional(v.string(), '.build/studio'),
    TERMINAL_FILE: v.optional(v.string(), 'kiosk-config/terminal.yaml'),
    PUBLIC_ADDRESS: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\/[^\s/]+/, 'an address such as https://owso.example.org'))),
    LOG_LEVEL: v.optional(v.picklist(['debug', 'info', 'warn', 'error', 'silent'], 'one of debug, info, warn, error, silent'), 'info'),
    TRUST_PROXY: v.optional(v.string(), ''),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.UPSTREAM_URL === undefined || dataset.value.ONLINE_KEYS === undefined) return;
    addIssue({ message: 'a mirror holds no key: set UPSTREAM_URL or ONLINE_KEYS, not both', path: [{ type: 'object', origin: 'value', input: dataset.value, key: 'UPSTREAM_URL', value: dataset.value.UPSTREAM_URL }] });
  }),
  v.transform((env) => {
    const dataDir = dataFolder(env);
    const upstream = env.UPSTREAM_URL;
    const keys = env.ONLINE_KEYS ?? (env.DEMO && upstream === undefined && env.CONTENT_DIR === undefined && existsSync(resolve(projectRoot, demonstrationKeys)) ? demonstrationKeys : undefined);
    return {
      port: env.PORT,
      host: env.HOST,
      dataDir,
      demonstration: env.DEMO,
      contentDir: env.CONTENT_DIR !== undefined ? resolve(projectRoot, env.CONTENT_DIR) : upstream === undefined ? resolve(projectRoot, '.build/repository') : join(dataDir, 'content'),
      upstream,
      trustRoot: resolve(projectRoot, env.TRUST_ROOT),
      onlineKeys: keys === undefined ? undefined : resolve(projectRoot, keys),
      kioskDir: resolve(projectRoot, env.KIOSK_DIR),
      studioDir: resolve(projectRoot, env.STUDIO_DIR),
      terminalFile: resolve(projectRoot, env.TERMINAL_FILE),
      publicAddress: env.PUBLIC_ADDRESS,
      logLevel: env.LOG_LEVEL,
      trustProxy: env.TRUST_PROXY.split(',').map((part) => part.trim()).filter((part) => part !== ''),
    };
  }),
);

/** The settings of one hub. Relative folders are relative to the project. */
export type HubConfig = v.InferOutput<typeof environmentSchema>;

/** A setting that cannot be used: which one and what it may be. */
export interface ConfigError {
  readonly variable: string;
  readonly mend: string;
}

/** Reads the settings from environment variables. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Result<HubConfig, readonly ConfigError[]> {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = v.safeParse(environmentSchema, present);
  if (parsed.success) return ok(parsed.output);
  return err(parsed.issues.map((issue) => ({ variable: v.getDotPath(issue) ?? '', mend: issue.message })));
}

/** Reads what terminals have to know. The error is a sentence: file, field, fault. */
export function readTerminal(file: string): Result<Terminal, string> {
  let source: unknown;
  try {
    source = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    return err(`${file} cannot be read as YAML: ${error instanceof Error ? error.message : ''}`);
  }
  const parsed = v.safeParse(terminalSchema, source);
  if (parsed.success) return ok(parsed.output);
  return err(parsed.issues.map((issue) => `${file}, field ${v.getDotPath(issue) ?? '(top)'}: ${issue.message}`).join('\n'));
}
