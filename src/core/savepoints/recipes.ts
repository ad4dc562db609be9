import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod/mini';
import type { JobDetail } from '../../shared/model/flink';
import type { JobRecipe, KnownRecipe, ResumeChoice } from '../../shared/model/operations';
import { diskError } from '../environment/common/diskError';
import type { JobSubmission } from '../environment/environment';
import type { JobConfig } from '../flink/decode/savepoints';
import { playground } from '../playground';
import { PlaygroundError, systemCode } from '../util/errors';
import { recipeSchema, type JournalEntry } from './journalEntry';

const version = 1;
/** Jobs that are remembered; the oldest are forgotten beyond this. */
const most = 200;
/** Flink's own parser of arguments keeps this as the value of one that has none. */
const noValue = '__NO_VALUE_KEY';
const flags: ReadonlySet<string> = new Set(['checkpointing', 'event-time', 'backpressure', 'chaining', 'exactly-once']);
const values: ReadonlySet<string> = new Set([
  'bootstrap.servers',
  'input-topic',
  'output-topic',
  'checkpoint-interval',
]);
/** An operator that version 2 of the playground's job has and the others have not. */
const operatorOfVersion2 = 'ClickEvent Normalizer';

const remembered = z.object({ version: z.literal(version), jobs: z.record(z.string(), recipeSchema) });

/** What is remembered of jobs of somebody else's, by name, or by id where they were submitted from here. */
export class RememberedRecipes {
  readonly #file: string;

  constructor(private readonly directory: string) {
    this.#file = join(directory, 'recipes.json');
  }

  /** Nothing for a file that cannot be read as one: the person is asked again. */
  async read(): Promise<Readonly<Record<string, JobRecipe>>> {
    try {
      const parsed = z.safeParse(remembered, JSON.parse(await readFile(this.#file, 'utf8')));
      return parsed.success ? parsed.data.jobs : {};
    } catch (error) {
      if (error instanceof SyntaxError || systemCode(error) !== undefined) return {};
      throw error;
    }
  }

  /** @throws PlaygroundError `disk`. */
  async write(jobName: string, recipe: JobRecipe): Promise<void> {
    const { [jobName]: _before, ...others } = await this.read();
    const jobs = Object.fromEntries([...Object.entries(others).slice(1 - most), [jobName, recipe]]);
    try {
      await mkdir(this.directory, { recursive: true });
      await writeFileAtomic(this.#file, JSON.stringify({ version, jobs }, undefined, 2));
    } catch (error) {
      throw diskError(this.#file, error);
    }
  }
}

/** What is known of a running job: from Flink, from the journal where we started it, from what the person said of it once. */
export function knownRecipe(
  job: JobDetail,
  config: JobConfig,
  entries: readonly JournalEntry[],
  rememberedJobs: Readonly<Record<string, JobRecipe>>,
): KnownRecipe {
  const parallelism = Math.max(1, ...job.vertices.map((vertex) => vertex.parallelism));
  const ours = entries.find(({ successorId, submitted }) => submitted && successorId === job.id)?.wanted;
  if (ours !== undefined) return { ...ours, parallelism };
  const args = argumentsOf(config.userConfig);
  if (isPlaygroundJob(job.name, config.userConfig)) {
    const second = job.vertices.some(({ name }) => name.includes(operatorOfVersion2));
    return {
      jar: { from: 'playground', version: second ? 'v2' : 'v1' },
      entryClass: playground.job.entryClass,
      args,
      parallelism,
    };
  }
  const known = rememberedJobs[job.id] ?? rememberedJobs[job.name];
  return known === undefined ? { args, parallelism } : { ...known, parallelism };
}

function isPlaygroundJob(name: string, userConfig: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(userConfig);
  return name === playground.job.name && keys.length > 0 && keys.every((key) => flags.has(key) || values.has(key));
}

/** The command line of which Flink keeps the global job parameters, which have no dashes and no order. */
function argumentsOf(userConfig: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(userConfig).flatMap(([key, value]) => {
    const isFlag = value === noValue || (flags.has(key) && value === 'true');
    return isFlag ? [`--${key}`] : [`--${key}`, value];
  });
}

/**
 * The arguments for a job that is started now. The playground's job gets the broker's address of today: a broker that was started
 * anew may have another port.
 */
export function argumentsToday(recipe: Pick<JobRecipe, 'jar' | 'args'>, submission: JobSubmission): readonly string[] {
  if (recipe.jar.from !== 'playground') return recipe.args;
  const key = '--bootstrap.servers';
  const at = recipe.args.indexOf(key);
  if (at === -1) return [key, submission.bootstrapServers, ...recipe.args];
  return recipe.args.map((arg, index) => (index === at + 1 ? submission.bootstrapServers : arg));
}

/**
 * What is known, changed as asked, complete and possible.
 * @throws PlaygroundError `input` for a parallelism that cannot be, and when nobody knows the jar.
 */
export function wantedRecipe(
  known: KnownRecipe,
  change: Partial<JobRecipe>,
  mostParallel: number | undefined,
): JobRecipe {
  const { jar = known.jar, args = known.args, parallelism = known.parallelism } = change;
  assertParallelism(parallelism, mostParallel);
  if (jar === undefined) {
    throw new PlaygroundError('input', l10n.t('It is not known of which jar the job was started.'), {
      remedy: l10n.t('Choose the jar; it is remembered for this job.'),
    });
  }
  const sameJar = change.jar === undefined;
  const entryClass = change.entryClass ?? (sameJar || jar.from === 'playground' ? entryClassOf(known, jar) : undefined);
  const allowNonRestoredState = change.allowNonRestoredState ?? false;
  return {
    jar,
    args,
    parallelism,
    ...(entryClass === undefined ? {} : { entryClass }),
    ...(allowNonRestoredState ? { allowNonRestoredState } : {}),
  };
}

/** What an entry that was left open is to start. */
export function chosenRecipe({ wanted, previous }: JournalEntry, choice: ResumeChoice | undefined): KnownRecipe {
  const known = choice === 'previous' ? previous : (wanted ?? previous);
  if (known !== undefined) return known;
  throw new PlaygroundError('input', l10n.t('It is not known how the job ran before.'), {
    remedy: l10n.t('Restore the savepoint, and choose the jar.'),
  });
}

function entryClassOf(known: KnownRecipe, jar: JobRecipe['jar']): string | undefined {
  return jar.from === 'playground' ? playground.job.entryClass : known.entryClass;
}

/** @throws PlaygroundError `input`. */
export function assertParallelism(parallelism: number, most: number | undefined): void {
  if (!Number.isSafeInteger(parallelism) || parallelism < 1) {
    throw new PlaygroundError('input', l10n.t('The parallelism must be a whole number of at least 1.'));
  }
  if (most !== undefined && parallelism > most) {
    throw new PlaygroundError(
      'input',
      l10n.t('The job can run with a parallelism of {0} at most: its max parallelism is fixed in its state.', most),
      { remedy: l10n.t('Choose a parallelism of at most {0}.', most) },
    );
  }
}

/** The highest parallelism that the state of a running job allows. */
export function mostParallelOf(job: JobDetail): number | undefined {
  const known = job.vertices.flatMap(({ maxParallelism }) => maxParallelism ?? []).filter((most) => most > 0);
  return known.length === 0 ? undefined : Math.min(...known);
}
