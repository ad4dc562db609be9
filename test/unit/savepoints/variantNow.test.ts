import { describe, expect, it } from 'vitest';
import { followVariant, variantOfArguments } from '../../../src/core/savepoints/variantNow';
import { Store } from '../../../src/core/state/store';
import { tutorialVariant } from '../../../src/shared/model/environment';
import type { OperationRecord } from '../../../src/shared/model/operations';
import { instance, runningEnvironment } from '../../support/builders/environment';
import { noon } from '../../support/builders/flink';
import { operationId, recipe } from '../../support/builders/journalEntries';

/** A restart with other arguments that ended a minute after the JobManager began. */
function restarted(args: readonly string[], change: Partial<OperationRecord> = {}): OperationRecord {
  return {
    id: operationId,
    kind: 'restart',
    jobName: 'Click Event Count',
    startedAt: noon,
    endedAt: noon + 1000,
    outcome: 'done',
    wanted: recipe({ args }),
    ...change,
  };
}

describe('the flags with which the job runs now', () => {
  const environment = runningEnvironment({
    variant: tutorialVariant,
    services: [{ name: 'jobmanager', instances: [instance({ service: 'jobmanager', startedAt: noon - 60_000 })] }],
  });

  it('are those of the start until an operation changed them', () => {
    const history = new Store<readonly OperationRecord[]>([]);
    const store = followVariant(new Store(environment), history);
    expect(store.value.variant).toEqual(tutorialVariant);
    history.set([restarted(['--checkpointing', '--exactly-once'])]);
    expect(store.value.variant).toMatchObject({ eventTime: false, exactlyOnce: true });
    store.dispose();
  });

  it.each([
    ['that failed', restarted([], { outcome: 'failed' })],
    ['of before the JobManager was started', restarted([], { endedAt: noon - 120_000 })],
    ['on another job', restarted([], { jobName: 'Other' })],
    [
      'with a jar of somebody else',
      restarted([], { wanted: recipe({ args: [], jar: { from: 'file', path: '/x.jar' } }) }),
    ],
  ])('are not those of an operation %s', (_which, record) => {
    const store = followVariant(new Store(environment), new Store<readonly OperationRecord[]>([record]));
    expect(store.value.variant).toEqual(tutorialVariant);
    store.dispose();
  });

  it('have the interval of checkpoints', () => {
    expect(variantOfArguments(['--checkpointing', '--checkpoint-interval', '5000'])).toMatchObject({
      checkpointIntervalMs: 5000,
    });
  });
});
