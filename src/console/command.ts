import { parseArgs } from 'node:util';

/** What a command may touch of the world around it. */
export interface Terminal {
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Results. */
  readonly out: (line: string) => void;
  /** Faults, warnings and progress. */
  readonly err: (line: string) => void;
  /** Where progress bars are drawn; absent where nobody watches. */
  readonly progress?: NodeJS.WriteStream;
  /** Asks a person for one line, hidden for a passphrase; absent where nobody sits before it. */
  readonly ask?: (question: string, hidden: boolean) => Promise<string>;
  /** Ends a command that runs until it is stopped. */
  readonly signal: AbortSignal;
}

/** An option of a command, with its line of help. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly help: string;
  /** Placeholder of a value in the help, e.g. `DIR`. */
  readonly value?: string;
  /** Used when the option is not given. */
  readonly default?: string;
  /** May be given several times; read it with {@link Call.texts}. */
  readonly multiple?: boolean;
}

/** What a command was called with; every name was declared by the command. */
export interface Call {
  readonly positionals: readonly string[];
  text(option: string): string | undefined;
  /** Every value of an option that may be given several times. */
  texts(option: string): readonly string[];
  flag(option: string): boolean;
}

/** 0: done. 1: not done, and said why. 2: called wrongly. */
export type ExitCode = 0 | 1 | 2;

/** One command of a {@link Program}. */
export interface Command {
  /** The words it is called by, e.g. `content check`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Names of its positional arguments, without which it cannot run. */
  readonly positionals?: readonly string[];
  /** Names of those that may follow them. */
  readonly optionals?: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** More help, after the options. */
  readonly details?: string;
  run(call: Call, terminal: Terminal): Promise<ExitCode>;
}

/** Whoever was asked would rather stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Commands that are called by one program. */
export interface Program {
  /** What to type to call it, e.g. `owso-kiosk`. */
  readonly name: string;
  /** In the order of the help. */
  readonly commands: readonly Command[];
}

function column(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

/** The list of commands. */
export function helpForAll({ name, commands }: Program): string {
  return [`Usage: ${name} COMMAND [options]`, '', column(commands.map((command) => [command.name, command.summary] as const)), '', `${name} COMMAND --help tells more.`].join('\n');
}

/** The help of one command. */
export function helpFor(program: Program, command: Command): string {
  const options = [
    ...Object.entries(command.options).map(([name, option]) => [`--${name}${option.type === 'string' ? ` ${option.value ?? 'TEXT'}` : ''}${option.multiple === true ? ' …' : ''}`, `${option.help}${option.default === undefined ? '' : ` (default: ${option.default})`}`] as const),
    ['--help', 'shows this'] as const,
  ];
  const lines = [`Usage: ${[program.name, command.name, ...(command.positionals ?? []), ...(command.optionals ?? []).map((name) => `[${name}]`)].join(' ')} [options]`, '', `${command.summary}.`, '', column(options)];
  if (command.details !== undefined) lines.push('', command.details);
  return lines.join('\n');
}

async function runCommand(program: Program, command: Command, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const wrong = (message: string): ExitCode => {
    terminal.err(`${message}\n\n${helpFor(program, command)}`);
    return 2;
  };
  let parsed: { values: Record<string, unknown>; positionals: string[]; tokens: readonly { readonly kind: string; readonly name?: string }[] };
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      tokens: true,
      options: { help: { type: 'boolean', short: 'h' }, ...Object.fromEntries(Object.entries(command.options).map(([name, { type, multiple = false }]) => [name, { type, multiple }])) },
    });
  } catch (error) {
    // Node adds advice about "--" after the first sentence.
    return wrong(error instanceof Error ? error.message.replace(/\. .*/s, '.') : String(error));
  }
  const given = parsed.tokens.flatMap(({ kind, name }) => (kind === 'option' && name !== undefined ? [name] : []));
  const repeated = given.find((name, index) => given.indexOf(name) !== index && command.options[name]?.type === 'string' && command.options[name].multiple !== true);
  if (repeated !== undefined) return wrong(`--${repeated} can be given only once.`);
  if (parsed.values['help'] === true) {
    terminal.out(helpFor(program, command));
    return 0;
  }
  const expected = command.positionals ?? [];
  if (parsed.positionals.length < expected.length) return wrong(`${expected[parsed.positionals.length] ?? ''} is missing.`);
  const most = expected.length + (command.optionals ?? []).length;
  if (parsed.positionals.length > most) return wrong(`"${parsed.positionals[most] ?? ''}" is one argument too many.`);
  const empty = Object.entries(parsed.values).find(([, value]) => value === '' || (Array.isArray(value) && value.includes('')));
  if (empty !== undefined) return wrong(`--${empty[0]} needs a value.`);
  return command.run(
    {
      positionals: parsed.positionals,
      text: (option) => (typeof parsed.values[option] === 'string' ? parsed.values[option] : command.options[option]?.default),
      texts: (option) => {
        const value = parsed.values[option];
        return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
      },
      flag: (option) => parsed.values[option] === true,
    },
    terminal,
  );
}

/** What the operating system refused, in words; anything else is a bug. */
function refusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  const reasons: Readonly<Record<string, string>> = { EACCES: 'no permission', EPERM: 'no permission', ENOENT: 'it is not there', ENOSPC: 'the disk is full', EROFS: 'the disk is read-only', EISDIR: 'it is a folder', ENOTDIR: 'it is not a folder', EEXIST: 'it is already there' };
  return `${path ?? 'A file'} cannot be used: ${reasons[code] ?? code} (${syscall}). Mend that and run the command again.`;
}

/** Finds and runs the command that the arguments name. Throws only for a bug. */
export async function dispatch(program: Program, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const command = program.commands.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
  if (command !== undefined) {
    try {
      return await runCommand(program, command, args.slice(command.name.split(' ').length), terminal);
    } catch (error) {
      const message = error instanceof Interrupted ? 'Stopped.' : refusal(error);
      if (message === undefined) throw error;
      terminal.err(message);
      return 1;
    }
  }
  if (args[0] === '--help' || args[0] === '-h' || args[0] === 'help') {
    terminal.out(helpForAll(program));
    return 0;
  }
  terminal.err(`${args.length === 0 ? 'Name a command.' : `There is no command "${args.slice(0, 2).join(' ')}".`}\n\n${helpForAll(program)}`);
  return 2;
}
