import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fleetHeaders, signedText } from '../../src/api/fleet.ts';
import { enrol, FleetClient, fleetClientLimits, type FleetDeps } from '../../src/terminal/fleet-client.ts';
import { sha256Hex, utf8 } from '../../src/trust/bytes.ts';
import { signingKey } from '../../src/trust/keys.ts';
import { generateKeyPair, signerOf } from '../../src/trust/signer.ts';
import { goodHealth } from '../fixtures/fleet.ts';

const lobby = { office: '990101', name: 'lobby-1' };
const signer = await signerOf(await generateKeyPair(false));

/** Something that listens where the hub should. */
async function instead(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(hub: string, more: Partial<FleetDeps> = {}): FleetClient {
  return new FleetClient({ hub, fetch, now: Date.now, ...more }, signer, '0011223344556677');
}

const error = (code: string, more: object = {}): string => JSON.stringify({ error: { code, message: { km: 'ក', en: 'a' }, hint: 'why', ...more } });

describe('whatever answers instead of the hub, the terminal is told what it is', () => {
  test('nothing at all', async () => {
    expect(await clientOf('http://127.0.0.1:1').heartbeat(goodHealth(lobby))).toEqual({ ok: false, error: { code: 'unreachable' } });
  });

  test.each<[string, RequestListener]>([
    ['a login page of the network', (_request, response) => response.end('<html>Log in</html>')],
    ['a login page with an error', (_request, response) => response.writeHead(511).end('<html>Log in</html>')],
    ['a way to another address', (_request, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()],
    ['an answer without end', (_request, response) => {
      response.on('error', () => undefined);
      const more = (): void => { if (response.writable && response.write('x'.repeat(16_384))) setImmediate(more); else response.once('drain', more); };
      more();
    }],
    ['more orders than any hub keeps', (_request, response) => response.end(JSON.stringify({ now: new Date().toISOString(), orders: Array.from({ length: 21 }, (_, index) => ({ id: index + 1, action: 'screenshot' })) }))],
    ['a moment that nobody lives to see', (_request, response) => response.writeHead(409).end(error('wrongMoment', { after: Number.MAX_SAFE_INTEGER }))],
    ['an order that does not exist', (_request, response) => response.end(JSON.stringify({ now: new Date().toISOString(), orders: [{ id: 1, action: 'format' }] }))],
  ])('%s', async (_what, listener) => {
    expect(await clientOf(await instead(listener)).heartbeat(goodHealth(lobby))).toEqual({ ok: false, error: { code: 'badAnswer' } });
  });

  test('a hub that breaks off in the middle', async () => {
    const hub = await instead((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"now":', () => response.destroy());
    });
    expect(await clientOf(hub).heartbeat(goodHealth(lobby))).toEqual({ ok: false, error: { code: 'unreachable' } });
  });

  test('a hub that never answers, when the terminal is switched off', async () => {
    const stop = new AbortController();
    const hub = await instead(() => stop.abort());
    expect(await clientOf(hub, { signal: stop.signal }).heartbeat(goodHealth(lobby))).toEqual({ ok: false, error: { code: 'unreachable' } });
    expect(fleetClientLimits.answer).toBeLessThan(30_000);
  });

  test('a hub that refuses, with its reason and when to come again', async () => {
    const hub = await instead((_request, response) => response.writeHead(429).end(error('tooManyRequests', { retryAfter: 12 })));
    expect(await clientOf(hub).heartbeat(goodHealth(lobby))).toEqual({ ok: false, error: { code: 'refused', why: 'tooManyRequests', hint: 'why', retryAfter: 12 } });
    expect(await enrol({ hub, fetch, now: Date.now }, signer, { code: '222222222222', ...lobby })).toMatchObject({ ok: false, error: { code: 'refused' } });
  });

  test('a stranger in the hub’s place leads it to no moment that the hub itself could never read', async () => {
    const moments: string[] = [];
    const hub = await instead((request, response) => {
      const at = String(request.headers[fleetHeaders.at]);
      moments.push(at);
      if (moments.length === 1) response.writeHead(409).end(error('wrongMoment', { after: Number.MAX_SAFE_INTEGER }));
      else response.end(JSON.stringify({ now: new Date().toISOString(), orders: [] }));
    });
    const client = clientOf(hub);
    expect((await client.heartbeat(goodHealth(lobby))).ok).toBe(false);
    expect((await client.heartbeat(goodHealth(lobby))).ok).toBe(true);
    expect(moments.filter((at) => at.length > 13)).toEqual([]);
  });

  test('a hub that never takes a moment is asked twice, not for ever', async () => {
    let asked = 0;
    const hub = await instead((_request, response) => {
      asked += 1;
      response.writeHead(409).end(error('wrongMoment', { after: Date.now() }));
    });
    expect(await clientOf(hub).heartbeat(goodHealth(lobby))).toMatchObject({ ok: false, error: { why: 'wrongMoment' } });
    expect(asked).toBe(2);
  });
});

describe('what a terminal sends', () => {
  test('bears a signature over method, path, moment and body, and no moment twice', async () => {
    const moments: number[] = [];
    const checks: Promise<void>[] = [];
    const hub = await instead((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { [fleetHeaders.at]: at, [fleetHeaders.signature]: signature } = request.headers;
        moments.push(Number(at));
        checks.push((async () => {
          const text = signedText(request.method ?? '', request.url ?? '', String(at), await sha256Hex(Buffer.concat(parts)));
          expect(await signingKey(signer.key, String(signature), utf8(text))).toBeDefined();
        })());
        response.writeHead(204).end();
      });
    });
    const client = clientOf(hub, { now: () => 1_000 });
    await Promise.all([client.result(1, 'done'), client.picture(2, new Uint8Array([1, 2, 3])), client.result(3, 'private')]);
    await Promise.all(checks);
    expect(checks).toHaveLength(3);
    expect([...new Set(moments)]).toHaveLength(3);
  });
});
