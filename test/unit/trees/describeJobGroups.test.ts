import { describe, expect, it } from 'vitest';
import { failed, idle, loading, succeeded } from '../../../src/core/state/resource';
import { rootCause } from '../../../src/core/flink/rootCause';
import { describeJobGroups } from '../../../src/core/trees/describeJobGroups';
import { PlaygroundError } from '../../../src/core/util/errors';
import type {
  CheckpointEntry,
  CheckpointHistory,
  ExceptionHistory,
  JobException,
} from '../../../src/shared/model/jobReads';
import type { TimelineEntry } from '../../../src/shared/model/timeline';
import { jobDetail, noon } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const down = new PlaygroundError('unreachable', 'Flink does not answer.');
const detail = succeeded(jobDetail(), noon);

function checkpoint(id: number, changes: Partial<CheckpointEntry> = {}): CheckpointEntry {
  return {
    id,
    status: 'COMPLETED',
    isSavepoint: false,
    type: 'CHECKPOINT',
    triggeredAt: noon + id * 1000,
    durationMs: 12,
    stateSize: 3200,
    checkpointedSize: 3200,
    subtasks: 4,
    acknowledged: 4,
    externalPath: `file:/checkpoints/chk-${id}`,
    discarded: false,
    ...changes,
  };
}

function history(changes: Partial<CheckpointHistory> = {}): CheckpointHistory {
  return { counts: { restored: 0, total: 0, inProgress: 0, completed: 0, failed: 0 }, entries: [], ...changes };
}

function exception(changes: Partial<JobException> = {}): JobException {
  return {
    name: 'org.apache.flink.runtime.JobException',
    stackTrace:
      'org.apache.flink.runtime.JobException: Recovery is suppressed\n\tat x.Y\nCaused by: java.io.IOException: disk [full](command:x)\n\tat z',
    at: noon,
    taskName: 'Source (1/2)',
    taskManagerId: 'taskmanager-1-abc',
    endpoint: '127.0.0.1:40001',
    concurrent: [],
    ...changes,
  };
}

const none: ExceptionHistory = { entries: [], truncated: false };

describe('describeJobGroups', () => {
  it('shows vertices, checkpoints and exceptions of a job', async () => {
    const checkpoints = history({
      counts: { restored: 1, total: 130, inProgress: 1, completed: 128, failed: 1 },
      restored: { id: 100, restoredAt: noon, isSavepoint: true, externalPath: 'file:/savepoints/savepoint-1' },
      latestCompleted: checkpoint(129),
      entries: [
        checkpoint(131, { status: 'IN_PROGRESS', acknowledged: 1 }),
        checkpoint(130, { status: 'FAILED', failureMessage: 'Not all required tasks are currently running.' }),
        checkpoint(129),
        checkpoint(128, { discarded: true }),
        checkpoint(127, { isSavepoint: true, type: 'SAVEPOINT', durationMs: 2345 }),
      ],
    });
    const exceptions = {
      entries: [exception({ concurrent: [exception()] }), exception({ at: noon - 1000 })],
      truncated: true,
    };
    await expect(
      printTree(
        describeJobGroups('abc', {
          metrics: [],
          timeline: [],
          detail,
          checkpoints: succeeded(checkpoints, noon),
          exceptions: succeeded(exceptions, noon),
        }) ?? [],
        { ids: true, tooltips: true },
      ),
    ).toMatchFileSnapshot(golden('job-groups'));
  });

  it('tells what happened to the job, the newest first, and of an older day the date', async () => {
    const timeline: readonly TimelineEntry[] = [
      { key: 'state:2', at: noon, what: { kind: 'state', condition: 'running' } },
      {
        key: 'state:1',
        at: noon - 7400,
        until: noon,
        what: {
          kind: 'state',
          condition: 'restarting',
          cause: { kind: 'machine', name: 'taskmanager-1', change: 'killed' },
          downMs: 7400,
        },
      },
      {
        key: 'failure:1',
        at: noon - 7500,
        what: { kind: 'failure', label: 'IOException', message: 'disk [full](command:x)\u202e $(bug)', others: 3 },
      },
      { key: 'op', at: noon - 86_400_000, what: { kind: 'operation', operation: 'rescale', outcome: 'failed' } },
    ];
    const groups = describeJobGroups('abc', {
      metrics: [],
      timeline,
      detail,
      checkpoints: succeeded(history(), noon),
      exceptions: succeeded(none, noon),
    });
    await expect(
      printTree(groups?.filter(({ label }) => label === 'Timeline') ?? [], { ids: true, tooltips: true }),
    ).toMatchFileSnapshot(golden('job-timeline'));
  });

  it('says what a job does not have', async () => {
    await expect(
      printTree(
        describeJobGroups('abc', {
          metrics: [],
          timeline: [],
          detail,
          checkpoints: succeeded(history(), noon),
          exceptions: succeeded(none, noon),
        }) ?? [],
      ),
    ).toMatchFileSnapshot(golden('job-groups-none'));
  });

  it('says that a job makes no checkpoints, which is no failure', async () => {
    const off = new PlaygroundError('notFound', 'Checkpointing has not been enabled.');
    await expect(
      printTree(
        describeJobGroups('abc', {
          metrics: [],
          timeline: [],
          detail,
          checkpoints: failed(idle, off),
          exceptions: loading(idle),
        }) ?? [],
      ),
    ).toMatchFileSnapshot(golden('job-groups-no-checkpoints'));
  });

  it('marks what is not fresh, and says what cannot be read', async () => {
    const checkpoints = failed(succeeded(history(), noon), down);
    await expect(
      printTree(
        describeJobGroups('abc', {
          metrics: [],
          timeline: [],
          detail: failed(detail, down),
          checkpoints,
          exceptions: failed(idle, down),
        }) ?? [],
      ),
    ).toMatchFileSnapshot(golden('job-groups-stale'));
  });

  it('has no answer before the job was read', () => {
    expect(
      describeJobGroups('abc', { metrics: [], timeline: [], detail: idle, checkpoints: idle, exceptions: idle }),
    ).toBeUndefined();
  });
});

describe('the root cause of an exception', () => {
  it.each([
    ['a: b\nCaused by: org.x.First: one\n\tat y\nCaused by: org.x.Last: two: three', 'Last', 'two: three'],
    [
      'org.apache.flink.util.FlinkException: The TaskExecutor is shutting down.',
      'FlinkException',
      'The TaskExecutor is shutting down.',
    ],
    ['java.lang.NullPointerException', 'NullPointerException', ''],
    ['something else', 'JobException', ''],
    ['', 'JobException', ''],
  ])('of %j is %s', (stackTrace, label, message) => {
    expect(rootCause(exception({ stackTrace }))).toEqual({ label, message });
  });
});
