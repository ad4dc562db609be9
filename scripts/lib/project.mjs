// Where things are. Plain Node 20, no dependencies: this runs before anything is installed.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Things that scripts and tests make and may be deleted at any time. */
export const cacheDirectory = path.join(root, '.cache');

/** What test runs leave for people: reports, logs and screenshots. */
export const resultsDirectory = path.join(root, 'test-results');

/** A failure that is told in its own words, without a stack. */
export class Failure extends Error {
  /**
   * @param {string} message what is wrong, one sentence
   * @param {string} [remedy] what to do about it
   */
  constructor(message, remedy) {
    super(remedy === undefined ? message : `${message}\n${remedy}`);
    this.name = 'Failure';
  }
}

/**
 * Runs a script's main function: a `Failure` is printed as its sentence, anything else with its stack.
 * @param {() => Promise<number | void>} main resolves to the exit code, 0 unless given
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/**
 * @param {number} milliseconds
 * @returns {string} `0.4 s`, `1 min 05 s`
 */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}
