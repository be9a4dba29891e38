import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { httpTimeouts } from './limits.ts';

/** A server's HTTP servers (`localhost` has one for each loopback address) and the connections to them. */
export interface Servers {
  readonly create: (handler: RequestListener) => Server;
  /** Hangs up every connection on which no request is under way, now and as the last one is answered. */
  readonly hangUp: () => void;
}

/**
 * Node closes connections that have answered something, but waits for those
 * that never asked anything, which browsers open in advance: without this a
 * shutdown would hang on them.
 */
export function makeServers(): Servers {
  const underWay = new Map<Socket, number>();
  let closing = false;
  return {
    create: (handler) => {
      const server = createServer(httpTimeouts, handler);
      server.on('connection', (socket) => {
        underWay.set(socket, 0);
        socket.once('close', () => underWay.delete(socket));
      });
      server.on('request', ({ socket }, response) => {
        underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
        response.once('close', () => {
          const left = (underWay.get(socket) ?? 1) - 1;
          if (underWay.has(socket)) underWay.set(socket, left);
          if (closing && left === 0) socket.end();
        });
      });
      return server;
    },
    hangUp: () => {
      closing = true;
      for (const [socket, requests] of underWay) if (requests === 0) socket.destroy();
    },
  };
}
