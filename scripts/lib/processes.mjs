// Running other programs. Plain Node 20, no dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure, root } from './project.mjs';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the project's folder unless given
 * @property {NodeJS.ProcessEnv} [env] added to the environment
 * @property {boolean} [quiet] collects the output instead of showing it; it is shown when the program fails
 * @property {boolean} [shell] for `.cmd` files on Windows, with constant arguments only
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    // Children that end orderly get their time; the second signal is the system's own.
    process.exitCode = 130;
  });
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} the exit code
 */
export async function run(command, args, { cwd = root, env = {}, quiet = false, shell = false } = {}) {
  const child = spawn(command, [...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    shell,
  });
  running.add(child);
  /** @type {Buffer[]} */
  const output = [];
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr?.on('data', (chunk) => output.push(chunk));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Failure(`${command} could not be started: ${error.message}`)));
      child.once('close', (code, signal) => {
        const exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
        if (quiet && exitCode !== 0) process.stderr.write(Buffer.concat(output));
        resolve(exitCode);
      });
    });
  } finally {
    running.delete(child);
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {string | undefined} what it printed, on either stream; undefined when it could not be run or failed
 */
export function outputOf(command, args) {
  const result = spawnSync(command, [...args], {
    encoding: 'utf8',
    shell: process.platform === 'win32' && /^(mvn|code|npm)$/.test(command),
  });
  return result.status === 0 ? `${result.stdout}${result.stderr}` : undefined;
}

/**
 * Kills a process and everything that descends from it. A process that is gone already is no error.
 * @param {number} pid of a process that the caller started
 */
export function killTree(pid) {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
    return;
  }
  for (const each of [...descendants(pid), pid]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
}

/**
 * @param {number} pid
 * @returns {number[]} children first
 */
export function descendants(pid) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const [child, parent] of parents()) children.set(parent, [...(children.get(parent) ?? []), child]);
  /** @type {(of: number) => number[]} */
  const below = (of) => (children.get(of) ?? []).flatMap((child) => [...below(child), child]);
  return below(pid);
}

/** @returns {[number, number][]} */
function parents() {
  if (existsSync('/proc/self/stat')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const stat = readFileSync(path.join('/proc', name, 'stat'), 'utf8');
          const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
          return [/** @type {[number, number]} */ ([Number(name), parent])];
        } catch {
          return [];
        }
      });
  }
  return (outputOf('ps', ['-axo', 'pid=,ppid=']) ?? '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, parent]) => (pid && parent ? [/** @type {[number, number]} */ ([pid, parent])] : []));
}
