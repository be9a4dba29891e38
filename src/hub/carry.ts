import type { FastifyBaseLogger } from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import { err, ok, type Result } from '../model/result.ts';
import { openFolder } from '../repository/folder.ts';
import { TrustedMetadata } from '../trust/trusted-metadata.ts';
import type { Clock } from '../serve/clock.ts';
import type { HubConfig } from './config.ts';
import { hubLimits } from './limits.ts';
import { httpSource } from './mirror/http-source.ts';
import { Mirror } from './mirror/mirror.ts';
import { runMirror } from './mirror/run.ts';
import { openOnlineKeys } from './publish/online-keys.ts';
import { Publisher, runPublisher } from './publish/run.ts';

/** Keeps the content that a hub serves up to date until it is stopped. */
export type Carrying = (log: FastifyBaseLogger, clock: Clock, signal: AbortSignal) => Promise<void>;

async function mirroring(config: HubConfig, upstream: URL): Promise<Result<Carrying, string>> {
  const anchor = existsSync(config.trustRoot) ? readFileSync(config.trustRoot) : undefined;
  if (anchor === undefined) return err(`There is no root metadata at ${config.trustRoot}, without which a mirror can verify nothing: set TRUST_ROOT to the root that the ministry handed out; in a checkout \`npm run build\` makes that of the demonstration.`);
  const begun = await TrustedMetadata.begin(anchor, undefined);
  if (!begun.ok) return err(`${config.trustRoot} is no root metadata that is signed by its own keys (${begun.error.code}): set TRUST_ROOT to the root that the ministry handed out.`);
  return ok(async (log, clock, signal) => {
    const source = httpSource(upstream, { idle: hubLimits.upstreamIdle, answer: hubLimits.upstreamAnswer, signal });
    const mirror = new Mirror(source, openFolder(config.contentDir), anchor);
    await runMirror({ look: (now) => mirror.look(now), clock, log, random: Math.random, signal });
  });
}

async function publishing(config: HubConfig, keys: string): Promise<Result<Carrying, string>> {
  const folder = openFolder(config.contentDir);
  const opened = await openOnlineKeys(keys, folder);
  if (!opened.ok) return err(`${opened.error.message} ${opened.error.mend}`);
  return ok((log, clock, signal) => runPublisher(new Publisher(folder, keys, log), clock, signal));
}

/**
 * What a hub does besides serving, by its settings: it mirrors an upstream, or
 * publishes with the online keys, or neither. The error is a sentence for whoever
 * starts it.
 */
export async function carryingOf(config: HubConfig): Promise<Result<Carrying | undefined, string>> {
  if (config.upstream !== undefined) return mirroring(config, config.upstream);
  return config.onlineKeys === undefined ? ok(undefined) : publishing(config, config.onlineKeys);
}
