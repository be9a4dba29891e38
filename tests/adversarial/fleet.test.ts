import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { enrolmentText, fleetHeaders, fleetPaths, pictureLimit, signedText } from '../../src/api/fleet.ts';
import { staffPaths } from '../../src/api/staff.ts';
import { hubLimits } from '../../src/hub/limits.ts';
import { enrol } from '../../src/terminal/fleet-client.ts';
import { sha256Hex, utf8 } from '../../src/trust/bytes.ts';
import { generateKeyPair, signerOf, type Signer } from '../../src/trust/signer.ts';
import { goodHealth, plainPng } from '../fixtures/fleet.ts';
import { fleetWorld, lobby, origin } from '../hub/fleet-world.ts';
import { code, errorOf, plentiful } from '../hub/hub.ts';

/** Sends again what was sent, byte for byte. */
async function again(fetch: typeof globalThis.fetch, { url, init }: { readonly url: string; readonly init: RequestInit }): Promise<Response> {
  return fetch(url, init);
}

/** A request as this signer would send it. */
async function signedBy(signer: Signer, terminal: string, method: string, path: string, body: Uint8Array<ArrayBuffer>, at: number): Promise<RequestInit> {
  const signature = await signer.sign(utf8(signedText(method, path, String(at), await sha256Hex(body))));
  return { method, body, headers: { 'content-type': 'application/json', [fleetHeaders.terminal]: terminal, [fleetHeaders.at]: String(at), [fleetHeaders.signature]: signature } };
}

const heartbeatBody = (place = lobby): Uint8Array<ArrayBuffer> => utf8(JSON.stringify({ ...goodHealth(place), clock: new Date().toISOString() }));

describe('somebody between a terminal and its hub', () => {
  test('repeats a heartbeat: it counts once', async () => {
    const { terminal, requests, fetch } = await fleetWorld();
    const { client } = await terminal();
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
    const answer = await again(fetch, requests.at(-1)!);
    expect([answer.status, errorOf(await answer.text())]).toEqual([409, 'wrongMoment']);
  });

  test('repeats an older one after newer ones: it does not count', async () => {
    const { terminal, requests, fetch } = await fleetWorld();
    const { client } = await terminal();
    await client.heartbeat(goodHealth(lobby));
    const old = requests.at(-1)!;
    await client.heartbeat(goodHealth(lobby));
    expect((await again(fetch, old)).status).toBe(409);
  });

  test('keeps a heartbeat back for ten minutes: it does not count', async () => {
    const { terminal, deps, fetch, pass, now } = await fleetWorld();
    const { signer, id } = await terminal();
    const kept = await signedBy(signer, id, 'POST', fleetPaths.heartbeat, heartbeatBody(), now());
    pass(10 * 60_000);
    const answer = await fetch(deps.hub + fleetPaths.heartbeat, kept);
    expect([answer.status, errorOf(await answer.text())]).toEqual([409, 'wrongMoment']);
  });

  test('changes one byte of what the terminal says: refused, and nothing is stored', async () => {
    const { terminal, requests, fetch, store } = await fleetWorld();
    const { client, id } = await terminal();
    await client.heartbeat(goodHealth(lobby));
    const { url, init } = requests.at(-1)!;
    const before = await store.fleet.terminal(id);
    const body = Buffer.from(Buffer.from(init.body as Uint8Array).toString().replace('"attract"', '"private"'));
    const answer = await fetch(url, { ...init, body });
    expect([answer.status, errorOf(await answer.text())]).toEqual([401, 'signatureWrong']);
    expect(await store.fleet.terminal(id)).toEqual(before);
  });

  test('uses a signature for another path', async () => {
    const { terminal, staff, requests, fetch } = await fleetWorld();
    const { client, id } = await terminal();
    const order = await staff.order(id, 'restart');
    await client.heartbeat(goodHealth(lobby));
    const answer = await fetch(`${origin}${fleetPaths.orders}${order.id}`, requests.at(-1)!.init);
    expect([answer.status, errorOf(await answer.text())]).toEqual([401, 'signatureWrong']);
  });

  test('sends a moment far in the future, to shut the terminal out: refused, and the terminal goes on', async () => {
    const { terminal, deps, fetch, now } = await fleetWorld();
    const { signer, id, client } = await terminal();
    const body = heartbeatBody();
    const answer = await fetch(deps.hub + fleetPaths.heartbeat, await signedBy(signer, id, 'POST', fleetPaths.heartbeat, body, now() + 365 * 86_400_000));
    expect(answer.status).toBe(409);
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
  });
});

describe('somebody without the key of a terminal', () => {
  test('signs with another key', async () => {
    const { terminal, deps, fetch, now } = await fleetWorld();
    const { id } = await terminal();
    const stranger = await signerOf(await generateKeyPair(false));
    const answer = await fetch(deps.hub + fleetPaths.heartbeat, await signedBy(stranger, id, 'POST', fleetPaths.heartbeat, heartbeatBody(), now()));
    expect([answer.status, errorOf(await answer.text())]).toEqual([401, 'signatureWrong']);
  });

  test.each([
    ['no headers', {}],
    ['a number that nobody has', { [fleetHeaders.terminal]: '0123456789abcdef' }],
    ['a number with a quotation mark', { [fleetHeaders.terminal]: "0' OR '1'='1" }],
    ['a moment that is no number', { [fleetHeaders.at]: '1e9' }],
    ['a negative moment', { [fleetHeaders.at]: '-1' }],
    ['a signature of nothing', { [fleetHeaders.signature]: '' }],
    ['a signature of zeros', { [fleetHeaders.signature]: '0'.repeat(128) }],
  ])('sends %s', async (_what, headers) => {
    const { terminal, app } = await fleetWorld();
    const { id } = await terminal();
    const some = Object.keys(headers).length === 0 ? {} : { [fleetHeaders.terminal]: id, [fleetHeaders.at]: String(Date.now()), [fleetHeaders.signature]: 'ab'.repeat(64), ...headers };
    const answer = await app.inject({ method: 'POST', url: fleetPaths.heartbeat, headers: { 'content-type': 'application/json', ...some }, payload: Buffer.from(heartbeatBody()) });
    expect([400, 401]).toContain(answer.statusCode);
  });

  test('enrols another terminal’s key as theirs', async () => {
    const { staff, fetch } = await fleetWorld();
    const { code } = await staff.code(lobby);
    const [mine, other] = [await signerOf(await generateKeyPair(false)), await signerOf(await generateKeyPair(false))];
    const publicKey = other.key.keyval.public;
    const signature = await mine.sign(utf8(enrolmentText(code, publicKey)));
    const answer = await fetch(origin + fleetPaths.enrol, { method: 'POST', headers: { 'content-type': 'application/json' }, body: utf8(JSON.stringify({ code, publicKey, ...lobby, signature })) });
    expect([answer.status, errorOf(await answer.text())]).toEqual([401, 'signatureWrong']);
  });
});

describe('an enrolment code', () => {
  const tryCode = async (deps: Parameters<typeof enrol>[0], code: string, place = lobby) => enrol(deps, await signerOf(await generateKeyPair(false)), { code, ...place });
  const refused = { ok: false, error: { code: 'refused', why: 'codeRefused' } };

  test('is good once', async () => {
    const { staff, deps } = await fleetWorld();
    const { code } = await staff.code(lobby);
    expect(await tryCode(deps, code)).toMatchObject({ ok: true });
    expect(await tryCode(deps, code)).toMatchObject(refused);
  });

  test('is good for two that come at the same moment once', async () => {
    const { staff, deps } = await fleetWorld();
    const { code } = await staff.code(lobby);
    const both = await Promise.all([tryCode(deps, code), tryCode(deps, code)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('is good for a day', async () => {
    const { staff, deps, pass } = await fleetWorld();
    const { code } = await staff.code(lobby);
    pass(hubLimits.enrolmentCode);
    expect(await tryCode(deps, code)).toMatchObject(refused);
  });

  test('is good for its place alone', async () => {
    const { staff, deps } = await fleetWorld();
    const { code } = await staff.code(lobby);
    expect(await tryCode(deps, code, { ...lobby, name: 'lobby-2' })).toMatchObject(refused);
    expect(await tryCode(deps, code, { ...lobby, office: '99' })).toMatchObject(refused);
    expect(await tryCode(deps, code)).toMatchObject({ ok: true });
  });

  test('is replaced by the next one for the same place', async () => {
    const { staff, deps } = await fleetWorld();
    const first = await staff.code(lobby);
    const second = await staff.code(lobby);
    expect(await tryCode(deps, first.code)).toMatchObject(refused);
    expect(await tryCode(deps, second.code)).toMatchObject({ ok: true });
  });

  test('cannot be guessed: the eleventh try in a minute is not looked at, though it is the right one', async () => {
    const { staff, deps } = await fleetWorld({ rates: { ...plentiful, enrol: { perKiosk: 10, perAddress: 10, window: 60_000 } } });
    const { code } = await staff.code(lobby);
    for (let guess = 0; guess < 10; guess += 1) expect(await tryCode(deps, `22222222222${'23456789AB'[guess]}`)).toMatchObject(refused);
    expect(await tryCode(deps, code)).toMatchObject({ ok: false, error: { why: 'tooManyRequests' } });
  });

  test('is not in the log, and in no database as it is read', async () => {
    const { staff, deps, log, store } = await fleetWorld();
    const { code } = await staff.code(lobby);
    await tryCode(deps, code);
    await tryCode(deps, '222222222222');
    expect(log.text).not.toContain(code);
    expect(log.text).not.toContain('222222222222');
    expect(JSON.stringify(await store.journal.latest(100))).not.toContain(code);
  });

  test('refused to something that calls itself by a registration code leaves that code out of the log', async () => {
    const { deps, log } = await fleetWorld();
    const name = code(5).canonical.toLowerCase();
    expect(await tryCode(deps, '222222222222', { ...lobby, name })).toMatchObject(refused);
    expect(log.text.toLowerCase()).not.toContain(name);
  });

  test('used again by the same terminal, whose answer was lost, gives the same number', async () => {
    const { staff, deps } = await fleetWorld();
    const { code } = await staff.code(lobby);
    const signer = await signerOf(await generateKeyPair(false));
    const first = await enrol(deps, signer, { code, ...lobby });
    expect(first).toMatchObject({ ok: true });
    expect(await enrol(deps, signer, { code, ...lobby })).toEqual(first);
  });
});

describe('a terminal that was replaced or retired', () => {
  test('is no longer believed once another has its place', async () => {
    const { terminal } = await fleetWorld();
    const old = await terminal();
    const fresh = await terminal();
    expect(await old.client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: false, error: { why: 'notEnrolled' } });
    expect(await fresh.client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true });
  });

  test('is no longer believed once staff retired it', async () => {
    const { terminal, staff } = await fleetWorld();
    const { client, id } = await terminal();
    expect((await staff.ask('DELETE', staffPaths.terminal + id)).status).toBe(204);
    expect(await client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: false, error: { why: 'notEnrolled' } });
    expect((await staff.terminals()).counts.all).toBe(0);
  });
});

describe('a terminal that speaks for another', () => {
  const desk = { office: '990101', name: 'desk-2' };

  test('cannot answer the other’s order, and does not learn whether there is one', async () => {
    const { terminal, staff, store } = await fleetWorld();
    const [a, b] = [await terminal(), await terminal(desk)];
    const order = await staff.order(b.id, 'restart');
    expect(await a.client.result(order.id, 'done')).toMatchObject({ ok: false, error: { why: 'notFound' } });
    expect(await a.client.result(order.id + 1_000, 'done')).toMatchObject({ ok: false, error: { why: 'notFound' } });
    expect((await store.fleet.findOrder(order.id))?.result).toBeUndefined();
  });

  test('cannot put a picture under the other’s name', async () => {
    const { terminal, staff } = await fleetWorld();
    const [a, b] = [await terminal(), await terminal(desk)];
    const order = await staff.order(b.id, 'screenshot');
    expect(await a.client.picture(order.id, plainPng(8, 8, [255, 0, 0]))).toMatchObject({ ok: false, error: { why: 'notFound' } });
    expect((await staff.picture(b.id)).status).toBe(404);
  });

  test('does not get the other’s orders', async () => {
    const { terminal, staff } = await fleetWorld();
    const [a, b] = [await terminal(), await terminal(desk)];
    await staff.order(b.id, 'reload');
    expect(await a.client.heartbeat(goodHealth(lobby))).toMatchObject({ ok: true, value: { orders: [] } });
    expect(await b.client.heartbeat(goodHealth(desk))).toMatchObject({ ok: true, value: { orders: [{ action: 'reload' }] } });
  });
});

describe('a picture', () => {
  const asked = async () => {
    const all = await fleetWorld();
    const one = await all.terminal();
    const order = await all.staff.order(one.id, 'screenshot');
    return { ...all, ...one, order };
  };

  test('larger than any screen’s is refused', async () => {
    const { client, order, staff, id } = await asked();
    const huge = new Uint8Array(pictureLimit + 1);
    huge.set(plainPng(8, 8, [0, 0, 0]));
    expect(await client.picture(order.id, huge)).toMatchObject({ ok: false, error: { why: 'tooLarge' } });
    expect((await staff.picture(id)).status).toBe(404);
  });

  test('that is a web page is refused', async () => {
    const { client, order, staff, id } = await asked();
    const page = utf8(`<!doctype html><script>alert(1)</script>${' '.repeat(100)}`);
    expect(await client.picture(order.id, page)).toMatchObject({ ok: false, error: { why: 'badRequest' } });
    expect((await staff.picture(id)).status).toBe(404);
  });

  test('that begins as a PNG and goes on as a web page is refused', async () => {
    const { client, order } = await asked();
    const mixed = new Uint8Array([...plainPng(8, 8, [0, 0, 0]), ...utf8('<script>alert(1)</script>')]);
    expect(await client.picture(order.id, mixed)).toMatchObject({ ok: false, error: { why: 'badRequest' } });
  });

  test('is shown as a picture and nothing else', async () => {
    const { client, order, staff, id } = await asked();
    const png = plainPng(8, 8, [0, 80, 0]);
    expect(await client.picture(order.id, png)).toMatchObject({ ok: true });
    const answer = await staff.picture(id);
    expect(Object.fromEntries(['content-type', 'x-content-type-options', 'cache-control', 'cross-origin-resource-policy'].map((name) => [name, answer.headers.get(name)]))).toEqual({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(png);
  });

  test('that nobody asked for is not even read', async () => {
    const { client, order, staff, id } = await asked();
    await client.picture(order.id, plainPng(8, 8, [0, 0, 0]));
    const other = await staff.order(id, 'reload');
    expect(await client.picture(other.id, plainPng(8, 8, [1, 1, 1]))).toMatchObject({ ok: false, error: { why: 'notFound' } });
    expect(await client.picture(order.id, plainPng(8, 8, [2, 2, 2]))).toMatchObject({ ok: false, error: { why: 'notFound' } });
  });

  test('is gone after an hour, and the one before as soon as somebody’s status is on the screen', async () => {
    const { client, order, staff, id, pass } = await asked();
    await client.picture(order.id, plainPng(8, 8, [0, 0, 0]));
    const second = await staff.order(id, 'screenshot');
    expect((await staff.picture(id)).status).toBe(200);
    await client.result(second.id, 'private');
    expect((await staff.picture(id)).status).toBe(404);
    const third = await staff.order(id, 'screenshot');
    await client.picture(third.id, plainPng(8, 8, [0, 0, 0]));
    // The session would end before: only somebody who works keeps it open.
    for (let minutes = 0; minutes <= 60; minutes += 20) {
      await staff.ask('GET', staffPaths.session, undefined, { 'x-staff-active': '1' });
      pass(20 * 60_000 + 1);
    }
    expect((await staff.picture(id)).status).toBe(404);
  });

  test('leaves no byte in the log', async () => {
    const { client, order, log } = await asked();
    await client.picture(order.id, plainPng(8, 8, [0, 0, 0]));
    expect(log.text).not.toContain('PNG');
    expect(log.text).not.toContain('IHDR');
  });
});
