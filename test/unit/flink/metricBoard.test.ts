import { describe, expect, it } from 'vitest';
import type { ReadingClient } from '../../../src/core/flink/jobReads';
import { MetricBoard, mostSamples } from '../../../src/core/flink/metricBoard';
import { Store } from '../../../src/core/state/store';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import type { JobOverview } from '../../../src/shared/model/flink';
import {
  parsePin,
  pinKey,
  type MetricReading,
  type MetricTarget,
  type PinnedMetric,
} from '../../../src/shared/model/metrics';
import { FakeClock } from '../../support/builders/fakeClock';
import { jobOverview } from '../../support/builders/flink';

const job: MetricTarget = { kind: 'job', job: 'Click Event Count' };
const counter: MetricTarget = { ...job, kind: 'vertex', vertexId: 'c', vertexName: 'ClickEvent Counter' };
const restarts: PinnedMetric = { target: job, name: 'numRestarts' };
const records: PinnedMetric = { target: counter, name: '0.numRecordsIn' };

class Flink {
  readonly paths: string[] = [];
  values: Readonly<Record<string, string>> = { numRestarts: '0', '0.numRecordsIn': '10' };
  failure: Error | undefined;

  readonly client: ReadingClient = {
    transport: {
      send: ({ path }: { path: string }) => {
        this.paths.push(path);
        if (this.failure !== undefined) return Promise.reject(this.failure);
        const names = (path.split('?get=')[1] ?? '').split(',').map(decodeURIComponent);
        const known = names.filter((name) => this.values[name] !== undefined);
        return Promise.resolve(known.map((id) => ({ id, value: this.values[id] })));
      },
    } as unknown as ReadingClient['transport'],
  };
}

function setup(pins: readonly PinnedMetric[] = [restarts]): {
  readonly board: MetricBoard;
  readonly flink: Flink;
  readonly clock: FakeClock;
  readonly jobs: JobOverview[];
  readonly client: Store<ReadingClient | undefined>;
  readonly leases: () => number;
  readonly reading: (pin: PinnedMetric) => MetricReading | undefined;
} {
  const flink = new Flink();
  const clock = new FakeClock();
  const jobs = [jobOverview()];
  const client = new Store<ReadingClient | undefined>(flink.client);
  let leases = 0;
  const board = new MetricBoard({
    client,
    jobs: () => jobs,
    watchJobs: () => {
      leases += 1;
      return { dispose: () => void (leases -= 1) };
    },
    flinkIdOf: (instance) => (instance === 'taskmanager-2' ? 'taskmanager-2-1700000000' : undefined),
    intervalMs: () => 2000,
    logger: silentLogger,
    clock,
    random: () => 0.5,
  });
  board.setPins(pins);
  return {
    board,
    flink,
    clock,
    jobs,
    client,
    leases: () => leases,
    reading: (pin) => board.readings.value.get(pinKey(pin)),
  };
}

const { id } = jobOverview();

describe('pinned metrics', () => {
  it('are read while somebody looks, and what was read stays', async () => {
    const { board, flink, clock, reading, leases } = setup();
    await clock.advance(4000);
    expect([flink.paths, leases()]).toEqual([[], 0]);
    const watch = board.watch();
    await clock.advance(2000);
    expect(flink.paths).toEqual([`/jobs/${id}/metrics?get=numRestarts`, `/jobs/${id}/metrics?get=numRestarts`]);
    expect(reading(restarts)).toMatchObject({ state: 'read', value: '0', samples: [{ value: 0 }, { value: 0 }] });
    watch.dispose();
    await clock.advance(10_000);
    expect([flink.paths.length, leases(), clock.pending]).toEqual([2, 0, 0]);
    expect(reading(restarts)?.samples).toHaveLength(2);
  });

  it('of one target are one call, and only those that are looked at', async () => {
    const { board, flink, clock } = setup([restarts, records, { target: counter, name: '1.numRecordsIn' }]);
    board.watch(({ kind }) => kind === 'vertex');
    await clock.advance(0);
    expect(flink.paths).toEqual([`/jobs/${id}/vertices/c/metrics?get=0.numRecordsIn,1.numRecordsIn`]);
  });

  it('follow a job that goes on under another id, the newest of that name that runs', async () => {
    const { board, flink, clock, jobs } = setup();
    jobs.splice(
      0,
      1,
      jobOverview({ id: 'old', state: 'FINISHED' }),
      jobOverview({ id: 'new', startTime: 20 }),
      jobOverview({ id: 'before', startTime: 10 }),
    );
    board.watch();
    await clock.advance(0);
    expect(flink.paths).toEqual(['/jobs/new/metrics?get=numRestarts']);
  });

  it('find a TaskManager by the name that outlives its restart', async () => {
    const cpu = { target: { kind: 'taskmanager', instance: 'taskmanager-2' }, name: 'Status.JVM.CPU.Load' } as const;
    const { board, flink, clock } = setup([cpu, { ...cpu, target: { kind: 'taskmanager', instance: 'remote:1-a' } }]);
    board.watch();
    await clock.advance(0);
    expect(flink.paths.map((path) => path.split('/')[2])).toEqual(['taskmanager-2-1700000000', 'remote%3A1-a']);
  });

  it.each([
    ['Flink has none of that name', (flink: Flink) => void (flink.values = {})],
    ['the machine is gone', (flink: Flink) => void (flink.failure = new PlaygroundError('notFound', 'gone'))],
  ])('are not there when %s', async (_why, happens) => {
    const { board, flink, clock, reading } = setup();
    board.watch();
    await clock.advance(0);
    happens(flink);
    await clock.advance(2000);
    expect(reading(restarts)).toMatchObject({ state: 'missing', samples: [{ value: 0 }] });
    expect(reading(restarts)).not.toHaveProperty('value');
  });

  it('are not there while no job of that name runs', async () => {
    const { board, clock, jobs, reading, flink } = setup();
    jobs.length = 0;
    board.watch();
    await clock.advance(0);
    expect([reading(restarts)?.state, flink.paths]).toEqual(['missing', []]);
  });

  it('are marked when Flink does not answer, and read again when it does', async () => {
    const { board, flink, clock, reading } = setup();
    board.watch();
    await clock.advance(0);
    const readAt = reading(restarts)?.readAt;
    flink.failure = new PlaygroundError('unreachable', 'down');
    await clock.advance(2000);
    expect(reading(restarts)).toMatchObject({ state: 'stale', value: '0', readAt });
    flink.failure = undefined;
    await clock.advance(10_000);
    expect(reading(restarts)?.state).toBe('read');
  });

  it.each([['NaN'], [''], ['file:/savepoints'], ['Infinity']])('of value %j have no number', async (value) => {
    const { board, flink, clock, reading } = setup();
    flink.values = { numRestarts: value };
    board.watch();
    await clock.advance(0);
    expect(reading(restarts)).toMatchObject({ state: 'read', value, samples: [] });
  });

  it('are kept for a bounded time', async () => {
    const { board, clock, reading } = setup();
    board.watch();
    await clock.advance(2000 * (mostSamples + 10));
    expect(reading(restarts)?.samples).toHaveLength(mostSamples);
  });

  it('keep what was read when others are pinned, and forget it when they are not any more', async () => {
    const { board, clock, reading } = setup();
    board.watch();
    await clock.advance(0);
    board.setPins([records, restarts, restarts]);
    expect(board.pins.value).toEqual([records, restarts]);
    expect(reading(restarts)?.samples).toHaveLength(1);
    board.setPins([records]);
    expect(reading(restarts)).toBeUndefined();
  });

  it('end with the cluster and go on with the next', async () => {
    const { board, flink, clock, client } = setup();
    board.watch();
    await clock.advance(0);
    client.set(undefined);
    await clock.advance(10_000);
    expect([flink.paths.length, clock.pending]).toEqual([1, 0]);
    client.set(flink.client);
    await clock.advance(0);
    expect(flink.paths).toHaveLength(2);
    board.dispose();
    expect(clock.pending).toBe(0);
  });
});

describe('a pin that was written down', () => {
  it.each([[restarts], [records], [{ target: { kind: 'jobmanager' }, name: 'a' }]])('is read again: %j', (pin) => {
    expect(parsePin(JSON.parse(JSON.stringify(pin)))).toEqual(pin);
  });

  it.each([
    [null],
    ['numRestarts'],
    [{ target: job }],
    [{ target: job, name: '' }],
    [{ target: { kind: 'job' }, name: 'a' }],
    [{ target: { kind: 'vertex', job: 'j' }, name: 'a' }],
    [{ target: { kind: 'constructor' }, name: 'a' }],
    [Object.create({ target: job, name: 'a' })],
  ])('is none: %j', (value) => {
    expect(parsePin(value)).toBeUndefined();
  });
});
