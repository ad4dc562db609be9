import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { writeStackFolder } from '../../src/core/environment/compose/stackFolder';
import { ArtifactStore } from '../../src/core/environment/local/artifacts/artifactStore';
import { createInProcessKafkaPort } from '../../src/core/kafka/inProcessKafkaPort';
import { playground } from '../../src/core/playground';
import { anyPort } from '../../src/core/environment/common/ports';
import { waitFor } from '../../src/core/util/async';
import { silentLogger } from '../../src/core/util/logger';
import { cacheDirectory, mavenRepository } from '../../src/core/userDirectories';
import type { LedgerSummary } from '../../src/shared/model/ledger';

declare const __CENTRAL_ADDRESS__: string;

const root = join(import.meta.dirname, '..', '..');
/** Where the compose files and the image's own files are in a clone. */
export const stackDirectory = join(root, 'playground');
/** Where Maven puts the playground's jars. */
export const jarsDirectory = join(root, 'playground/job/target');

/** The two generations of Compose, by the way in which each is called. */
export const generations = {
  v2: ['docker', 'compose'],
  v1: ['docker-compose'],
} as const;

export type Generation = keyof typeof generations;

/** False where this machine lacks it, or has the other one under its name. */
export function hasCompose(generation: Generation): boolean {
  const [command, ...first] = generations[generation];
  const { failed, stdout } = execaSync(command, [...first, 'version', '--short'], { reject: false });
  const major = failed ? undefined : /^v?(\d+)/.exec(stdout)?.[1];
  return major !== undefined && (major === '1') === (generation === 'v1');
}

const never: AbortSignal = new AbortController().signal;

export interface StackOptions {
  readonly generation: Generation;
  readonly file: string;
  readonly project: string;
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a command printed, and how it ended. */
export interface Outcome {
  readonly exitCode: number;
  readonly text: string;
}

/** A stack that is operated as a person does: by the commands of Compose and Docker, and by what can be reached from this machine. */
export class ComposeStack {
  private constructor(
    readonly options: StackOptions,
    readonly ports: { readonly rest: number; readonly broker: number },
  ) {}

  /** A stack on ports of its own, so that it can run beside another one. */
  static async create(options: StackOptions): Promise<ComposeStack> {
    const rest = await anyPort(new Set());
    return new ComposeStack(options, { rest, broker: await anyPort(new Set([rest])) });
  }

  /** Runs Compose; a failure fails the test with everything that was printed. */
  async compose(...args: readonly string[]): Promise<string> {
    const { exitCode, text } = await this.attempt(...args);
    if (exitCode !== 0) throw new Error(`compose ${args.join(' ')} ended with ${exitCode}:\n${text}`);
    return text;
  }

  async attempt(...args: readonly string[]): Promise<Outcome> {
    const { generation, file, project, folder, environment } = this.options;
    const [command, ...first] = generations[generation];
    const result = await execa(command, [...first, '-p', project, '-f', file, ...args], {
      cwd: folder,
      reject: false,
      all: true,
      stdin: 'ignore',
      timeout: 240_000,
      env: {
        PLAYGROUND_REST_PORT: String(this.ports.rest),
        PLAYGROUND_BROKER_PORT: String(this.ports.broker),
        // Ten windows in the time of one.
        PLAYGROUND_SPEED: '10',
        ...environment,
      },
    });
    return { exitCode: result.exitCode ?? 1, text: result.all };
  }

  /** The containers of a service, dead ones too, by the engine's labels. */
  async containers(service: string): Promise<readonly ContainerState[]> {
    const ids = await lines('docker', [
      'ps',
      '-aq',
      '--filter',
      `label=com.docker.compose.project=${this.options.project}`,
      '--filter',
      `label=com.docker.compose.service=${service}`,
    ]);
    if (ids.length === 0) return [];
    const { stdout } = await execa('docker', ['inspect', ...ids]);
    const all = JSON.parse(stdout) as readonly {
      readonly Id: string;
      readonly State: { readonly Status: string; readonly ExitCode: number };
    }[];
    return all.map(({ Id, State }) => ({ id: Id, status: State.Status, exitCode: State.ExitCode }));
  }

  async get(path: string): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.ports.rest}${path}`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
    return response.json();
  }

  /** The broker as this machine reaches it. */
  get broker(): string {
    return `127.0.0.1:${this.ports.broker}`;
  }

  /** All jobs that Flink knows, ended ones too. */
  async jobs(): Promise<readonly JobRow[]> {
    return ((await this.get('/jobs/overview')) as { readonly jobs: readonly JobRow[] }).jobs;
  }

  /** Waits until a job runs whose tasks all run. */
  async jobRunning(tasks?: number): Promise<JobRow> {
    return until('all tasks of a job to run', async () =>
      (await this.jobs()).find(
        ({ state, tasks: { running, total } }) => state === 'RUNNING' && running === total && running >= (tasks ?? 1),
      ),
    );
  }
}

export interface ContainerState {
  readonly id: string;
  readonly status: string;
  readonly exitCode: number;
}

export interface JobRow {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
  readonly tasks: { readonly running: number; readonly total: number };
}

async function lines(command: string, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await execa(command, args);
  return stdout.split('\n').filter((line) => line !== '');
}

/** The cache of jars of this user, as the extension has it. */
export function userArtifacts(): ArtifactStore {
  return new ArtifactStore({
    cacheDirectory: cacheDirectory(''),
    baseAddress: __CENTRAL_ADDRESS__,
    mavenRepository: mavenRepository(homedir()),
    logger: silentLogger,
  });
}

/** A folder from which a version of Flink can be built and started, as the extension makes it; the caller's to remove. */
export async function stackFolder(flinkVersion: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flink-playground-stack-'));
  await writeStackFolder(
    folder,
    { stackDirectory, jarsDirectory, artifacts: userArtifacts(), flinkVersion },
    () => undefined,
    AbortSignal.timeout(300_000),
  );
  return folder;
}

/** Asks until there is an answer other than undefined; errors are asked again until the deadline. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  return waitFor(async () => look().catch(() => undefined), {
    what,
    timeoutMs: 90_000,
    intervalMs: 200,
    signal: never,
  });
}

/**
 * Reads `output` from its beginning, as the extension does, until so many windows more than at the call are exact.
 * @param recoveries times of failures and restores, milliseconds since the epoch.
 * @throws Error with the whole account as soon as a window is wrong.
 */
export async function exactWindows(
  broker: string,
  count: number,
  recoveries: readonly number[] = [],
): Promise<LedgerSummary> {
  const kafka = createInProcessKafkaPort({ logger: silentLogger });
  try {
    const ledger = await kafka.openLedger({
      brokers: [broker],
      topic: 'output',
      gapsTopic: 'input-gaps',
      windowMs: playground.window.sizeMs,
      expectedCount: playground.window.count,
      pages: playground.pages,
      from: 'earliest',
      eventTime: true,
      recoveries,
    });
    let before: number | undefined;
    const summary = await until(`${count} exact windows`, async () => {
      const { totals, reasons, verdict } = ledger.summary.value;
      const reading = reasons.some(({ code }) => code === 'catchingUp' || code === 'noWindowYet');
      if (before === undefined && !reading) before = totals.consecutiveExactWindows;
      const enough = before !== undefined && totals.consecutiveExactWindows >= before + count;
      return Promise.resolve(enough || verdict === 'FAIL' ? ledger.summary.value : undefined);
    });
    if (summary.verdict === 'FAIL') throw new Error(`Not every window is exact: ${JSON.stringify(summary)}`);
    return summary;
  } finally {
    kafka.dispose();
  }
}

/** Everything that the engine still has of a project, by kind and name. */
export async function leftoversOf(project: string): Promise<readonly string[]> {
  const filter = ['--filter', `label=com.docker.compose.project=${project}`];
  const found = await Promise.all([
    lines('docker', ['ps', '-a', ...filter, '--format', 'container {{.Names}}']),
    lines('docker', ['volume', 'ls', ...filter, '--format', 'volume {{.Name}}']),
    lines('docker', ['network', 'ls', ...filter, '--format', 'network {{.Name}}']),
  ]);
  return found.flat();
}
