import { RequestError } from '../../serve/errors.ts';
import type { ServerInstance } from '../../serve/fastify.ts';

/**
 * Lets in only who asks for `localhost` and, if a page asks, only our own: a
 * name of the outside world that leads to loopback (DNS rebinding) and a page of
 * another origin get nothing, whatever they ask for.
 */
export function keepOthersOut(app: ServerInstance): void {
  app.addHook('onRequest', async (request) => {
    const own = `localhost:${request.socket.localPort ?? ''}`;
    const { host, origin } = request.headers;
    if (host !== own) throw new RequestError('forbidden', 'The agent answers to the name localhost and its own port alone.');
    if (origin !== undefined && origin !== `http://${own}`) throw new RequestError('forbidden', 'The agent answers to its own page alone.');
  });
}
