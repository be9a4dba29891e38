import { randomInt } from 'node:crypto';
import * as v from 'valibot';
import { enrolmentSchema, journalSchema, newEnrolmentSchema, oneTerminalSchema, orderSchema, orderStateSchema, sessionSchema, signInSchema, staffPaths, terminalsQuerySchema, terminalsSchema, type JournalEntry, type Session } from '../../api/staff.ts';
import { instantText } from '../../serve/clock.ts';
import { RequestError } from '../../serve/errors.ts';
import type { HubInstance } from '../app.ts';
import type { HubContext } from '../context.ts';
import type { Picture, Pictures } from '../fleet/pictures.ts';
import { FleetView, orderState } from '../fleet/view.ts';
import type { ServedNews } from '../fleet/served-news.ts';
import { hubLimits } from '../limits.ts';
import { addressOf, rateCheck } from '../rate.ts';
import { checkOrigin, clearCookie, setCookie, signedInAccount, tokenOf } from '../staff/session.ts';
import { SignIn } from '../staff/sign-in.ts';
import type { Account, FleetTerminal } from '../store/store.ts';

/** Entries of the journal that one look brings. */
const journalShown = 200;

/** Letters and digits of enrolment codes. */
const clear = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

function drawCode(): string {
  return Array.from({ length: 12 }, () => clear[randomInt(clear.length)]).join('');
}

const terminalParams = v.strictObject({ terminal: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)) });

/** The staff's paths: sessions, the fleet's state, orders. Nothing here is ever kept by a browser. */
export async function staffRoutes(app: HubInstance, context: HubContext, { pictures, news }: { readonly pictures: Pictures; readonly news: ServedNews }): Promise<void> {
  const { store: { accounts, fleet, journal }, clock } = context;
  const view = new FleetView(context.store, news, pictures);
  const signIn = new SignIn(accounts);
  const noted = rateCheck(app, context.rates.staff);
  /** Who has seen a picture is written down once. */
  const seenBy = new WeakMap<Picture, Set<string>>();

  const write = (entry: Omit<JournalEntry, 'at'>): Promise<void> => journal.add({ ...entry, at: instantText(clock.now()) });
  const place = ({ office, name }: { readonly office: string; readonly name: string }): string => `${office} ${name}`;
  const session = ({ name, role, area }: Account): Session => ({ name, role, ...(area !== '' && { area }), demonstration: context.demonstration !== undefined });
  /** One answer for a terminal that does not exist and one that is not theirs. */
  const terminalOf = async (account: Account, id: string): Promise<FleetTerminal> => {
    const terminal = await fleet.terminal(id);
    if (terminal?.office.startsWith(account.area) !== true) throw new RequestError('notFound', 'There is no such terminal for this account.');
    return terminal;
  };

  await app.register(async (child) => {
    const scope = child as HubInstance;
    scope.addHook('onRequest', async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      await checkOrigin(request);
    });

    scope.post(staffPaths.session, { schema: { body: signInSchema, response: { 200: sessionSchema } }, onRequest: rateCheck(app, context.rates.signIn) }, async (request, reply) => {
      const { name, password } = request.body;
      const tried = await signIn.try(name, password, addressOf(request), clock.now());
      if (tried.account === undefined) {
        // Of a name that nobody has, nothing is written down: it may be a password in the wrong field.
        if (tried.lockedOut && (await accounts.list()).some((account) => account.name === name)) await write({ by: name, action: 'lockedOut', about: name });
        throw new RequestError('notSignedIn', 'Name or password is wrong.');
      }
      setCookie(request, reply, await accounts.openSession(tried.account.name, clock.now()));
      await write({ by: tried.account.name, action: 'signedIn', about: tried.account.name });
      return session(tried.account);
    });

    const me = (request: Parameters<typeof signedInAccount>[1]): Promise<Account> => signedInAccount(accounts, request, clock.now());

    scope.get(staffPaths.session, { schema: { response: { 200: sessionSchema } } }, async (request) => session(await me(request)));

    scope.delete(staffPaths.session, async (request, reply) => {
      const account = await me(request);
      await accounts.closeSession(tokenOf(request) ?? '');
      clearCookie(request, reply);
      await write({ by: account.name, action: 'signedOut', about: account.name });
      return reply.code(204).send();
    });

    scope.get(staffPaths.terminals, { schema: { querystring: terminalsQuerySchema, response: { 200: terminalsSchema } } }, async (request) => {
      const account = await me(request);
      return view.terminals(account.area, request.query, clock.now());
    });

    scope.get(`${staffPaths.terminal}:terminal`, { schema: { params: terminalParams, response: { 200: oneTerminalSchema } } }, async (request) => {
      const account = await me(request);
      return view.terminal(await terminalOf(account, request.params.terminal), clock.now());
    });

    scope.delete(`${staffPaths.terminal}:terminal`, { schema: { params: terminalParams }, onRequest: noted }, async (request, reply) => {
      const account = await me(request);
      const terminal = await terminalOf(account, request.params.terminal);
      await fleet.remove(terminal.id);
      pictures.remove(terminal.id);
      await write({ by: account.name, action: 'retired', about: place(terminal) });
      return reply.code(204).send();
    });

    scope.post(`${staffPaths.terminal}:terminal${staffPaths.orders}`, { schema: { params: terminalParams, body: orderSchema, response: { 200: orderStateSchema } }, onRequest: noted }, async (request) => {
      const account = await me(request);
      const terminal = await terminalOf(account, request.params.terminal);
      const { action } = request.body;
      const openAfter = clock.now() - hubLimits.order;
      const open = await fleet.openOrders(terminal.id, openAfter, undefined);
      const order = await fleet.order(terminal.id, action, account.name, clock.now(), openAfter);
      // One that is under way is no new one, however often somebody touches the button.
      if (!open.some(({ id }) => id === order.id)) await write({ by: account.name, action: 'ordered', about: place(terminal), order: action });
      return orderState(order, clock.now());
    });

    scope.get(`${staffPaths.terminal}:terminal${staffPaths.picture}`, { schema: { params: terminalParams }, onRequest: noted }, async (request, reply) => {
      const account = await me(request);
      const terminal = await terminalOf(account, request.params.terminal);
      const picture = pictures.get(terminal.id, clock.now());
      if (picture === undefined) throw new RequestError('notFound', 'There is no picture of this screen, or it was older than an hour.');
      const seen = seenBy.get(picture) ?? new Set();
      if (!seen.has(account.name)) await write({ by: account.name, action: 'pictureSeen', about: place(terminal) });
      seenBy.set(picture, seen.add(account.name));
      return reply.type('image/png').send(Buffer.from(picture.png.buffer, picture.png.byteOffset, picture.png.byteLength));
    });

    scope.post(staffPaths.enrolments, { schema: { body: enrolmentSchema, response: { 200: newEnrolmentSchema } }, onRequest: noted }, async (request) => {
      const account = await me(request);
      const { office, name } = request.body;
      if (!office.startsWith(account.area)) throw new RequestError('forbidden', 'This office is outside of the account’s area.');
      const code = drawCode();
      const expires = clock.now() + hubLimits.enrolmentCode;
      await fleet.addCode(code, { office, name }, expires);
      await write({ by: account.name, action: 'enrolmentMade', about: place({ office, name }) });
      const officeTitle = await view.title(office, clock.now());
      const replaces = (await fleet.list(office)).some((terminal) => terminal.office === office && terminal.name === name);
      return { code, office, name, ...(officeTitle !== undefined && { officeTitle }), expires: new Date(expires).toISOString(), replaces };
    });

    scope.get(staffPaths.journal, { schema: { response: { 200: journalSchema } } }, async (request) => {
      const account = await me(request);
      return { entries: [...(await journal.latest(journalShown, account))] };
    });
  });
}
