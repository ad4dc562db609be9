import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobRuns, recordJob, submitJob } from '../../../src/core/environment/local/jobSubmission';
import { LocalPaths } from '../../../src/core/environment/local/localPaths';
import type { LocalServices } from '../../../src/core/environment/local/services';
import type { Session } from '../../../src/core/environment/local/session';
import type { ProfileRecord } from '../../../src/core/environment/local/stateFile';
import type { UploadedJar } from '../../../src/core/flink/decode/jars';
import { FlinkClient, type RunJarRequest } from '../../../src/core/flink/flinkClient';
import { playground } from '../../../src/core/playground';
import { Journal } from '../../../src/core/savepoints/journal';
import type { LogLine } from '../../../src/core/savepoints/operationLog';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import { tutorialVariant, type JobVariant } from '../../../src/shared/model/environment';
import type { JobDetail, JobOverview } from '../../../src/shared/model/flink';
import { jobDetail } from '../../support/builders/flink';
import { localProfile, localServices, localSession } from '../../support/builders/localServices';
import { began, lines, operationId, recipe, triggerId } from '../../support/builders/journalEntries';

const never = new AbortController().signal;
const jobA = 'a'.repeat(32);
const jobB = 'b'.repeat(32);

/** A Flink that has one job at most and notes what it was asked. */
class OneJobFlink extends FlinkClient {
  running: JobOverview | undefined;
  readonly submitted: RunJarRequest[] = [];

  constructor() {
    super({ baseUrl: 'http://127.0.0.1:1', logger: silentLogger });
  }

  override jobs(): Promise<readonly JobOverview[]> {
    return Promise.resolve(this.running === undefined ? [] : [this.running]);
  }

  override job(jobId: string): Promise<JobDetail> {
    if (this.running?.id === jobId) return Promise.resolve(jobDetail({ id: jobId, state: this.running.state }));
    return Promise.reject(new PlaygroundError('notFound', 'No such job.'));
  }

  readonly uploaded: string[] = [];

  override jars(): Promise<readonly UploadedJar[]> {
    return Promise.resolve([]);
  }

  override uploadJar(_path: string, name: string): Promise<string> {
    this.uploaded.push(name);
    return Promise.resolve(name);
  }

  override runJar(_jarId: string, request: RunJarRequest): Promise<string> {
    this.submitted.push(request);
    return Promise.resolve(request.jobId ?? '');
  }
}

describe('the state from which the next job goes on', () => {
  let folder: string;
  let paths: LocalPaths;
  let services: LocalServices;
  let flink: OneJobFlink;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobs-'));
    paths = new LocalPaths(folder);
    flink = new OneJobFlink();
    services = localServices(folder);
  });

  afterEach(async () => {
    flink.dispose();
    services.registry.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function checkpointOf(jobId: string, number: number): Promise<string> {
    const path = join(paths.profile(localProfile).checkpoints, jobId, `chk-${number}`);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, '_metadata'), '');
    return path;
  }

  const session = (recorded: ProfileRecord, change: Partial<JobVariant> = {}): Promise<Session> =>
    localSession(services, recorded, change);
  const ran = (id: string, restoredFrom?: string): ProfileRecord => ({
    job: { id, checkpointing: true, eventTime: true, ...(restoredFrom === undefined ? {} : { restoredFrom }) },
    retiredJobs: [],
  });
  const submit = (live: Session): Promise<unknown> => submitJob(services, live, flink, 'jar', [], never);

  it('is the newest checkpoint of the job before', async () => {
    await checkpointOf(jobA, 9);
    const newest = await checkpointOf(jobA, 10);
    const live = await session(ran(jobA));
    await submit(live);
    expect(flink.submitted[0]?.savepointPath).toBe(newest);
    expect(live.profile.job?.restoredFrom).toBe(newest);
  });

  it('survives a job that never ran', async () => {
    const newest = await checkpointOf(jobA, 3);
    const live = await session(ran(jobA));
    await submit(live);
    await submit(live);
    expect(flink.submitted.map(({ savepointPath }) => savepointPath)).toEqual([newest, newest]);
  });

  it('survives a job without checkpoints that never ran, and is not given to that one', async () => {
    const newest = await checkpointOf(jobA, 3);
    const live = await session(ran(jobA), { checkpointing: false });
    await submit(live);
    expect(flink.submitted[0]?.savepointPath).toBeUndefined();
    expect(live.profile.job).toMatchObject({ checkpointing: false, restoredFrom: newest });
  });

  it('is past when a job without checkpoints has really run', async () => {
    await checkpointOf(jobA, 3);
    const live = await session(ran(jobA), { checkpointing: false });
    await submit(live);
    await jobRuns(live, live.profile.job?.id ?? '');
    expect(live.profile.job?.restoredFrom).toBeUndefined();
  });

  it('is the newest checkpoint before another job took over, until that one has made its own', async () => {
    const old = await checkpointOf(jobA, 1);
    const newer = await checkpointOf(jobA, 7);
    const live = await session(ran(jobA, old));
    await recordJob(services, live, jobB);
    expect(live.profile).toMatchObject({ job: { id: jobB, restoredFrom: newer }, retiredJobs: [jobA] });
    const own = await checkpointOf(jobB, 1);
    await submit(live);
    expect(flink.submitted[0]?.savepointPath).toBe(own);
  });

  it('is not gone back behind when the job is known already', async () => {
    const old = await checkpointOf(jobA, 1);
    const live = await session(ran(jobA, old));
    await recordJob(services, live, jobA);
    expect(live.profile).toEqual(ran(jobA, old));
  });

  describe('after an operation stopped the job', () => {
    const changed = recipe({ jar: { from: 'playground', version: 'v2' }, parallelism: 3 });
    const startedAs = { variant: tutorialVariant, parallelism: 1 };
    let savepoint: string;

    /** What a restart of job A to version 2 at parallelism 3 wrote, and the savepoint that it took. */
    async function restarted(...more: readonly LogLine[]): Promise<void> {
      savepoint = join(paths.profile(localProfile).savepoints, 'restart-0123456789ab', 'savepoint-aaaaaa-0123456789ab');
      await mkdir(savepoint, { recursive: true });
      await writeFile(join(savepoint, '_metadata'), '');
      const journal = new Journal(paths.profile(localProfile).operations);
      await journal.begin(began({ jobId: jobA, successorId: jobB, wanted: changed }));
      const said = lines(
        { type: 'requested', triggerId },
        { type: 'saved', path: `file:${savepoint}` },
        { type: 'stopped' },
        ...more,
      );
      await journal.append(operationId, said);
    }

    /** The recorded job as a start with the options of the session submitted it. */
    const recorded = (): ProfileRecord => ({
      job: { id: jobA, checkpointing: true, eventTime: true, startedAs },
      retiredJobs: [],
    });

    it('is the savepoint, when nobody started the job again', async () => {
      await restarted();
      const live = await session(recorded());
      await submit(live);
      expect(flink.submitted[0]?.savepointPath).toBe(savepoint);
    });

    it('is the newest checkpoint of the job that goes on, with its jar, its arguments and its parallelism', async () => {
      await restarted({ type: 'submitting', successorId: jobB, recipe: changed }, { type: 'running' });
      const newest = await checkpointOf(jobB, 4);
      const { v1, v2, v3 } = playground.job.jars;
      await Promise.all([v1, v2, v3].map((jar) => writeFile(join(folder, jar), jar)));
      const live = await session(recorded());
      await submit(live);
      expect(flink.submitted[0]).toMatchObject({ savepointPath: newest, parallelism: 3 });
      expect(flink.uploaded).toEqual([expect.stringMatching(/^click-event-count-2\.0-/)]);
    });

    it('goes on with the flags of the start, where the person chose others for it', async () => {
      await restarted({ type: 'submitting', successorId: jobB, recipe: changed }, { type: 'running' });
      const newest = await checkpointOf(jobB, 4);
      const live = await session(recorded(), { backpressure: true });
      await submit(live);
      expect(flink.submitted[0]).toMatchObject({ savepointPath: newest, parallelism: 1 });
      expect(flink.submitted[0]?.programArgs).toContain('--backpressure');
    });
  });
});
