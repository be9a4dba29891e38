import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { answerUnreadable } from '../../serve/errors.ts';
import type { ServerInstance } from '../../serve/fastify.ts';
import { httpTimeouts } from '../../serve/limits.ts';

/** What a machine without IPv6 answers. */
const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen({ port, host }, () => {
      server.off('error', fail);
      done();
    });
  });
}

/**
 * Has the agent listen on both loopback addresses, and no other. Chromium asks
 * the IPv6 one first when it is told `localhost`: whatever else of this machine
 * listened there would be taken for the agent. By number, since the name would
 * need a resolver, and a broken one must not keep the screen black. Rejects with
 * the system's error if either is taken.
 * @param port 0 takes a free one
 * @returns the port
 */
export async function listenOnLoopback(server: ServerInstance, port: number): Promise<number> {
  const second = createServer(httpTimeouts, (request, response) => server.routing(request, response));
  second.on('clientError', (error, socket) => answerUnreadable(error, socket as Socket));
  server.addHook('preClose', async () => {
    second.close();
    second.closeAllConnections();
  });
  await server.listen({ port, host: '127.0.0.1' });
  const address = server.server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  try {
    await listen(second, taken, '::1');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && noSuchAddress.has(String(error.code)))) throw error;
  }
  return taken;
}
