import * as l10n from '@vscode/l10n';
import type { Logger } from '../../util/logger';
import { PlaygroundError } from '../../util/errors';
import type { CliCommand, CliOutcome, CliRunner } from './cliRunner';
import { decodeContainers, labels, ownerLabel, type ContainerFacts } from './containerRecords';
import { closingLines, engineFailure } from './engineErrors';

/** The programs that operate a container engine: `docker` and `docker compose`, or what stands for them. */
export interface EnginePrograms {
  readonly engine: readonly [string, ...string[]];
  readonly compose: readonly [string, ...string[]];
  /** Compose v1 is Python's `docker-compose`, which ended in 2023 and is still installed. */
  readonly generation: 'v2' | 'standalone' | 'v1' | 'podman';
  /** `2.26.1`, as the program says it. */
  readonly composeVersion: string;
}

/** A compose file with its variables, as a project of a name. */
export interface ComposeProject {
  readonly name: string;
  readonly files: readonly string[];
  readonly directory: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface RunSettings {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly onLine?: (line: string) => void;
  /** Images that the command may have to pull. */
  readonly images?: readonly string[];
}

/** What is asked of the engine, as commands whose answers are read and whose failures are told apart. */
export class EngineCli {
  constructor(
    private readonly runner: CliRunner,
    readonly programs: EnginePrograms,
    private readonly logger: Logger,
  ) {}

  /** The command line of the engine's program, for a terminal or a stream. */
  engineCommand(...args: readonly string[]): CliCommand {
    const [command, ...first] = this.programs.engine;
    return { command, args: [...first, ...args] };
  }

  composeCommand({ name, files, directory, variables }: ComposeProject, ...args: readonly string[]): CliCommand {
    const [command, ...first] = this.programs.compose;
    const chosen = files.flatMap((file) => ['-f', file]);
    return {
      command,
      args: [...first, '-p', name, ...chosen, ...args],
      env: { ...variables, ...quietProgress },
      workingDirectory: directory,
    };
  }

  /**
   * Containers of a project, whichever Compose made them, also those that ended.
   * @throws PlaygroundError `engine` when the engine cannot be used; `process`, `timeout`.
   */
  async containers(project: string, signal: AbortSignal): Promise<readonly ContainerFacts[]> {
    const ids = await this.#ids(`label=${labels.project}=${project}`, signal);
    return this.#inspect(ids, signal);
  }

  /** Containers of any project that are made of one of these compose files. */
  async containersOfFile(file: string, signal: AbortSignal): Promise<readonly ContainerFacts[]> {
    const ids = await this.#ids(`label=${labels.configFiles}`, signal);
    return (await this.#inspect(ids, signal)).filter(({ configFiles }) => configFiles.includes(file));
  }

  /** Ids of all containers of a project, those of other services included. */
  async #ids(filter: string, signal: AbortSignal): Promise<readonly string[]> {
    const stdout = await this.engine(
      ['ps', '-a', '-q', '--no-trunc', '--filter', filter],
      l10n.t('Listing the containers'),
      {
        signal,
        timeoutMs: lookTimeoutMs,
      },
    );
    return linesOf(stdout);
  }

  async #inspect(ids: readonly string[], signal: AbortSignal): Promise<readonly ContainerFacts[]> {
    if (ids.length === 0) return [];
    const command = this.engineCommand('inspect', '--type', 'container', ...ids);
    const outcome = await this.runner.run(command, { signal, timeoutMs: lookTimeoutMs });
    // One that is gone meanwhile makes the command fail, and the others are listed all the same.
    if (outcome.exitCode !== 0 && !/no such (container|object)/i.test(outcome.stderr)) {
      throw engineFailure({ command, outcome, doing: l10n.t('Looking at the containers') });
    }
    return decodeContainers(outcome.stdout);
  }

  /** SIGKILL. One that does not run any more, or is gone, is as it should be. */
  async kill(id: string, signal: AbortSignal): Promise<void> {
    const command = this.engineCommand('kill', '-s', 'SIGKILL', id);
    const outcome = await this.runner.run(command, { signal, timeoutMs: actTimeoutMs });
    if (outcome.exitCode === 0 || /is not running|no such container/i.test(outcome.stderr)) return;
    throw engineFailure({ command, outcome, doing: l10n.t('Killing the container') });
  }

  async start(ids: readonly string[], signal: AbortSignal): Promise<void> {
    if (ids.length === 0) return;
    await this.engine(['start', ...ids], l10n.t('Starting the container'), { signal, timeoutMs: actTimeoutMs });
  }

  /** Ends containers in an orderly way, with SIGKILL after `graceSeconds`. */
  async stop(ids: readonly string[], graceSeconds: number, signal: AbortSignal): Promise<void> {
    if (ids.length === 0) return;
    await this.engine(['stop', '-t', String(graceSeconds), ...ids], l10n.t('Stopping the containers'), {
      signal,
      timeoutMs: actTimeoutMs,
    });
  }

  /** Removes containers, running or not, and the volumes without a name that belong to them alone. */
  async remove(ids: readonly string[], signal: AbortSignal): Promise<void> {
    if (ids.length === 0) return;
    const command = this.engineCommand('rm', '-f', '-v', ...ids);
    const outcome = await this.runner.run(command, { signal, timeoutMs: actTimeoutMs });
    if (
      outcome.exitCode === 0 ||
      /no such container|removal of container \S+ is already in progress/i.test(outcome.stderr)
    ) {
      return;
    }
    throw engineFailure({ command, outcome, doing: l10n.t('Removing the containers') });
  }

  /** Runs a program in a container and gives what it prints. */
  async exec(id: string, program: readonly string[], signal: AbortSignal): Promise<string> {
    return this.engine(['exec', id, ...program], l10n.t('Running a command in the container'), {
      signal,
      timeoutMs: actTimeoutMs,
    });
  }

  /** The names of the volumes that carry our owner's label. */
  async ownVolumes(owner: string, signal: AbortSignal): Promise<readonly string[]> {
    const stdout = await this.engine(
      ['volume', 'ls', '-q', '--filter', `label=${ownerLabel}=${owner}`],
      l10n.t('Listing the volumes'),
      { signal, timeoutMs: lookTimeoutMs },
    );
    return linesOf(stdout);
  }

  async removeVolumes(names: readonly string[], signal: AbortSignal): Promise<void> {
    if (names.length === 0) return;
    await this.engine(['volume', 'rm', ...names], l10n.t('Removing the volumes'), { signal, timeoutMs: actTimeoutMs });
  }

  /** True when the engine has the image and need not pull it. */
  async hasImage(image: string, signal: AbortSignal): Promise<boolean> {
    const command = this.engineCommand('image', 'inspect', '--format', '{{.Id}}', image);
    const outcome = await this.runner.run(command, { signal, timeoutMs: lookTimeoutMs });
    if (outcome.exitCode === 0) return true;
    if (/no such image|image not known|not found/i.test(outcome.stderr)) return false;
    throw engineFailure({ command, outcome, doing: l10n.t('Looking for the image') });
  }

  /**
   * The address under which the engine's machine is reached: `unix:///var/run/docker.sock`, `ssh://me@there`. Podman has no
   * such thing.
   */
  async engineAddress(signal: AbortSignal): Promise<string | undefined> {
    if (this.programs.generation === 'podman') return undefined;
    const command = this.engineCommand('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}');
    const outcome = await this.runner.run(command, { signal, timeoutMs: lookTimeoutMs });
    const address = outcome.stdout.trim();
    return outcome.exitCode === 0 && address !== '' ? address : undefined;
  }

  /** Runs a command of the engine. @throws PlaygroundError as `engineFailure` tells failures apart. */
  async engine(args: readonly string[], doing: string, settings: RunSettings): Promise<string> {
    return this.#run(this.engineCommand(...args), doing, settings);
  }

  /** Runs a command of Compose. @throws PlaygroundError as `engineFailure` tells failures apart. */
  async compose(
    project: ComposeProject,
    args: readonly string[],
    doing: string,
    settings: RunSettings,
  ): Promise<string> {
    return this.#run(this.composeCommand(project, ...args), doing, settings);
  }

  /**
   * What Compose makes of a compose file, as YAML: of both generations.
   * @throws PlaygroundError `input` when it cannot make anything of it.
   */
  async config(command: CliCommand, file: string, { signal, timeoutMs }: RunSettings): Promise<string> {
    const outcome = await this.runner.run(command, { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    if (outcome.exitCode === 0) return outcome.stdout;
    const doing = l10n.t('Reading the compose file');
    const failure = engineFailure({ command, outcome, doing });
    if (failure.kind !== 'process') throw failure;
    const words = closingLines(outcome);
    throw new PlaygroundError('input', l10n.t('The compose file "{0}" cannot be used: {1}', file, words), {
      remedy: l10n.t('Correct the file, then try again.'),
      ...(failure.detail === undefined ? {} : { detail: failure.detail }),
    });
  }

  /**
   * Runs a stream, `docker events` or `docker logs -f`, until it ends or is aborted.
   * @returns how it ended; its lines went to the sink.
   */
  async follow(
    args: readonly string[],
    onLine: (line: string, stream: 'stdout' | 'stderr') => void,
    signal: AbortSignal,
  ): Promise<CliOutcome> {
    return this.runner.run(this.engineCommand(...args), { signal, timeoutMs: Number.POSITIVE_INFINITY, onLine });
  }

  async #run(command: CliCommand, doing: string, { signal, timeoutMs, onLine, images }: RunSettings): Promise<string> {
    const lines: string[] = [];
    const outcome = await this.runner.run(command, {
      signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(onLine === undefined
        ? {}
        : {
            onLine: (line: string) => {
              lines.push(line);
              if (lines.length > keptLines) lines.shift();
              onLine(line);
            },
          }),
    });
    if (outcome.exitCode === 0) return outcome.stdout;
    const said = onLine === undefined ? outcome : { ...outcome, stdout: lines.join('\n') };
    this.logger.warn(`${command.command} ${command.args.join(' ')} ended with ${outcome.exitCode ?? 'no exit code'}`);
    throw engineFailure({ command, outcome: said, doing, ...(images === undefined ? {} : { images }) });
  }
}

/** A look must not hold up a view for long; a change may take as long as a JVM takes to end. */
const lookTimeoutMs = 20_000;
const actTimeoutMs = 90_000;
const keptLines = 200;
/** Plain lines instead of a display that redraws itself, and no reports of usage to anybody. */
const quietProgress = { BUILDKIT_PROGRESS: 'plain', COMPOSE_ANSI: 'never', DOCKER_CLI_HINTS: 'false' };

export function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** @throws PlaygroundError `input` for a project name that Compose would not take. */
export function requireProjectName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  throw new PlaygroundError('input', l10n.t('"{0}" cannot be the name of a Compose project.', name), {
    remedy: l10n.t(
      'Use lower-case letters, digits, dashes and underscores in the setting flinkPlayground.compose.project.',
    ),
  });
}
