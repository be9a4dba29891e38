import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { paths } from '../../../api/paths.ts';
import type { PageHealth } from '../../../api/page-health.ts';
import { editionOf, type Edition } from '../../../repository/edition.ts';
import { isImmutable, isRepositoryFile, timestampName } from '../../../repository/names.ts';
import { RequestError } from '../../../serve/errors.ts';
import type { ServerInstance } from '../../../serve/fastify.ts';
import { bareRoute } from '../../../serve/security.ts';
import { StaticFile } from '../../../serve/static-tree.ts';
import { limits } from '../../../trust/limits.ts';
import { isNewer } from '../../editions.ts';
import { hubFile, type HubFile } from '../upstream/file.ts';
import type { HubLink } from '../upstream/link.ts';
import type { LocalContent, LocalEdition } from '../local-content.ts';
import type { PageWatch } from '../page-watch.ts';

/** What the content route needs. */
export interface ContentDeps {
  readonly link: HubLink;
  readonly kiosk: string;
  readonly local: LocalContent;
  readonly page: PageWatch;
}

/** The edition that the page shows, as it says itself. */
function shownOf(health: PageHealth | undefined): Edition | undefined {
  if (health?.edition === undefined) return undefined;
  return { number: health.edition, confirmed: health.confirmed === undefined ? undefined : Date.parse(health.confirmed) };
}

/** The page has hung up. */
function gone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

function absent(reply: FastifyReply): FastifyReply {
  return reply.code(404).header('cache-control', 'no-cache').send();
}

/**
 * `/content/…`: what the hub has, passed on; and what came on a stick or with
 * the package where that is newer than what the page shows and than what the
 * hub has. A terminal whose hub is away says so, instead of offering the page
 * something old, which it would have to refuse as rolled back.
 *
 * Which of the two it is, is decided with each question for the timestamp, and
 * holds for the files that follow: versions of two publishers must not mix.
 */
export function contentRoutes(app: ServerInstance, { link, kiosk, local, page }: ContentDeps): void {
  /** The edition on this machine that the page was last offered. */
  let offered: LocalEdition | undefined;

  const pass = (file: HubFile, reply: FastifyReply): FastifyReply => {
    if (file.kind === 'absent') return absent(reply);
    void reply.headers(file.headers);
    if (file.kind === 'same') return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(Readable.from(file.body, { objectMode: false }));
  };

  const fromHub = async (name: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const file = await hubFile(link, kiosk, name, request.headers, gone(reply));
    if (file.ok) return pass(file.value, reply);
    const kept = isImmutable(name) ? (await local.newest())?.file(name) : undefined;
    if (kept !== undefined) return kept.send(request, reply, 'immutable');
    throw new RequestError('unavailable', link.address === undefined ? 'This terminal works without a hub, and nothing newer has come on a stick.' : 'The hub gives no answer.');
  };

  /** The hub's timestamp in whole, to be compared. */
  const hubTimestamp = async (reply: FastifyReply): Promise<StaticFile | undefined> => {
    const file = await hubFile(link, kiosk, timestampName, { 'accept-encoding': 'identity' }, gone(reply));
    if (!file.ok || file.value.kind !== 'file') return undefined;
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of file.value.body) {
        length += chunk.length;
        if (length > limits.timestamp) return undefined;
        chunks.push(chunk);
      }
    } catch {
      // It broke off; the link knows why.
      return undefined;
    }
    return new StaticFile(timestampName, Buffer.concat(chunks));
  };

  const timestamp = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const [here, shown] = [await local.newest(), shownOf(page.newest?.health)];
    const mine = here?.file(timestampName);
    offered = undefined;
    if (here === undefined || mine === undefined) return fromHub(timestampName, request, reply);
    if (link.address === undefined) {
      if (shown !== undefined && isNewer(shown, here.edition)) return fromHub(timestampName, request, reply);
    } else {
      if (shown === undefined || !isNewer(here.edition, shown)) return fromHub(timestampName, request, reply);
      const theirs = await hubTimestamp(reply);
      const edition = theirs === undefined ? undefined : await editionOf({ read: async () => theirs.bytes });
      if (theirs !== undefined && edition !== undefined && !isNewer(here.edition, edition)) return theirs.send(request, reply, 'revalidate');
    }
    offered = here;
    return mine.send(request, reply, 'revalidate');
  };

  app.get(`${paths.content}*`, { ...bareRoute, exposeHeadRoute: false, schema: { params: v.strictObject({ '*': v.string() }) } }, async (request, reply) => {
    const name = request.params['*'];
    if (!isRepositoryFile(name)) return absent(reply);
    if (name === timestampName) return timestamp(request, reply);
    const kept = offered?.file(name);
    if (kept !== undefined) return kept.send(request, reply, 'immutable');
    // Of an edition on this machine the hub is not asked: its root, too, ends where ours ends.
    if (offered !== undefined && link.address === undefined) return absent(reply);
    return fromHub(name, request, reply);
  });
}
