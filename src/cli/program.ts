/** What to type to call the commands. */
export const program = 'node src/cli/main.ts';
