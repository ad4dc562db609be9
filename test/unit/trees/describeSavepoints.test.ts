import { describe, expect, it } from 'vitest';
import { failed, idle, loading, succeeded } from '../../../src/core/state/resource';
import { describeSavepoints } from '../../../src/core/trees/describeSavepoints';
import { PlaygroundError } from '../../../src/core/util/errors';
import type { SavepointEntry } from '../../../src/shared/model/savepoints';
import { jobOverview, noon } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const { id: jobId, name: jobName } = jobOverview();
const down = new PlaygroundError('disk', 'The folder cannot be read.', { remedy: 'Make it readable.' });

const whole: SavepointEntry = {
  key: '/data/savepoints/savepoint-694d7c-2a9dafb8eb8b',
  path: 'file:/data/savepoints/savepoint-694d7c-2a9dafb8eb8b',
  kind: 'savepoint',
  condition: 'whole',
  jobId,
  jobName,
  at: noon - 60_000,
  sizeBytes: 12_345,
  format: 'canonical',
  drained: false,
  parallelism: 2,
  args: ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing', '--event-time'],
  restores: [{ jobId: 'a1b2c3d4', at: noon - 30_000 }],
  filesUnknown: 0,
};

const numbered = (number: number, changes: Partial<SavepointEntry>): SavepointEntry => ({
  ...whole,
  key: `/data/${number}`,
  path: `file:/data/${number}`,
  restores: [],
  ...changes,
});

describe('describeSavepoints', () => {
  it('shows what is known of each, and marks what is wrong', async () => {
    const { jobName: _name, parallelism: _parallelism, ...unnamed } = numbered(5, { jobId: '694d7c' });
    const entries = [
      whole,
      numbered(1, { condition: 'halfWritten', problem: 'its file _metadata is missing', drained: true }),
      numbered(2, { condition: 'missing', restores: whole.restores }),
      numbered(3, { condition: 'unknown', use: { by: 'job', jobName } }),
      numbered(4, { kind: 'checkpoint', at: noon - 86_400_000, origin: 'flink-1.20.5-kraft' }),
      unnamed,
      numbered(6, { use: { by: 'operation' }, filesUnknown: 2, restores: [...whole.restores, ...whole.restores] }),
    ];
    await expect(printTree(describeSavepoints(succeeded(entries, noon), { now: noon }))).toMatchFileSnapshot(
      golden('savepoints-ready'),
    );
  });

  it('has ids, tooltips and words for screen readers', async () => {
    const entries = [
      whole,
      numbered(1, {
        condition: 'halfWritten',
        problem: 'its file _metadata is missing',
        drained: true,
        format: 'native',
      }),
      numbered(3, { condition: 'unknown', jobName: '[click](command:evil) $(flame)', use: { by: 'job', jobName } }),
    ];
    await expect(
      printTree(describeSavepoints(succeeded(entries, noon), { now: noon }), { ids: true, tooltips: true }),
    ).toMatchFileSnapshot(golden('savepoints-whole'));
  });

  it('marks savepoints that are not fresh', async () => {
    await expect(
      printTree(describeSavepoints(failed(succeeded([whole], noon), down), { now: noon })),
    ).toMatchFileSnapshot(golden('savepoints-stale'));
  });

  it('says what is the matter when they cannot be read', async () => {
    await expect(
      printTree(describeSavepoints(failed(idle, down), { now: noon }), { tooltips: true }),
    ).toMatchFileSnapshot(golden('savepoints-failed'));
  });

  it.each([idle, loading(idle), succeeded<readonly SavepointEntry[]>([], noon)])(
    'leaves the view to welcome content where there is nothing to show (%o)',
    (resource) => {
      expect(describeSavepoints(resource, { now: noon })).toEqual([]);
    },
  );
});
