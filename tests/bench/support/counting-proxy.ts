import { connect, createServer, type Socket } from 'node:net';

/** A wire whose bytes are counted: everything of HTTP, headers included, in both directions. */
export interface CountingProxy {
  readonly url: string;
  /** Bytes since the last call. */
  take(): { readonly up: number; readonly down: number; readonly all: number };
  /** Until no byte has passed for half a second. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Puts a counted wire before a server on this machine. */
export async function countBytesTo(port: number): Promise<CountingProxy> {
  let up = 0;
  let down = 0;
  let last = performance.now();
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // A browser that is closed resets its connections.
      socket.on('error', () => socket.destroy());
    }
    near.on('data', (bytes) => {
      up += bytes.length;
      last = performance.now();
    });
    far.on('data', (bytes) => {
      down += bytes.length;
      last = performance.now();
    });
    near.pipe(far).pipe(near);
  });
  const own = await new Promise<number>((done, fail) => {
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    url: `http://localhost:${own}`,
    take() {
      const taken = { up, down, all: up + down };
      up = 0;
      down = 0;
      return taken;
    },
    async idle() {
      last = performance.now();
      while (performance.now() - last < 500) await new Promise((done) => setTimeout(done, 50));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
