/**
 * What to type to call the commands: an installed hub's program says its own
 * name in CALLED_AS; otherwise they are called in a checkout.
 */
export function programName(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['CALLED_AS'] ?? (environment['npm_lifecycle_event'] === 'cli' ? 'npm run cli --' : 'node src/cli/main.ts');
}

/** What was typed to call this process. */
export const program = programName(process.env);
