import { endedJobStates } from '../../shared/model/flink';
import * as l10n from '@vscode/l10n';
import { delay } from '../util/async';
import { PlaygroundError } from '../util/errors';
import { answered, report, type OperationContext } from './operationContext';
import { newId } from './usableSavepoint';
import { savepointFailure, type SavepointFailure } from './savepointFailure';

/** Flink gives a savepoint up after `execution.checkpointing.timeout`, 10 minutes unless it was changed. */
const savepointTimeoutMs = 15 * 60_000;
/** A job that is recovering has all its tasks again within this time, or something is wrong with it. */
const defaultTasksTimeoutMs = 60_000;
const quickPollMs = 20;
const quickPollForMs = 3000;
const slowPollMs = 250;
const reportEveryMs = 500;

/** A failure by name, thrown where the caller may want to know which it is. */
class SavepointFailed extends PlaygroundError {
  constructor(readonly failure: SavepointFailure) {
    const { error } = failure;
    super(error.kind, error.message, {
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    });
  }
}

export interface TakeOptions {
  readonly jobId: string;
  /** The job ends with the savepoint. */
  readonly stop: boolean;
  /** How long to wait for tasks that do not run, a minute unless given. */
  readonly tasksTimeoutMs?: number;
}

/**
 * Has Flink take a savepoint and waits until it is complete; with `stop` until the job has ended. While not all tasks run it waits
 * for them and asks again.
 * @returns the savepoint's path, which is in the journal.
 * @throws SavepointFailed; PlaygroundError `timeout`, `unreachable`; `notFound` when Flink forgot the request.
 */
export async function takeSavepoint(context: OperationContext, options: TakeOptions): Promise<string> {
  const { log, clock, signal } = context;
  const deadline = clock.now() + (options.tasksTimeoutMs ?? defaultTasksTimeoutMs);
  for (;;) {
    signal.throwIfAborted();
    const triggerId = newId();
    await log.intend({ type: 'requested', triggerId });
    await request(context, options, triggerId);
    try {
      return await followSavepoint(context, options, triggerId);
    } catch (error) {
      const waits = error instanceof SavepointFailed && error.failure.kind === 'notAllRunning';
      if (!waits || clock.now() >= deadline) throw error;
      await tasksRunAgain(context, options.jobId, deadline);
    }
  }
}

/** Waits for a savepoint that was asked for, perhaps by somebody who is gone. */
export async function followSavepoint(
  context: OperationContext,
  { jobId, stop }: TakeOptions,
  triggerId: string,
): Promise<string> {
  const { client, log, clock, signal } = context;
  const began = clock.now();
  let reportedAt = began;
  report(context, 'savepoint');
  for (;;) {
    const outcome = await answered(context, () => client.actions.savepointOutcome(jobId, triggerId, signal));
    if (outcome !== undefined && 'location' in outcome) {
      await log.note({ type: 'saved', path: outcome.location }, ...(stop ? [{ type: 'stopped' } as const] : []));
      return outcome.location;
    }
    if (outcome !== undefined) {
      const failure = savepointFailure(outcome.failure, log.entry.targetDirectory);
      if (failure.kind === 'stoppedHalfway') await log.note({ type: 'saved', path: failure.path });
      throw new SavepointFailed(failure);
    }
    const now = clock.now();
    if (now - began > savepointTimeoutMs) {
      throw new PlaygroundError('timeout', l10n.t('The savepoint is not complete after {0} minutes.', 15), {
        remedy: l10n.t('Look at the back pressure of the job; Flink cannot abort a savepoint.'),
      });
    }
    if (now - reportedAt >= reportEveryMs) {
      reportedAt = now;
      await reportAcknowledged(context, jobId);
    }
    await delay(now - began < quickPollForMs ? quickPollMs : slowPollMs, signal, clock);
  }
}

async function request(context: OperationContext, { jobId, stop }: TakeOptions, triggerId: string): Promise<void> {
  const { client, log, signal } = context;
  const { format, drain, targetDirectory } = log.entry;
  const body = { triggerId, format, targetDirectory };
  report(context, 'savepoint');
  try {
    await answered(context, () =>
      stop
        ? client.actions.requestStop(jobId, { ...body, drain }, signal)
        : client.actions.requestSavepoint(jobId, body, signal),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (!PlaygroundError.is(error, 'rejected') && !PlaygroundError.is(error, 'notFound')) throw error;
    // What Flink refuses at once it has not begun.
    throw new SavepointFailed(savepointFailure(`${error.message}\n${error.detail ?? ''}`, targetDirectory));
  }
}

async function reportAcknowledged(context: OperationContext, jobId: string): Promise<void> {
  const { client, signal } = context;
  const seen = await client.actions.savepointUnderWay(jobId, signal).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
  if (seen === undefined || seen.of === 0) return;
  const message = l10n.t('{0} of {1} subtasks', seen.subtasks, seen.of);
  report(context, 'savepoint', message, seen.subtasks / seen.of);
}

async function tasksRunAgain(context: OperationContext, jobId: string, deadline: number): Promise<void> {
  const { client, clock, signal } = context;
  report(context, 'savepoint', l10n.t('waiting until all tasks run'));
  while (clock.now() < deadline) {
    const job = await answered(context, () => client.job(jobId, signal));
    if (endedJobStates.has(job.state)) return;
    if (job.vertices.every(({ tasks, parallelism }) => tasks.RUNNING === parallelism)) return;
    await delay(slowPollMs, signal, clock);
  }
}
