import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request in the hub's stead; `false`: the hub itself shall. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A network on the way to the hub that can go wrong. */
export interface FaultyHub {
  readonly url: string;
  /** From now on, until told otherwise. `undefined`: everything is well. */
  breakWith(fault: Fault | undefined): void;
  close(): Promise<void>;
}

/** Puts itself before a hub. Everything passes unless a fault takes it. */
export async function faultyHub(hubPort: number): Promise<FaultyHub> {
  let fault: Fault | undefined;
  const server: Server = createServer((incoming, outgoing) => {
    if (fault?.(incoming, outgoing) === true) return;
    const passed = request({ agent: false, host: 'localhost', port: hubPort, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    breakWith(next) {
      fault = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A body in the hub's stead for paths that begin so. */
export function answering(path: string, status: number, type: string, body: string): Fault {
  return ({ url }, response) => {
    if (url?.startsWith(path) !== true) return false;
    response.writeHead(status, { 'content-type': type });
    response.end(body);
    return true;
  };
}
