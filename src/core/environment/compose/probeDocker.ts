import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../../util/errors';
import type { CliCommand, CliRunner } from './cliRunner';
import { engineFailure, engineProblem, meaningfulLine, notInstalled, type EngineProblem } from './engineErrors';
import type { EnginePrograms } from './engineCli';

/** Whether containers can be run here, and why not. */
export type DockerProbe =
  | { readonly state: 'ready'; readonly engineVersion: string; readonly programs: EnginePrograms }
  | { readonly state: EngineProblem | 'failed'; readonly error: PlaygroundError };

export interface ProbeOptions {
  readonly runner: CliRunner;
  /** The setting `flinkPlayground.compose.command`; empty to find one. */
  readonly command: string;
}

const probeTimeoutMs = 10_000;

/** Looks whether a container engine answers and which Compose there is. Never throws but for the signal. */
export async function probeDocker(options: ProbeOptions, signal: AbortSignal): Promise<DockerProbe> {
  try {
    const { programs, engineVersion } = await findEngine(options, signal);
    return { state: 'ready', programs, engineVersion };
  } catch (error) {
    signal.throwIfAborted();
    if (!PlaygroundError.is(error)) throw error;
    return { state: engineProblem(error) ?? 'failed', error };
  }
}

export interface FoundEngine {
  readonly programs: EnginePrograms;
  readonly engineVersion: string;
}

/**
 * The programs to use: those of the setting, else `docker compose`, else `docker-compose` of either generation.
 * @throws PlaygroundError `engine` (`engineProblem` says why), `input` for a setting that names no Compose.
 */
export async function findEngine({ runner, command }: ProbeOptions, signal: AbortSignal): Promise<FoundEngine> {
  const configured = wordsOf(command);
  const engine = engineOf(configured);
  const engineVersion = await askEngine(runner, engine, signal);
  const programs = await findCompose(runner, engine, configured, signal);
  return { programs, engineVersion };
}

type Words = readonly [string, ...string[]];

/** The words of a command line in a setting: separated by blanks, quotes keep them together. Nothing is expanded. */
export function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function nameOf(program: string): string {
  return basename(program.replaceAll('\\', '/')).replace(/\.(exe|cmd)$/i, '');
}

/** The engine that belongs to a Compose: Podman's to `podman compose` and `podman-compose`, else Docker's. */
function engineOf([program = '', ...rest]: readonly string[]): Words {
  const name = nameOf(program);
  if (name === 'podman-compose') return [program.replace(/podman-compose/, 'podman')];
  if (rest.at(-1) === 'compose') return [program, ...rest.slice(0, -1)];
  return ['docker'];
}

async function askEngine(runner: CliRunner, engine: Words, signal: AbortSignal): Promise<string> {
  const [program, ...first] = engine;
  const command: CliCommand = { command: program, args: [...first, 'version', '--format', '{{.Server.Version}}'] };
  const outcome = await runner.run(command, { signal, timeoutMs: probeTimeoutMs });
  if (outcome.exitCode !== 0) {
    throw engineFailure({ command, outcome, doing: l10n.t('Asking the container engine for its version') });
  }
  return outcome.stdout.trim();
}

async function findCompose(
  runner: CliRunner,
  engine: Words,
  configured: readonly string[],
  signal: AbortSignal,
): Promise<EnginePrograms> {
  const [first, ...rest] = configured;
  if (first !== undefined) {
    const compose: Words = [first, ...rest];
    const found = await askCompose(runner, compose, signal);
    if (found.version !== undefined) return { engine, compose, ...generationOf(compose, found.version) };
    throw new PlaygroundError('input', l10n.t('"{0}" is not Docker Compose: {1}', configured.join(' '), found.said), {
      remedy: l10n.t('Correct the setting flinkPlayground.compose.command, or empty it.'),
    });
  }
  let missing: PlaygroundError | undefined;
  for (const compose of [[...engine, 'compose'] as Words, ['docker-compose'] as Words]) {
    const found = await askCompose(runner, compose, signal);
    if (found.version !== undefined) return { engine, compose, ...generationOf(compose, found.version) };
    missing ??= found.error;
  }
  throw missing ?? notInstalled('docker compose');
}

interface ComposeAnswer {
  readonly version?: string;
  readonly said: string;
  readonly error: PlaygroundError;
}

/** v2 and the standalone v2 print a version, v1 knows `--short` too. */
async function askCompose(runner: CliRunner, [program, ...first]: Words, signal: AbortSignal): Promise<ComposeAnswer> {
  const command: CliCommand = { command: program, args: [...first, 'version', '--short'] };
  const outcome = await runner.run(command, { signal, timeoutMs: probeTimeoutMs });
  const version = /v?(\d+\.\d+\.\d+\S*)/.exec(outcome.exitCode === 0 ? outcome.stdout : '')?.[1];
  const said = outcome.failure === 'missing' ? l10n.t('there is no such program') : meaningfulLine(outcome);
  const error = engineFailure({ command, outcome, doing: l10n.t('Asking Compose for its version') });
  return { said, error, ...(version === undefined ? {} : { version }) };
}

function generationOf(compose: Words, version: string): Pick<EnginePrograms, 'generation' | 'composeVersion'> {
  const podman = nameOf(compose[0]).startsWith('podman');
  const standalone = compose.length === 1;
  const generation = version.startsWith('1.') ? 'v1' : standalone ? 'standalone' : 'v2';
  return { generation: podman ? 'podman' : generation, composeVersion: version };
}
