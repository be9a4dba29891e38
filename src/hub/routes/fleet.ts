import * as v from 'valibot';
import { enrolAnswerSchema, enrolmentText, enrolSchema, fleetHeaders, fleetHeartbeatAnswerSchema, fleetHeartbeatSchema, fleetPaths, orderResultSchema, pictureLimit } from '../../api/fleet.ts';
import { instantText } from '../../serve/clock.ts';
import { RequestError } from '../../serve/errors.ts';
import { kioskName } from '../../serve/log.ts';
import { utf8 } from '../../trust/bytes.ts';
import { signingKey } from '../../trust/keys.ts';
import type { HubInstance } from '../app.ts';
import type { HubContext } from '../context.ts';
import { checkPng, type Pictures } from '../fleet/pictures.ts';
import type { ServedNews } from '../fleet/served-news.ts';
import { claimedTerminal, signingTerminal } from '../fleet/signed.ts';
import { hubLimits } from '../limits.ts';
import { rateCheck } from '../rate.ts';
import type { FleetTerminal, StoredOrder } from '../store/store.ts';

const orderParams = v.strictObject({ order: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)) });
const rawBody = v.instance(Uint8Array);

/** A body that was signed as it came, read by its schema only then. */
function bodyOf<T>(schema: v.GenericSchema<unknown, T>, body: Uint8Array): T {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), Buffer.from(body).toString('utf8'));
  if (!parsed.success) throw new RequestError('badRequest', `body: ${v.getDotPath(parsed.issues[0]) ?? 'it'}: expected ${parsed.issues[0].expected ?? 'another form'}; the terminal may be newer than this hub.`);
  return parsed.output;
}

/**
 * What terminals tell: enrolment with a one-time code, then signed heartbeats,
 * results of orders, pictures. No answer tells one terminal anything of another.
 */
export async function fleetRoutes(app: HubInstance, context: HubContext, { pictures, news }: { readonly pictures: Pictures; readonly news: ServedNews }): Promise<void> {
  const { store: { fleet, journal }, clock } = context;

  app.post(fleetPaths.enrol, { schema: { body: enrolSchema, response: { 200: enrolAnswerSchema } }, onRequest: rateCheck(app, context.rates.enrol) }, async (request, reply) => {
    const { code, publicKey, name, office, signature } = request.body;
    void reply.header('cache-control', 'no-store');
    const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicKey } };
    if ((await signingKey(key, signature, utf8(enrolmentText(code, publicKey)))) === undefined) throw new RequestError('signatureWrong', 'Whoever enrols signs with the key that it presents.');
    const enrolled = await fleet.enrol(code, { office, name }, publicKey, clock.now());
    if (enrolled === undefined) {
      // The name of whoever is not enrolled can be anything, also somebody's registration code.
      request.log.warn({ office, terminal: kioskName(name, context.terminal.registrationCode) }, 'enrolment refused');
      throw new RequestError('codeRefused', 'The code is unknown, used, older than a day, or was made for another office or name: make a new one on the staff page.');
    }
    if (enrolled.isNew) await journal.add({ at: instantText(clock.now()), by: 'terminal', action: 'enrolled', about: `${office} ${name}` });
    return { terminal: enrolled.id };
  });

  // In a scope of their own: there bodies stay bytes, for the signature is over those.
  await app.register(async (child) => {
    const scope = child as HubInstance;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.addContentTypeParser('image/png', { parseAs: 'buffer', bodyLimit: pictureLimit }, (_request, body, done) => done(null, body));
    const limit = rateCheck(app, context.rates.fleet, fleetHeaders.terminal);
    const signed = (request: { readonly method: string; readonly originalUrl: string; readonly headers: Readonly<Record<string, unknown>>; readonly body: Uint8Array }): Promise<FleetTerminal> =>
      signingTerminal(fleet, { method: request.method, url: request.originalUrl, headers: request.headers, body: request.body }, clock.now());
    const openAfter = (): number => clock.now() - hubLimits.order;

    /** The order of this number, if it was given to this terminal and waits for a result. */
    const ownOrder = async (terminal: FleetTerminal, id: number): Promise<StoredOrder> => {
      const order = await fleet.findOrder(id);
      // One answer for what does not exist and what is another's.
      if (order?.terminal !== terminal.id) throw new RequestError('notFound', 'This terminal has no such order.');
      return order;
    };

    scope.post(fleetPaths.heartbeat, { schema: { body: rawBody, response: { 200: fleetHeartbeatAnswerSchema } }, onRequest: limit }, async (request, reply) => {
      const terminal = await signed(request);
      await fleet.heard(terminal.id, bodyOf(fleetHeartbeatSchema, request.body), clock.now());
      // Also while no staff look: from when on an edition is served is what a terminal is held to.
      await news.look(clock.now());
      const orders = await fleet.openOrders(terminal.id, openAfter(), clock.now());
      void reply.header('cache-control', 'no-store');
      return { now: instantText(clock.now()), orders: orders.map(({ id, action }) => ({ id, action })) };
    });

    scope.post(`${fleetPaths.orders}:order`, { schema: { params: orderParams, body: rawBody }, onRequest: limit }, async (request, reply) => {
      const terminal = await signed(request);
      const order = await ownOrder(terminal, request.params.order);
      const { result } = bodyOf(orderResultSchema, request.body);
      // A second word on the same order changes nothing: the first answer may have been lost.
      await fleet.finish(order.id, result, clock.now());
      if (order.action === 'screenshot' && result === 'private') pictures.remove(terminal.id);
      return reply.code(204).send();
    });

    scope.put(
      `${fleetPaths.orders}:order${fleetPaths.picture}`,
      {
        schema: { params: orderParams, body: rawBody },
        bodyLimit: pictureLimit,
        onRequest: [
          limit,
          // Before megabytes are read: somebody asked for a picture.
          async (request) => {
            const order = await ownOrder(await claimedTerminal(fleet, request.headers), v.parse(orderParams, request.params).order);
            if (order.action !== 'screenshot' || order.result !== undefined || order.at <= openAfter()) throw new RequestError('notFound', 'Nobody waits for this picture.');
          },
        ],
      },
      async (request, reply) => {
        const terminal = await signed(request);
        const order = await ownOrder(terminal, request.params.order);
        if (!checkPng(request.body).ok) throw new RequestError('badRequest', 'A picture of a screen is a PNG.');
        if (await fleet.finish(order.id, 'done', clock.now())) pictures.put(terminal.id, request.body, clock.now());
        return reply.code(204).send();
      },
    );
  });
}
