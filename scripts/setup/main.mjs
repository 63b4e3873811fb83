import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a person can mend: shown as its message alone, without a stack. */
export class SetupError extends Error {}

/**
 * Runs a script's main function and ends the process with the status it returns.
 * @param {() => Promise<number>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.exitCode = 1;
    console.error(error instanceof SetupError ? `\n${error.message}` : error);
  }
}

/**
 * Whether this module is the one that was started, not one that was imported.
 * @param {string} moduleUrl
 */
export function isMain(moduleUrl) {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(moduleUrl);
}
