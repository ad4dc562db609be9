// Killing what a failed run of tests left behind. Plain Node 20, no dependencies.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Kills what a run left behind: the playground's processes are not children of the editor, by design. Linux only.
 * @param {string} text a folder that was made for this run alone and is on the command lines of its processes
 * @returns {number} how many there were
 */
export function killByArgument(text) {
  if (!existsSync('/proc/self/cmdline')) return 0;
  let killed = 0;
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each) && Number(each) !== process.pid)) {
    try {
      if (!readFileSync(path.join('/proc', name, 'cmdline'), 'utf8').includes(text)) continue;
      process.kill(Number(name), 'SIGKILL');
      killed += 1;
    } catch {
      // It ended by itself.
    }
  }
  return killed;
}
