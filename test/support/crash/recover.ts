import { endedJobStates } from '../../../src/shared/model/flink';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { playground } from '../../../src/core/playground';
import { waitFor } from '../../../src/core/util/async';
import { silentLogger } from '../../../src/core/util/logger';
import { noTotals, type LedgerTotals } from '../../../src/shared/model/ledger';
import { operationsOf, watchNothing, type OpenLedger } from '../operationsBed';

/** What a new window found and made of what was left. */
export interface Recovery {
  /** What the journal said: the states of its open entries, or that there were none. */
  readonly found: string;
  readonly summary: string;
  readonly jobId: string;
  /** Of what was counted since the one before: a fault of then is not one of now. */
  readonly verdict: string;
}

/**
 * What a person does after the crash: opens a window, reads what happened, and presses Resume where it is offered. Ends with the
 * one job running and two more windows counted.
 */
export async function recover(
  environment: LocalEnvironment,
  account: OpenLedger,
  before: LedgerTotals = noTotals,
): Promise<Recovery> {
  const signal = AbortSignal.timeout(120_000);
  const operations = operationsOf(environment);
  try {
    const left = await waitFor(
      async () => {
        await operations.refresh(signal);
        const open = operations.open.value;
        return open.every(({ state }) => state === 'resumable' || state === 'finished') ? open : undefined;
      },
      { what: 'what was left open to be compared with the cluster', timeoutMs: 90_000, intervalMs: 500, signal },
    );
    const found = left.map(({ state }) => state).join(', ');
    for (const { id, state } of left) {
      if (state === 'resumable') await operations.resume(id, {}, watchNothing, signal);
      else await operations.dismiss(id);
    }
    if (operations.open.value.length > 0) throw new Error(`Still open: ${operations.open.value[0]?.summary}`);
    const jobId = await theOneJob(environment, signal);
    account.ledger.noteRecovery(Date.now());
    return {
      found: found === '' ? 'nothing open' : found,
      summary: left[0]?.summary ?? '',
      jobId,
      verdict: verdictSince(before, (await account.afterMoreWindows(2)).totals),
    };
  } finally {
    operations.dispose();
  }
}

const faults = ['short', 'over', 'missing', 'conflicting', 'unexplainedDuplicates', 'unknown'] as const;

/** What the account says of the windows that were closed since. */
function verdictSince(before: LedgerTotals, now: LedgerTotals): string {
  const more = faults.filter((name) => now[name] > before[name]).map((name) => `${name} ${now[name] - before[name]}`);
  if (more.length > 0) return `FAIL: ${more.join(', ')}`;
  return now.duplicates > before.duplicates ? 'PASS WITH DUPLICATES' : 'PASS';
}

/** The job that runs with all its tasks; more than one would count everything twice. */
export async function theOneJob(environment: LocalEnvironment, signal: AbortSignal): Promise<string> {
  const client = new FlinkClient({ baseUrl: environment.snapshot.value.endpoints?.rest ?? '', logger: silentLogger });
  try {
    return await waitFor(
      async () => {
        const jobs = (await client.jobs(signal)).filter(
          ({ name, state }) => name === playground.job.name && !endedJobStates.has(state),
        );
        if (jobs.length > 1) throw new Error(`${jobs.length} jobs run at the same time.`);
        const [job] = jobs;
        return job !== undefined && job.totalTasks > 0 && job.tasks.RUNNING === job.totalTasks ? job.id : undefined;
      },
      { what: 'the job to run', timeoutMs: 60_000, intervalMs: 100, signal },
    );
  } finally {
    client.dispose();
  }
}
