import { describe, expect, it } from 'vitest';
import { LateRecordsReader } from '../../../src/core/flink/lateRecords';
import type { FlinkClient } from '../../../src/core/flink/flinkClient';
import type { JobState } from '../../../src/shared/model/flink';
import { jobDetail, jobOverview, vertex } from '../../support/builders/flink';

const signal = new AbortController().signal;

/** A cluster with the metrics of vertices by their ids. */
function flinkWith(metrics: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const paths: string[] = [];
  const client = {
    job: () => Promise.resolve(jobDetail({ vertices: Object.keys(metrics).map((id) => vertex({ id })) })),
    transport: {
      send: ({ path }: { path: string }) => {
        paths.push(path);
        const of = metrics[/vertices\/(\w+)/.exec(path)?.[1] ?? ''] ?? {};
        const names = path.split('?get=')[1]?.split(',').map(decodeURIComponent);
        if (names === undefined) return Promise.resolve(Object.keys(of).map((id) => ({ id })));
        return Promise.resolve(names.map((id) => ({ id, value: of[id] ?? '' })));
      },
    },
  } as unknown as Pick<FlinkClient, 'job' | 'transport'>;
  return { client, paths };
}

const job = (state: JobState) => jobOverview({ id: 'a', state });

describe('records that came too late', () => {
  it('are added up over subtasks, and asked for with one call once it is known where they are counted', async () => {
    const { client, paths } = flinkWith({
      source: { '0.numRecordsIn': '5' },
      counter: {
        '0.Counter.numLateRecordsDropped': '2',
        '1.Counter.numLateRecordsDropped': '3',
        '0.numRecordsIn': '9',
      },
    });
    const reader = new LateRecordsReader();
    const expected = { dropped: 5, operators: ['Counter'] };
    expect(await reader.read(client, [job('RUNNING')], signal)).toEqual(expected);
    const before = paths.length;
    expect(await reader.read(client, [job('RUNNING')], signal)).toEqual(expected);
    expect(paths.slice(before)).toHaveLength(1);
  });

  it('are not known of a job without windows, nor of one that does not run', async () => {
    const { client, paths } = flinkWith({ source: { '0.numRecordsIn': '5' } });
    const reader = new LateRecordsReader();
    expect(await reader.read(client, [job('RUNNING')], signal)).toBeUndefined();
    const before = paths.length;
    expect(await reader.read(client, [job('RESTARTING')], signal)).toBeUndefined();
    expect(paths).toHaveLength(before);
  });

  it('are looked for again while tasks have no metrics yet', async () => {
    const metrics: Record<string, Record<string, string>> = { counter: {} };
    const { client } = flinkWith(metrics);
    const reader = new LateRecordsReader();
    expect(await reader.read(client, [job('RUNNING')], signal)).toBeUndefined();
    metrics['counter'] = { '0.Counter.numLateRecordsDropped': '0' };
    expect(await reader.read(client, [job('RUNNING')], signal)).toEqual({ dropped: 0, operators: ['Counter'] });
  });

  it('are not made of values that are no numbers', async () => {
    const { client } = flinkWith({ counter: { '0.Counter.numLateRecordsDropped': 'NaN' } });
    expect(await new LateRecordsReader().read(client, [job('RUNNING')], signal)).toBeUndefined();
  });
});
