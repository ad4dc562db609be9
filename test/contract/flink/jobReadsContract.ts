import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Watch } from '../../../src/core/engineApi';
import type { Disposable } from '../../../src/core/util/disposable';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { LateRecordsReader } from '../../../src/core/flink/lateRecords';
import { JobReads, readMetricNames, readMetrics } from '../../../src/core/flink/jobReads';
import { errorOf, valueOf } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import { waitFor } from '../../../src/core/util/async';
import { flameTypes } from '../../../src/shared/model/flameGraph';
import { silentLogger } from '../../../src/core/util/logger';
import type { FlinkUnderTest } from './flinkContract';

const signal = new AbortController().signal;
/** Flink gathers the figures of tasks now and then, and has none for the first seconds. */
const figuresMs = 30_000;

/** What is read of a single job, on the running *Click Event Count* job of a real cluster. It changes nothing. */
export function jobReadsContract({ restUrl, version, taskManagerPrefix }: FlinkUnderTest): void {
  describe(`Flink ${version} tells of a job`, () => {
    let client: FlinkClient;
    let reads: JobReads;
    let jobId: string;
    let vertexIds: readonly string[];
    let sampling: Disposable;

    beforeAll(async () => {
      client = new FlinkClient({ baseUrl: restUrl(), logger: silentLogger });
      reads = new JobReads({ client: new Store(client), intervalMs: () => 200, logger: silentLogger });
      const job = (await client.jobs(signal)).find(({ state }) => state === 'RUNNING');
      if (job === undefined) throw new Error('No job runs on the cluster under test.');
      jobId = job.id;
      vertexIds = (await client.job(jobId, signal)).vertices.map(({ id }) => id);
      // Flink samples threads for some seconds from when it is first asked.
      sampling = reads.flameGraph(jobId, vertexIds[0] ?? '', 'full');
    });

    afterAll(() => {
      sampling.dispose();
      reads.dispose();
      client.dispose();
    });

    /** The first value that is as asked. */
    async function until<T>(watch: Watch<T>, isSo: (value: T) => boolean): Promise<T> {
      try {
        return await waitFor(
          async () => {
            const error = errorOf(watch.state.value);
            if (error !== undefined) throw error;
            const value = valueOf(watch.state.value);
            return Promise.resolve(value !== undefined && isSo(value) ? value : undefined);
          },
          { what: 'a read of the job', timeoutMs: figuresMs, intervalMs: 100, signal },
        );
      } finally {
        watch.dispose();
      }
    }

    it('its checkpoints, each with its size and how long it took', async () => {
      const { counts, entries, latestCompleted } = await until(
        reads.checkpoints(jobId),
        (history) => history.latestCompleted !== undefined,
      );
      expect(counts.completed).toBeGreaterThan(0);
      expect(entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id).toSorted((a, b) => b - a));
      expect(latestCompleted?.externalPath).toMatch(/^file:.*chk-\d+$/);
      expect(latestCompleted?.stateSize).toBeGreaterThan(0);
      expect(latestCompleted?.acknowledged).toBe(latestCompleted?.subtasks);
    });

    it('how it makes checkpoints', async () => {
      const configuration = await until(reads.checkpointConfiguration(jobId), () => true);
      expect(configuration).toMatchObject({ mode: 'exactly_once', retained: true });
      expect(configuration.intervalMs).toBeLessThan(60_000);
    });

    it('its exceptions', async () => {
      const { entries } = await until(reads.exceptions(jobId), () => true);
      for (const { name, stackTrace, at } of entries) {
        expect(stackTrace).toContain(name);
        expect(at).toBeGreaterThan(0);
      }
    });

    it('the subtasks of each vertex, where they run and what they have done', async () => {
      const [source = ''] = vertexIds;
      const subtasks = await until(reads.subtasks(jobId, source), (all) =>
        all.every(({ counters }) => (counters.recordsOut ?? 0) > 0),
      );
      for (const { state, taskManagerId, endpoint } of subtasks) {
        expect(state).toBe('RUNNING');
        expect(taskManagerId?.startsWith(taskManagerPrefix)).toBe(true);
        expect(endpoint).toMatch(/^[\w.-]+(?::\d+)?$/);
      }
    });

    it('no watermark of what comes into a source, and one of what comes into another vertex', async () => {
      const [source = '', next = ''] = vertexIds;
      expect(await until(reads.watermarks(jobId, source), () => true)).toEqual([]);
      const marks = await until(reads.watermarks(jobId, next), (all) =>
        all.some(({ watermark }) => watermark !== undefined),
      );
      expect(marks[0]?.watermark).toBeGreaterThan(0);
    });

    it('when it entered its states, and when the last of its tasks began to run', async () => {
      const { startTime, stateTimes = {} } = await client.job(jobId, signal);
      const { INITIALIZING, CREATED = 0, RUNNING = 0 } = stateTimes;
      expect(INITIALIZING).toBe(startTime);
      expect(CREATED).toBeGreaterThanOrEqual(startTime);
      expect(RUNNING).toBeGreaterThanOrEqual(CREATED);
      const job = (await client.jobs(signal)).find(({ id }) => id === jobId);
      expect(job?.changedAt).toBeGreaterThanOrEqual(RUNNING);
    });

    it('how its vertices are joined', async () => {
      const { vertices, edges } = await client.job(jobId, signal);
      expect(edges.length).toBe(vertices.length - 1);
      expect(edges.map(({ shipStrategy }) => shipStrategy)).toContain('HASH');
      expect(edges.every(({ from, to }) => vertexIds.includes(from) && vertexIds.includes(to))).toBe(true);
    });

    it('of each vertex how far event time is, how evenly it works, and its busiest subtask', async () => {
      const [source = '', next = ''] = vertexIds;
      const figures = await until(
        reads.vertexFigures(jobId, next),
        ({ lowWatermark, skew, mostBusy }) =>
          lowWatermark !== undefined && skew !== undefined && mostBusy !== undefined,
      );
      expect(figures.lowWatermark).toBeGreaterThan(0);
      for (const share of [figures.skew, figures.mostBusy]) expect(share).toBeLessThanOrEqual(1);
      expect(await until(reads.vertexFigures(jobId, source), () => true)).not.toHaveProperty('lowWatermark');
    });

    it.each(flameTypes)('what the threads of a vertex are doing, of type %s', async (type) => {
      const [source = ''] = vertexIds;
      // Of threads on a CPU there may be no sample: the job mostly waits.
      const flames = await until(
        reads.flameGraph(jobId, source, type),
        (graph) => graph.state === 'sampled' && (type === 'on_cpu' || graph.root.samples > 0),
      );
      if (flames.state !== 'sampled') throw new Error('There are samples.');
      expect(flames.at).toBeGreaterThan(0);
      expect(flames.root.name).toBe('root');
      if (type === 'on_cpu') return;
      const [outermost] = flames.root.children;
      expect(outermost?.name).toMatch(/^java\.lang\.Thread\.run:\d+$/);
      expect(outermost?.samples).toBeLessThanOrEqual(flames.root.samples);
    });

    it('metrics by name, in as many calls as the names need', async () => {
      const scope = { kind: 'vertex', jobId, vertexId: vertexIds[0] ?? '' } as const;
      const names = await waitFor(
        async () => {
          const found = await readMetricNames(client.transport, scope, signal);
          return found.length > 100 ? found : undefined;
        },
        { what: 'the metrics of the source', timeoutMs: figuresMs, intervalMs: 200, signal },
      );
      const values = await readMetrics(client.transport, scope, [...names, 'no.such.metric'], signal);
      expect(values.map(({ id }) => id).toSorted((a, b) => a.localeCompare(b))).toEqual(names);
    });

    it('how many records its windows dropped as late', async () => {
      const reader = new LateRecordsReader();
      const late = await waitFor(async () => reader.read(client, await client.jobs(signal), signal), {
        what: 'the metrics of the windows',
        timeoutMs: figuresMs,
        intervalMs: 200,
        signal,
      });
      expect(late.operators).toEqual(['ClickEvent_Counter']);
      expect(late.dropped).toBeGreaterThanOrEqual(0);
    });

    it('metrics of the job and of the JobManager', async () => {
      const job = await readMetrics(client.transport, { kind: 'job', jobId }, ['numRestarts', 'uptime'], signal);
      expect(job.map(({ id }) => id)).toContain('numRestarts');
      const [jobs] = await readMetrics(client.transport, { kind: 'jobmanager' }, ['numRunningJobs'], signal);
      expect(Number(jobs?.value)).toBeGreaterThan(0);
    });
  });
}
