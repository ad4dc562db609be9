import { execa } from 'execa';
import type { Logger } from '../../util/logger';
import { LineSplitter } from '../../util/lineSplitter';
import { systemCode } from '../../util/errors';

/** A program of the container engine with its arguments and variables, as data: no shell is ever involved. */
export interface CliCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that are set in addition to those of the extension host, which has `DOCKER_HOST` and its like. */
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
}

/** How a command ended. Output is kept up to 8 MB, the end of it. */
export interface CliOutcome {
  /** Absent when the program could not be run, was killed, or took too long. */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
  /** `missing`: there is no such program. `forbidden`: it may not be run. `late`: it was ended at its deadline. */
  readonly failure?: 'missing' | 'forbidden' | 'late';
}

export interface CliRunOptions {
  readonly signal: AbortSignal;
  /** Deadline in milliseconds, 60 s unless given; `Infinity` for a stream. */
  readonly timeoutMs?: number;
  /** Told of each line as it comes. With it, standard output is not kept. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Runs the engine's programs. Injected, so that what the engine says can be played in tests. */
export interface CliRunner {
  /**
   * Ends when the program has ended, also when it was aborted: nothing of it goes on in the background.
   * @throws the signal's reason when it is aborted; nothing else.
   */
  run(command: CliCommand, options: CliRunOptions): Promise<CliOutcome>;
}

const defaultTimeoutMs = 60_000;
const keptOutput = 8 * 1024 * 1024;
/** `docker compose` passes a SIGTERM on and cleans up; after this it is killed. */
const graceMs = 5000;

export interface ExecaRunnerOptions {
  readonly logger: Logger;
  /** Told of each process that is started: what operating the engine costs. */
  readonly onSpawn?: (command: CliCommand) => void;
}

/** Runs programs by execa, whose own escaping covers `.cmd` files on Windows. */
export function execaRunner({ logger, onSpawn }: ExecaRunnerOptions): CliRunner {
  return {
    async run(command, { signal, timeoutMs = defaultTimeoutMs, onLine }) {
      signal.throwIfAborted();
      onSpawn?.(command);
      logger.trace(`${command.command} ${command.args.join(' ')}`);
      const out = new Output(onLine === undefined ? undefined : (line) => onLine(line, 'stdout'));
      const err = new Output(onLine === undefined ? undefined : (line) => onLine(line, 'stderr'), true);
      const child = execa(command.command, [...command.args], {
        stdin: 'ignore',
        buffer: false,
        reject: false,
        windowsHide: true,
        cancelSignal: signal,
        forceKillAfterDelay: graceMs,
        ...(Number.isFinite(timeoutMs) ? { timeout: timeoutMs } : {}),
        ...(command.env === undefined ? {} : { env: command.env }),
        ...(command.workingDirectory === undefined ? {} : { cwd: command.workingDirectory }),
      });
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      const result = await child;
      out.end();
      err.end();
      signal.throwIfAborted();
      const failure = failureOf(result);
      return {
        stdout: out.text,
        stderr: err.text,
        ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
        ...(failure === undefined ? {} : { failure }),
      };
    },
  };
}

function failureOf(result: {
  readonly timedOut: boolean;
  readonly code?: string | undefined;
  readonly cause?: unknown;
}): CliOutcome['failure'] {
  if (result.timedOut) return 'late';
  const code = result.code ?? systemCode(result.cause);
  if (code === 'ENOENT') return 'missing';
  if (code === 'EACCES' || code === 'EPERM') return 'forbidden';
  return undefined;
}

/** What a program writes: kept up to a limit, or given out in lines. */
class Output {
  #kept: Buffer[] = [];
  #size = 0;
  readonly #lines: LineSplitter | undefined;

  constructor(
    sink: ((line: string) => void) | undefined,
    private readonly alwaysKeep = false,
  ) {
    this.#lines = sink === undefined ? undefined : new LineSplitter(sink);
  }

  get text(): string {
    return Buffer.concat(this.#kept).toString('utf8');
  }

  push(chunk: Buffer): void {
    this.#lines?.push(chunk);
    if (this.#lines !== undefined && !this.alwaysKeep) return;
    this.#kept.push(chunk);
    this.#size += chunk.length;
    while (this.#size > keptOutput && this.#kept.length > 1) this.#size -= this.#kept.shift()?.length ?? 0;
  }

  end(): void {
    this.#lines?.flush();
  }
}
