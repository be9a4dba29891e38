import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { accountNameSchema, staffRoles, type JournalAction } from '../../api/staff.ts';
import type { Call, Command, ExitCode, Option, Terminal } from '../../console/command.ts';
import { passwordFault, passwordLength, type PasswordFault } from '../../hub/store/password.ts';
import { openFileStore } from '../../hub/store/sqlite.ts';
import type { Store } from '../../hub/store/store.ts';
import { officeCodeSchema } from '../../model/identifier.ts';
import { dataDirOption, hubSettings } from '../hub-settings.ts';

/** Belongs to the demonstration, which removes it at every start. */
const reserved = new Set(['demo', 'console', 'terminal']);

const faults: Readonly<Record<PasswordFault, string>> = {
  short: `It is shorter than ${passwordLength} characters; a few words that do not belong together are easy to remember.`,
  common: 'It is made of words that are guessed first; take words that do not belong together.',
  repeated: 'It repeats the same few characters; take a few words that do not belong together.',
  sequence: 'Its characters follow one another; take a few words that do not belong together.',
  name: 'It is little more than the account’s name; take a few words that do not belong together.',
};

const passwordFileOption: Option = { type: 'string', value: 'FILE', help: 'takes the password from the first line of a file instead of asking' };

/** Why a name cannot be that of a new account. */
function nameFault(name: string): string | undefined {
  if (reserved.has(name)) return `"${name}" is not for people; take another name.`;
  const parsed = v.safeParse(accountNameSchema, name);
  return parsed.success ? undefined : `"${name}" is no name of an account: ${parsed.issues[0].message}.`;
}

/** A new password, asked for twice, or the first line of a file. Tells what is wrong with it. */
async function newPassword(call: Call, terminal: Terminal, name: string): Promise<string | undefined> {
  const file = call.text('password-file');
  if (file !== undefined) {
    const password = (await readFile(resolve(terminal.cwd, file), 'utf8')).split(/\r?\n/, 1)[0] ?? '';
    const fault = passwordFault(password, name);
    if (fault === undefined) return password;
    terminal.err(`The password in ${file} cannot be used. ${faults[fault]}`);
    return undefined;
  }
  if (terminal.ask === undefined) {
    terminal.err('Nobody can be asked for a password here: run the command in a terminal, or give --password-file.');
    return undefined;
  }
  for (;;) {
    const password = await terminal.ask(`Password of ${name}`, true);
    const fault = passwordFault(password, name);
    if (fault !== undefined) terminal.err(faults[fault]);
    else if ((await terminal.ask('The same again', true)) === password) return password;
    else terminal.err('The two are not the same; type it anew.');
  }
}

/** Runs with the hub's store open. */
async function withStore(call: Call, terminal: Terminal, work: (store: Store) => Promise<ExitCode>): Promise<ExitCode> {
  const config = hubSettings(terminal, call.text('data-dir'));
  if (config === undefined) return 1;
  const store = openFileStore(config.dataDir);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function write(store: Store, terminal: Terminal, action: JournalAction, name: string): Promise<void> {
  await store.journal.add({ at: new Date(terminal.now()).toISOString(), by: 'console', action, about: name });
}

function unknown(terminal: Terminal, name: string): ExitCode {
  terminal.err(`There is no account "${name}"; \`accounts list\` shows those there are.`);
  return 1;
}

/** Makes an account of staff. */
export const accountsAdd: Command = {
  name: 'accounts add',
  summary: 'Makes an account for the staff’s app',
  positionals: ['NAME'],
  options: {
    role: { type: 'string', value: 'ROLE', help: `what it may do: ${staffRoles.join(', ')}` },
    area: { type: 'string', value: 'CODE', help: 'gazetteer code of the province, district or commune that it is limited to; otherwise the whole country' },
    'password-file': passwordFileOption,
    'data-dir': dataDirOption,
  },
  details: `Asks for the password twice; at least ${passwordLength} characters. An operator sees the terminals, orders them to do things, makes enrolment codes and retires terminals.`,
  async run(call, terminal) {
    const name = call.positionals[0] ?? '';
    const role = v.safeParse(v.picklist(staffRoles), call.text('role'));
    const area = v.safeParse(v.optional(officeCodeSchema), call.text('area'));
    const wrong = nameFault(name) ?? (role.success ? undefined : `--role is one of ${staffRoles.join(', ')}.`) ?? (area.success ? undefined : '--area is a gazetteer code: 2, 4 or 6 digits.');
    if (wrong !== undefined || !role.success || !area.success) {
      terminal.err(wrong ?? '');
      return 2;
    }
    return withStore(call, terminal, async (store) => {
      const taken = `There is an account "${name}" already; \`accounts password ${name}\` gives it a new password.`;
      if ((await store.accounts.list()).some((account) => account.name === name)) {
        terminal.err(taken);
        return 1;
      }
      const password = await newPassword(call, terminal, name);
      if (password === undefined) return 1;
      if (!(await store.accounts.add({ name, role: role.output, area: area.output ?? '', password }, terminal.now()))) {
        terminal.err(taken);
        return 1;
      }
      await write(store, terminal, 'accountAdded', name);
      terminal.out(`${name} can sign in at /studio/ as ${role.output}${area.output === undefined ? '' : ` of area ${area.output}`}.`);
      return 0;
    });
  },
};

/** Lists the accounts of staff. */
export const accountsList: Command = {
  name: 'accounts list',
  summary: 'Shows the accounts of the staff’s app',
  options: { 'data-dir': dataDirOption },
  run: (call, terminal) =>
    withStore(call, terminal, async (store) => {
      const accounts = await store.accounts.list();
      if (accounts.length === 0) terminal.err('There is no account; `accounts add NAME --role operator` makes one.');
      for (const { name, role, area } of accounts) terminal.out(`${name}  ${role}  ${area === '' ? 'whole country' : `area ${area}`}`);
      return 0;
    }),
};

/** Removes an account of staff. */
export const accountsRemove: Command = {
  name: 'accounts remove',
  summary: 'Removes an account of the staff’s app and ends its sessions',
  positionals: ['NAME'],
  options: { 'data-dir': dataDirOption },
  run: (call, terminal) =>
    withStore(call, terminal, async (store) => {
      const name = call.positionals[0] ?? '';
      if (!(await store.accounts.remove(name))) return unknown(terminal, name);
      await write(store, terminal, 'accountRemoved', name);
      terminal.out(`${name} is removed; whoever was signed in by that name no longer is.`);
      return 0;
    }),
};

/** Ends the wait after wrong passwords. */
export const accountsUnlock: Command = {
  name: 'accounts unlock',
  summary: 'Ends an account’s wait after wrong passwords',
  positionals: ['NAME'],
  options: { 'data-dir': dataDirOption },
  run: (call, terminal) =>
    withStore(call, terminal, async (store) => {
      const name = call.positionals[0] ?? '';
      if (!(await store.accounts.list()).some((account) => account.name === name)) return unknown(terminal, name);
      await store.accounts.clearFailures(name);
      await write(store, terminal, 'accountUnlocked', name);
      terminal.out(`${name} can try again at once. An address from which many names were tried still has to wait, a quarter of an hour at most.`);
      return 0;
    }),
};

/** Gives an account a new password. */
export const accountsPassword: Command = {
  name: 'accounts password',
  summary: 'Gives an account a new password and ends its sessions',
  positionals: ['NAME'],
  options: { 'password-file': passwordFileOption, 'data-dir': dataDirOption },
  run: (call, terminal) =>
    withStore(call, terminal, async (store) => {
      const name = call.positionals[0] ?? '';
      if (!(await store.accounts.list()).some((account) => account.name === name)) return unknown(terminal, name);
      const password = await newPassword(call, terminal, name);
      if (password === undefined) return 1;
      await store.accounts.setPassword(name, password);
      await store.accounts.clearFailures(name);
      await write(store, terminal, 'passwordSet', name);
      terminal.out(`${name} has a new password; whoever was signed in by that name no longer is.`);
      return 0;
    }),
};
