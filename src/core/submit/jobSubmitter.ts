import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../shared/format/bytes';
import type { JarSource } from '../../shared/model/operations';
import type { Environment, JobSubmission } from '../environment/environment';
import type { FlinkClient, RunJarRequest } from '../flink/flinkClient';
import { playground } from '../playground';
import { argumentsToday, RememberedRecipes } from '../savepoints/recipes';
import { provideJar } from '../savepoints/provideJar';
import { PlaygroundError, systemCode } from '../util/errors';
import { submitFailure } from './submitFailure';

/** What a jar is to be run with. */
export interface ProgramRun {
  readonly jar: JarSource;
  /** The jar's manifest says it when absent. */
  readonly entryClass?: string;
  readonly args: readonly string[];
  /** Flink's own setting when absent. */
  readonly parallelism?: number;
  readonly savepointPath?: string;
  readonly allowNonRestoredState?: boolean;
}

export interface SubmitterOptions {
  readonly environment: Pick<Environment, 'jobSubmission' | 'operationsDirectory'>;
  readonly withClient: <T>(act: (client: FlinkClient) => Promise<T>) => Promise<T>;
}

/** Brings jars to Flink and has it run their jobs. Every method throws `input` while nothing runs, and what the REST API does. */
export class JobSubmitter {
  constructor(private readonly options: SubmitterOptions) {}

  /**
   * Uploads the jar unless the same one is there.
   * @returns the programs that its manifest names, as far as Flink can load them without what the job brings along
   * @throws PlaygroundError `input` for a file that is no jar or cannot be read.
   */
  prepare(jar: JarSource, signal: AbortSignal): Promise<readonly string[]> {
    return this.#with(jar, signal, async (client, jarId) => {
      const uploaded = await client.jars(signal);
      return uploaded.find(({ id }) => id === jarId)?.entryClasses ?? [];
    });
  }

  /** Runs the program up to its job and gives the job's plan, as text that can be read and folded. Nothing is started. */
  plan(run: ProgramRun, signal: AbortSignal): Promise<string> {
    return this.#with(run.jar, signal, (client, jarId, submission) =>
      this.#explained(client, signal, async () => {
        const plan = await client.planJar(jarId, requestOf(run, submission), signal);
        return `${JSON.stringify(plan, null, 2)}\n`;
      }),
    );
  }

  /** @returns the id of the job, which was chosen here, so that an answer that was lost starts no second job. */
  async submit(run: ProgramRun, signal: AbortSignal): Promise<string> {
    const jobId = randomUUID().replaceAll('-', '');
    const submitted = await this.#with(run.jar, signal, (client, jarId, submission) =>
      this.#explained(client, signal, () => client.runJar(jarId, { ...requestOf(run, submission), jobId }, signal)),
    );
    await this.#remember(submitted, run);
    return submitted;
  }

  /** So that it can be restarted, and restored by the next start, without asking for its jar. The job runs in any case. */
  async #remember(jobId: string, { jar, entryClass, args, parallelism = 1 }: ProgramRun): Promise<void> {
    const { operationsDirectory } = this.options.environment;
    if (operationsDirectory === undefined) return;
    const recipe = { jar, args, parallelism, ...(entryClass === undefined ? {} : { entryClass }) };
    await new RememberedRecipes(operationsDirectory).write(jobId, recipe).catch(() => undefined);
  }

  async #with<T>(
    jar: JarSource,
    signal: AbortSignal,
    act: (client: FlinkClient, jarId: string, submission: JobSubmission) => Promise<T>,
  ): Promise<T> {
    const bytes = jar.from === 'file' ? await sizeOfJar(jar.path) : 0;
    return this.options.withClient(async (client) => {
      if (jar.from === 'file') await assertTaken(client, jar.path, bytes, signal);
      const submission = await this.options.environment.jobSubmission(signal);
      return act(client, await provideJar(client, jar, submission, signal), submission);
    });
  }

  async #explained<T>(client: FlinkClient, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!PlaygroundError.is(error, 'rejected')) throw error;
      const { flinkVersion } = await client.overview(signal);
      throw submitFailure(error.detail ?? error.message, flinkVersion);
    }
  }
}

function requestOf(run: ProgramRun, submission: JobSubmission): RunJarRequest {
  const { jar, entryClass, args, parallelism, savepointPath, allowNonRestoredState } = run;
  return {
    entryClass: jar.from === 'playground' ? playground.job.entryClass : entryClass,
    programArgs: argumentsToday({ jar, args }, submission),
    parallelism,
    savepointPath,
    allowNonRestoredState,
    flinkConfiguration: submission.flinkConfiguration,
  };
}

/** What Flink's REST server takes unless it is configured otherwise (`RestOptions.SERVER_MAX_CONTENT_LENGTH`), in bytes. */
const usualLimit = 104_857_600;
const limitKey = 'rest.server.max-content-length';

/** Flink cuts the connection of a request that is too long for it, which would look as if it were gone. */
async function assertTaken(client: FlinkClient, path: string, bytes: number, signal: AbortSignal): Promise<void> {
  if (bytes <= usualLimit) return;
  const configured = (await client.jobManagerConfig(signal)).find(({ key }) => key === limitKey)?.value;
  const limit = Number(configured ?? usualLimit);
  if (!(bytes > limit)) return;
  const sizes = [formatBytes(bytes), formatBytes(limit)] as const;
  throw new PlaygroundError('input', l10n.t('The jar "{0}" has {1}, and Flink takes {2} at most.', path, ...sizes), {
    remedy: l10n.t('Leave out what Flink has itself, or raise {0} in its configuration.', limitKey),
  });
}

/** Jars are zip files, which begin with a header of their own; of 500 MB of something else nothing is uploaded. */
async function sizeOfJar(path: string): Promise<number> {
  const magic = Buffer.alloc(2);
  let bytes = 0;
  try {
    const file = await open(path);
    try {
      await file.read(magic, 0, magic.length, 0);
      bytes = (await file.stat()).size;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new PlaygroundError(
      'input',
      l10n.t('The jar "{0}" cannot be read ({1}).', path, systemCode(error) ?? String(error)),
      {
        remedy: l10n.t('Choose a file that is there.'),
        cause: error,
      },
    );
  }
  if (magic.toString('latin1') === 'PK') return bytes;
  throw new PlaygroundError('input', l10n.t('The file "{0}" is no jar.', path), {
    remedy: l10n.t('Choose another file.'),
  });
}
