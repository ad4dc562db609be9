import { spawn, type ChildProcess } from 'node:child_process';
import { open, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import { delay } from '../../util/async';
import type { Clock } from '../../util/clock';
import type { Disposable } from '../../util/disposable';
import { messageOf, PlaygroundError, systemCode } from '../../util/errors';
import type { CommandLine } from './commandLines';
import { isAlive, matches, signalProcess, type ProcessIdentity } from './processIdentity';
import type { ProcessTable } from '../common/processTable';
import { diskError } from '../common/diskError';

/** How a process ended, as far as that can be known: an adopted one tells no exit code. */
export interface ProcessExit {
  readonly at: number;
  readonly exitCode?: number;
  readonly signal?: string;
}

const lookIntervalMs = 1000;
const endPollMs = 40;
/** How long the end of a child that is not listed any more may take to be reported. */
const endingMs = 500;
const killedMs = 10_000;
/** Output of earlier runs that is kept when a process starts anew. */
const outputLimitBytes = 1_048_576;

export interface SpawnOptions {
  readonly commandLine: CommandLine;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly outputFile: string;
  readonly mark: string;
}

/**
 * A JVM of ours, started by us or adopted. It is detached and outlives us. Our own children tell of their end at once;
 * adopted ones are looked at every second.
 */
export class JavaProcess implements Disposable {
  readonly identity: ProcessIdentity;
  /** Settles when the process ended; never when we let go of it before. */
  readonly exited: Promise<ProcessExit>;
  #exit: ProcessExit | undefined;
  #look: Disposable | undefined;
  #disposed = false;
  #settle: (exit: ProcessExit) => void = () => undefined;

  private constructor(
    identity: ProcessIdentity,
    private readonly table: ProcessTable,
    private readonly clock: Clock,
    child: ChildProcess | undefined,
  ) {
    this.identity = identity;
    this.exited = new Promise((resolve) => {
      this.#settle = resolve;
    });
    if (child === undefined) {
      this.#lookAgain();
      return;
    }
    const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
      void this.#confirmEnd({
        at: clock.now(),
        ...(code === null ? {} : { exitCode: code }),
        ...(signal === null ? {} : { signal }),
      });
    };
    child.once('exit', ended);
    if (child.exitCode !== null || child.signalCode !== null) ended(child.exitCode, child.signalCode);
  }

  /** How it ended, once it is known. */
  get exit(): ProcessExit | undefined {
    return this.#exit;
  }

  /**
   * @throws PlaygroundError `java` when Java cannot be run, `disk` when the output file cannot be written, `process` when the
   *   system does not tell enough to know the process again; it has been ended then.
   */
  static async spawn(options: SpawnOptions, table: ProcessTable, clock: Clock): Promise<JavaProcess> {
    const output = await openOutput(options.outputFile);
    try {
      const child = spawn(options.commandLine.command, [...options.commandLine.args], {
        cwd: options.workingDirectory,
        env: { ...options.environment },
        detached: true,
        stdio: ['ignore', output.fd, output.fd],
        windowsHide: true,
      });
      const failed = new Promise<never>((_resolve, reject) => {
        child.once('error', (error) => reject(cannotRun(options.commandLine.command, error)));
      });
      // A child that runs may still emit errors of later signals; they are answered where the signal is sent.
      failed.catch(() => undefined);
      const { pid } = child;
      if (pid === undefined) return await failed;
      const startToken = await startTokenOf(child, pid, table, clock);
      child.unref();
      return new JavaProcess({ pid, startToken, mark: options.mark }, table, clock, child);
    } finally {
      await output.close();
    }
  }

  /** Takes charge of a process that runs already; `undefined` when it is gone or the pid is somebody else's now. */
  static async adopt(identity: ProcessIdentity, table: ProcessTable, clock: Clock): Promise<JavaProcess | undefined> {
    return (await isAlive(identity, table)) ? new JavaProcess(identity, table, clock, undefined) : undefined;
  }

  /**
   * Asks it to end, waits, and kills it when the deadline has passed. Returns when it is gone.
   * Once begun it is not given up: half-ended is the one state that nobody wants.
   */
  async end(graceMs: number): Promise<void> {
    if (this.#exit !== undefined || !(await signalProcess(this.identity, 'SIGTERM', this.table))) return;
    if (await this.#goneWithin(graceMs)) return;
    await this.kill();
  }

  /** SIGKILL; returns when it is gone. */
  async kill(): Promise<void> {
    if (this.#exit !== undefined || !(await signalProcess(this.identity, 'SIGKILL', this.table))) return;
    if (await this.#goneWithin(killedMs)) return;
    throw new PlaygroundError('process', l10n.t('Process {0} did not end.', this.identity.pid), {
      remedy: l10n.t('It hangs in the operating system. End it by hand, or restart the machine.'),
    });
  }

  /** Lets go of the process without ending it. */
  dispose(): void {
    this.#disposed = true;
    this.#look?.dispose();
  }

  async #goneWithin(ms: number): Promise<boolean> {
    const deadline = this.clock.now() + ms;
    const never = new AbortController().signal;
    while (await isAlive(this.identity, this.table)) {
      if (this.clock.now() >= deadline) return false;
      await delay(endPollMs, never, this.clock);
    }
    if (this.#exit === undefined) {
      // A child's own event says more (the exit code) and comes within a turn or two of the loop.
      await Promise.race([this.exited, delay(200, never, this.clock)]);
      this.#ended({ at: this.clock.now() });
    }
    return true;
  }

  /** The operating system has the last word: what is listed as running has not ended, whatever event came. */
  async #confirmEnd(exit: ProcessExit): Promise<void> {
    const alive = await isAlive(this.identity, this.table).catch(() => false);
    if (alive) this.#lookAgain();
    else this.#ended(exit);
  }

  #lookAgain(): void {
    if (this.#disposed) return;
    this.#look = this.clock.schedule(lookIntervalMs, () => {
      this.table
        .read([this.identity.pid])
        .then((found) => {
          if (matches(this.identity, found.get(this.identity.pid))) this.#lookAgain();
          else this.#ended({ at: this.clock.now() });
        })
        .catch(() => this.#lookAgain());
    });
  }

  #ended(exit: ProcessExit): void {
    if (this.#exit !== undefined) return;
    this.#exit = exit;
    this.#look?.dispose();
    if (!this.#disposed) this.#settle(exit);
  }
}

/** When the child began; empty for one that has ended already, about which nothing needs to be known. */
async function startTokenOf(child: ChildProcess, pid: number, table: ProcessTable, clock: Clock): Promise<string> {
  let cause: unknown;
  try {
    const startToken = (await table.read([pid])).get(pid)?.startToken ?? '';
    if (startToken !== '') return startToken;
  } catch (error) {
    cause = error;
  }
  if (await endsWithin(child, endingMs, clock)) return '';
  child.kill('SIGKILL');
  await endsWithin(child, killedMs, clock);
  throw new PlaygroundError('process', l10n.t('The system does not tell when process {0} began.', pid), {
    remedy: l10n.t('See that the list of processes can be read (/proc, ps or PowerShell), then try again.'),
    cause,
  });
}

async function endsWithin(child: ChildProcess, ms: number, clock: Clock): Promise<boolean> {
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  if (hasEnded()) return true;
  const waiting = new AbortController();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  await Promise.race([ended, delay(ms, waiting.signal, clock).catch(() => undefined)]);
  waiting.abort();
  return hasEnded();
}

async function openOutput(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    await mkdir(dirname(path), { recursive: true });
    if ((await sizeOrZero(path)) > outputLimitBytes) await rename(path, `${path}.1`);
    return await open(path, 'a');
  } catch (error) {
    throw diskError(path, error);
  }
}

async function sizeOrZero(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

function cannotRun(command: string, cause: Error): PlaygroundError {
  return new PlaygroundError('java', l10n.t('"{0}" could not be run: {1}', command, messageOf(cause)), {
    remedy: l10n.t('Choose another Java in the setting flinkPlayground.local.javaHome.'),
    cause,
  });
}
