import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { valueOf } from '../core/state/resource';
import { PlaygroundError } from '../core/util/errors';
import type { UserInput } from '../host/userInput';
import { endedJobStates, type JobOverview } from '../shared/model/flink';
import { readClusterNow } from './diagnostics';
import { notRunning } from './notRunning';

const readTimeoutMs = 3000;

/** @throws PlaygroundError `input` when there is no Flink to ask. */
export async function clusterEngine(loading: Promise<Engine>): Promise<Engine> {
  const engine = await loading;
  if (engine.environment.snapshot.value.endpoints === undefined) {
    throw notRunning();
  }
  return engine;
}

/** Jobs that have not ended, as they are now. */
export async function activeJobs(engine: Engine): Promise<readonly JobOverview[]> {
  await readClusterNow(engine, readTimeoutMs);
  return (valueOf(engine.cluster.state.value.jobs) ?? []).filter(({ state }) => !endedJobStates.has(state));
}

/** The job that is meant: the one named, the only one, or the one that the person picks. */
export async function chooseJob(
  engine: Engine,
  input: UserInput,
  named: string | undefined,
  placeholder: string,
): Promise<JobOverview | undefined> {
  const jobs = await activeJobs(engine);
  if (named !== undefined) {
    const job = jobs.find(({ id }) => id === named);
    if (job !== undefined) return job;
    throw new PlaygroundError('input', l10n.t('The job {0} does not run.', named), {
      remedy: l10n.t('Refresh the Jobs view to see which jobs do.'),
    });
  }
  if (jobs.length === 0) {
    throw new PlaygroundError('input', l10n.t('No job is running.'), {
      remedy: l10n.t('Restore one from a savepoint, or start the playground anew.'),
    });
  }
  const [only] = jobs;
  if (jobs.length === 1) return only;
  return input.pick(
    jobs.map((job) => ({ label: job.name, description: job.id.slice(0, 6), detail: job.state, value: job })),
    { placeholder },
  );
}

/** The job that is meant, also one that has ended: the one named, the only one, or the one that the person picks. */
export async function chooseAnyJob(
  engine: Engine,
  named: string | undefined,
  { input }: { readonly input: UserInput },
  placeholder: string,
): Promise<JobOverview | undefined> {
  await readClusterNow(engine, readTimeoutMs);
  const jobs = valueOf(engine.cluster.state.value.jobs) ?? [];
  if (named !== undefined) {
    const found = jobs.find(({ id }) => id === named);
    if (found !== undefined) return found;
    throw new PlaygroundError('notFound', l10n.t('Flink does not know the job {0}.', named), {
      remedy: l10n.t('It forgets jobs an hour after their end, and all of them when the JobManager restarts.'),
    });
  }
  if (jobs.length === 0) {
    throw new PlaygroundError('input', l10n.t('Flink has no jobs.'), { remedy: l10n.t('Start the playground first.') });
  }
  if (jobs.length === 1) return jobs[0];
  return input.pick(
    jobs.map((job) => ({ label: job.name, description: job.state, detail: job.id, value: job })),
    { placeholder },
  );
}
