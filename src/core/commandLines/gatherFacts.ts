import { endedJobStates } from '../../shared/model/flink';
import { randomBytes } from 'node:crypto';
import type { Environment } from '../environment/environment';
import type { FlinkClient } from '../flink/flinkClient';
import { playground } from '../playground';
import { isAbort } from '../util/errors';
import type { CommandFacts, JobFacts } from './tutorialCommands';

/** What is asked of Flink for one set of command lines. */
export type FactsClient = Pick<FlinkClient, 'jobs' | 'job' | 'jars'>;

/**
 * Collects the ids that command lines name, as far as they can be had: a Flink that does not answer leaves placeholders.
 * `jobId` chooses a job; without it the newest one that runs.
 */
export async function gatherFacts(
  environment: Pick<Environment, 'commandPlaces' | 'snapshot' | 'savepointStore'>,
  client: FactsClient,
  jobId: string | undefined,
  signal: AbortSignal,
): Promise<CommandFacts> {
  const [places, job, savepoint, jarId] = await Promise.all([
    environment.commandPlaces(signal),
    asFarAsKnown(findJob(client, jobId, signal)),
    asFarAsKnown(findSavepoint(environment, signal)),
    asFarAsKnown(findJar(client, signal)),
  ]);
  return {
    places,
    instances: environment.snapshot.value.services.flatMap(({ instances }) => instances),
    ...(job === undefined ? {} : { job }),
    ...(savepoint === undefined ? {} : { savepoint }),
    ...(jarId === undefined ? {} : { jarId }),
    triggerId: randomBytes(16).toString('hex'),
  };
}

async function findJob(
  client: FactsClient,
  jobId: string | undefined,
  signal: AbortSignal,
): Promise<JobFacts | undefined> {
  const running = (await client.jobs(signal))
    .filter(({ state }) => !endedJobStates.has(state))
    .sort((a, b) => Number(isOurs(b.name)) - Number(isOurs(a.name)) || b.startTime - a.startTime);
  const id = jobId ?? running[0]?.id;
  if (id === undefined) return undefined;
  const vertices = (await asFarAsKnown(client.job(id, signal)))?.vertices ?? [];
  return { id, parallelism: Math.max(1, ...vertices.map(({ parallelism }) => parallelism)) };
}

/** The newest whole one: the job that goes on from it has another id than the one that made it. */
async function findSavepoint(
  { savepointStore }: Pick<Environment, 'savepointStore'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const stored = (await savepointStore?.list(signal)) ?? [];
  return stored.find(({ kind, condition }) => kind === 'savepoint' && condition === 'whole')?.path;
}

function isOurs(name: string): boolean {
  return name === playground.job.name;
}

async function findJar(client: FactsClient, signal: AbortSignal): Promise<string | undefined> {
  const prefix = playground.job.jars.v1.replace(/\.jar$/, '');
  const uploaded = (await client.jars(signal)).filter(({ name }) => name.startsWith(prefix));
  return uploaded.sort((a, b) => b.uploadedAt - a.uploadedAt)[0]?.id;
}

async function asFarAsKnown<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isAbort(error)) throw error;
    return undefined;
  }
}
