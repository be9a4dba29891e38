import type { FastifyBaseLogger } from 'fastify';
import type { RepositoryError } from '../../repository/error.ts';
import type { RepositoryFolder } from '../../repository/folder.ts';
import { publish, type PublishReport } from '../../repository/publish.ts';
import type { Clock } from '../../serve/clock.ts';
import { openOnlineKeys } from './online-keys.ts';

type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;

/** Milliseconds between two looks into the folder for newly signed files. */
const lookEvery = 15_000;
/** Milliseconds between two publications where nothing new lies there: the timestamp may be due. */
const publishEvery = 3_600_000;
/** Milliseconds after which a fault that stays is said again. */
const repeatEvery = 24 * 3_600_000;

/**
 * The hub's part in publishing: whenever somebody put newly signed files into
 * the folder, and every hour, it signs what is newest. Its keys are read each
 * time, so that replaced ones count without a restart.
 */
export class Publisher {
  readonly #folder: RepositoryFolder;
  readonly #keys: string;
  readonly #log: Log;
  #files = '';
  #published = -Infinity;
  /** When each fault was last said, by its text. */
  readonly #said = new Map<string, number>();

  /** @param keys folder of the online keys */
  constructor(folder: RepositoryFolder, keys: string, log: Log) {
    this.#folder = folder;
    this.#keys = keys;
    this.#log = log;
  }

  /** Publishes if there are other files than at the last look or an hour has passed. Failures are logged with what to do. @param now ms */
  async look(now: number): Promise<void> {
    try {
      const files = (await this.#folder.list('metadata/')).join(' ');
      if (files === this.#files && now - this.#published < publishEvery) return;
      await this.#publish(now);
      this.#files = (await this.#folder.list('metadata/')).join(' ');
      this.#published = now;
    } catch (error) {
      this.#log.error({ err: error });
      this.#once(now, { publish: 'disk', mend: 'Look at the line above: is the disk full, or may this process not write into CONTENT_DIR?' }, 'The hub cannot publish.');
    }
  }

  async #publish(now: number): Promise<void> {
    const signers = await openOnlineKeys(this.#keys, this.#folder);
    const published = signers.ok ? await publish(this.#folder, signers.value, now) : signers;
    if (published.ok) this.#tell(now, published.value);
    else this.#complain(now, published.error);
  }

  #tell(now: number, report: PublishReport): void {
    const { edition, root, roles } = report;
    if (report.isNew) this.#log.info({ publish: 'new', edition, root, roles }, 'The hub published a new edition.');
    else if (report.confirmed) this.#log.info({ publish: 'confirmed', edition, root }, 'The hub confirmed the newest edition.');
    for (const { name, error } of report.refused) this.#once(now, { publish: error.code, file: name, mend: error.mend }, error.message);
    if (report.held !== undefined) this.#once(now, { publish: 'held', targets: report.held.version, roles: report.held.roles, mend: 'Let the key holders of these roles sign.' }, 'New delegations wait until roles have signed.');
    for (const { role, expires } of report.due) this.#once(now, { publish: 'due', role, expires, mend: 'Let its key holders sign it anew before that day.' }, 'What was signed offline is past half of its life.');
  }

  #complain(now: number, error: RepositoryError): void {
    this.#once(now, { publish: error.code, mend: error.mend }, error.message);
  }

  #once(now: number, fields: Readonly<Record<string, unknown>>, message: string): void {
    const text = JSON.stringify([fields, message]);
    if (now - (this.#said.get(text) ?? -Infinity) < repeatEvery) return;
    if (this.#said.size > 1_000) this.#said.clear();
    this.#said.set(text, now);
    this.#log.warn(fields, message);
  }
}

/** Looks into the folder until the signal is given. */
export async function runPublisher(publisher: Pick<Publisher, 'look'>, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await publisher.look(clock.now());
    await clock.wait(lookEvery, signal);
  }
}
