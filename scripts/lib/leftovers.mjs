// Finding processes by what is on their command lines. Plain Node 20, no dependencies; Linux only, elsewhere it finds none.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @param {...string} texts all of which are on the command line
 * @returns {number[]} pids in ascending order, this process left out
 */
export function pidsByArgument(...texts) {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        const commandLine = readFileSync(path.join('/proc', name, 'cmdline'), 'utf8');
        return texts.every((text) => commandLine.includes(text));
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Kills what a run left behind: the playground's processes are not children of the editor, by design.
 * @param {string} text a folder that was made for this run alone and is on the command lines of its processes
 * @returns {number} how many there were
 */
export function killByArgument(text) {
  const left = pidsByArgument(text);
  for (const pid of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  return left.length;
}
