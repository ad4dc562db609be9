import * as l10n from '@vscode/l10n';
import { endedJobStates } from '../../../shared/model/flink';
import type { FlinkClient } from '../../flink/flinkClient';
import { waitFor } from '../../util/async';
import type { Clock } from '../../util/clock';
import { messageOf, PlaygroundError } from '../../util/errors';
import type { Logger } from '../../util/logger';
import { runningJob } from '../common/clickEventJob';
import type { ComposeProfile } from './composeRecord';
import { checkpointsDirectory } from './containerSubmission';
import { linesOf, type EngineCli } from './engineCli';

const checkpointDeadlineMs = 10_000;
const endTimeoutMs = 15_000;
const pollMs = 100;

/** A complete checkpoint in the JobManager's container. */
export interface StoredCheckpoint {
  readonly path: string;
  readonly jobId: string;
  readonly number: number;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** The complete checkpoints that jobs left, read in the container. Without such a folder there are none. */
export async function storedCheckpoints(
  cli: EngineCli,
  containerId: string,
  signal: AbortSignal,
): Promise<readonly StoredCheckpoint[]> {
  const program = [
    'find',
    checkpointsDirectory,
    '-mindepth',
    '3',
    '-maxdepth',
    '3',
    '-type',
    'f',
    '-name',
    '_metadata',
  ];
  const text = await cli.exec(containerId, [...program, '-printf', String.raw`%T@ %p\n`], signal);
  return linesOf(text).flatMap((line) => {
    const match = /^(\d+(?:\.\d+)?) (\/[\w./-]*\/([0-9a-f]{32})\/chk-(\d+))\/_metadata$/.exec(line);
    if (match === null) return [];
    const [, at, path = '', jobId = '', number] = match;
    return [{ path, jobId, number: Number(number), at: Number(at) }];
  });
}

/**
 * Where the next job goes on: the newest complete checkpoint of the recorded job, else the one it came from itself; without a
 * record, the newest of any.
 */
export function newestStateOf(profile: ComposeProfile, stored: readonly StoredCheckpoint[]): string | undefined {
  const { job } = profile;
  if (job === undefined) return [...stored].sort((a, b) => b.at - a.at)[0]?.path;
  const own = stored.filter(({ jobId }) => jobId === job.id).sort((a, b) => b.number - a.number);
  const before = stored.find(({ path }) => path === job.restoredFrom);
  return own[0]?.path ?? before?.path;
}

/**
 * Ends the job so that it can be gone on with: one more checkpoint where it makes any, then cancel, which keeps it. A
 * checkpoint that cannot be made is no reason to stay. The signal counts until the cancel is sent.
 * @returns the job's id; `undefined` when there was none.
 */
export async function parkContainerJob(
  { client, clock, logger }: { readonly client: FlinkClient; readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<string | undefined> {
  const job = await runningJob(client, signal);
  if (job === undefined) return undefined;
  try {
    if ((await client.checkpoints(job.id, signal)) !== undefined) {
      await client.triggerCheckpoint(job.id, AbortSignal.any([signal, AbortSignal.timeout(checkpointDeadlineMs)]));
    }
  } catch (error) {
    signal.throwIfAborted();
    logger.warn(`No last checkpoint of job ${job.id}: ${messageOf(error)}`);
  }
  signal.throwIfAborted();
  const sent = AbortSignal.timeout(endTimeoutMs);
  try {
    await client.cancel(job.id, sent);
    await waitFor(async () => ((await hasEnded(client, job.id, sent)) ? true : undefined), {
      what: l10n.t('the job to end'),
      timeoutMs: endTimeoutMs,
      intervalMs: pollMs,
      signal: sent,
      clock,
    });
  } catch (error) {
    logger.warn(`The end of job ${job.id} was not seen: ${messageOf(error)}`);
  }
  return job.id;
}

async function hasEnded(client: FlinkClient, jobId: string, signal: AbortSignal): Promise<boolean> {
  try {
    return endedJobStates.has((await client.job(jobId, signal)).state);
  } catch (error) {
    if (PlaygroundError.is(error, 'notFound')) return true;
    throw error;
  }
}
