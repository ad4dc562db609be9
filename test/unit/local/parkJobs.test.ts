import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { submitJob } from '../../../src/core/environment/local/jobSubmission';
import { nextJob } from '../../../src/core/environment/local/nextJob';
import { parkJobs } from '../../../src/core/environment/local/parkJobs';
import type { LocalServices } from '../../../src/core/environment/local/services';
import type { Session } from '../../../src/core/environment/local/session';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { playground } from '../../../src/core/playground';
import { Journal } from '../../../src/core/savepoints/journal';
import type { JournalEntry } from '../../../src/core/savepoints/journalEntry';
import { savepointPath } from '../../../src/core/savepoints/savepointPath';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';
import { tutorialVariant } from '../../../src/shared/model/environment';
import { FakeClock } from '../../support/builders/fakeClock';
import { localProfile, localServices, localSession } from '../../support/builders/localServices';
import { FakeFlink } from '../../support/fakeFlink';

const never = new AbortController().signal;
const jobA = 'a'.repeat(32);
const jobB = 'b'.repeat(32);
const deadlines = { savepointMs: 5000, checkpointMs: 1000 };
const soon = { ...deadlines, savepointMs: 150 };
const notRunning = 'CheckpointException: Not all required tasks are currently running.';

describe('the job of a playground that is stopped', () => {
  let folder: string;
  let services: LocalServices;
  let flink: FakeFlink;
  let client: FlinkClient;
  let session: Session;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'park-'));
    services = localServices(folder, systemClock);
    flink = await FakeFlink.start();
    flink.run({ id: jobA, parallelism: 3 });
    client = new FlinkClient({ baseUrl: `http://127.0.0.1:${flink.port}`, logger: silentLogger });
    session = await localSession(services, {
      job: {
        id: jobA,
        checkpointing: true,
        eventTime: true,
        startedAs: { variant: tutorialVariant, parallelism: 1 },
      },
      retiredJobs: [],
    });
  });

  afterEach(async () => {
    client.dispose();
    await flink.dispose();
    services.registry.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const park = (changes = deadlines, signal = never): Promise<boolean> =>
    parkJobs(services, session, client, changes, signal);
  const profile = (): ReturnType<LocalServices['paths']['profile']> => services.paths.profile(localProfile);
  const goesOnFrom = async (): Promise<string | undefined> => (await nextJob(services, session)).state;

  async function entry(): Promise<JournalEntry> {
    const { entries } = await new Journal(profile().operations).read();
    const [only] = entries;
    if (only === undefined || entries.length > 1) throw new Error(`The journal has ${entries.length} entries.`);
    return only;
  }

  async function stateAt(path: string): Promise<string> {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, '_metadata'), '');
    return path;
  }

  /** What Flink writes when the savepoint that was asked for last is complete. */
  async function savepointWritten(): Promise<string> {
    const { targetDirectory = '' } = await entry();
    return stateAt(join(savepointPath(targetDirectory), 'savepoint-aaaaaa-0123456789ab'));
  }

  const checkpoint = (number: number): Promise<string> => stateAt(join(profile().checkpoints, jobA, `chk-${number}`));

  it('ends with a savepoint that is written down, with how the job ran', async () => {
    await expect(park()).resolves.toBe(true);
    expect(flink.running).toEqual([]);
    expect(flink.seen).toEqual([`POST /jobs/${jobA}/stop`]);
    expect(await entry()).toMatchObject({
      kind: 'stop',
      jobId: jobA,
      jobName: playground.job.name,
      stopped: true,
      savepointPath: expect.stringContaining(`${profile().savepoints}/stop-`) as string,
      previous: { jar: { from: 'playground', version: 'v1' }, parallelism: 3 },
      closed: { outcome: 'done' },
    });
  });

  it('goes on from that savepoint, though it has checkpoints on disk, too', async () => {
    await park();
    const { savepointPath: saved = '' } = await entry();
    await checkpoint(3);
    await stateAt(savepointPath(saved));
    await expect(goesOnFrom()).resolves.toBe(savepointPath(saved));
  });

  it('is submitted as it ran, when the playground is started again', async () => {
    const { v1, v2, v3 } = playground.job.jars;
    await Promise.all([v1, v2, v3].map((jar) => writeFile(join(folder, jar), jar)));
    await park();
    const { savepointPath: saved = '' } = await entry();
    await stateAt(savepointPath(saved));
    await submitJob(services, session, client, 'jar', [], never);
    expect(flink.running).toMatchObject([{ savepointPath: savepointPath(saved), parallelism: 3 }]);
    expect(session.profile.job?.restoredFrom).toBe(savepointPath(saved));
    expect(session.profile.retiredJobs).toEqual([jobA]);
  });

  it('is recorded, whoever submitted it', async () => {
    flink.jobs.clear();
    flink.run({ id: jobB });
    await park();
    expect(session.profile.job?.id).toBe(jobB);
    expect(await entry()).toMatchObject({ jobId: jobB });
  });

  describe('beside which another one runs', () => {
    const other = { id: jobB, name: 'Other', args: ['--input', 'x'] };
    const entries = async (): Promise<readonly JournalEntry[]> =>
      (await new Journal(profile().operations).read()).entries;

    it('is ended together with it, and a savepoint of each is kept', async () => {
      flink.run(other);
      await expect(park()).resolves.toBe(true);
      expect(flink.running).toEqual([]);
      const stops = (await entries()).map(({ jobName, stopped, closed }) => [jobName, stopped, closed?.outcome]);
      expect(new Set(stops)).toEqual(
        new Set([
          [playground.job.name, true, 'done'],
          ['Other', true, 'done'],
        ]),
      );
      expect(session.profile.job?.id).toBe(jobA);
    });

    it('does not wait for it longer than for its own savepoint', async () => {
      flink.jobs.clear();
      flink.run(other);
      flink.outcomes.push('never');
      await expect(park(soon)).resolves.toBe(false);
      expect(await entries()).toMatchObject([{ jobName: 'Other', closed: { outcome: 'failed' } }]);
    });
  });

  it('needs nothing when none runs', async () => {
    flink.jobs.clear();
    await expect(park()).resolves.toBe(false);
    expect(flink.seen).toEqual([]);
  });

  it('is cancelled when the savepoint takes too long, and goes on from its newest checkpoint', async () => {
    const newest = await checkpoint(4);
    flink.outcomes.push('never');
    await expect(park(soon)).resolves.toBe(true);
    expect(flink.running).toEqual([]);
    expect(flink.count(/checkpoints/)).toBe(0);
    expect(await entry()).toMatchObject({ stopped: false, closed: { outcome: 'failed' } });
    await expect(goesOnFrom()).resolves.toBe(newest);
  });

  it('goes on from a savepoint that was completed after nobody waited for it any more', async () => {
    await checkpoint(4);
    flink.outcomes.push('never');
    const written = new Promise<string>((resolve, reject) => {
      flink.onCancel = () => {
        savepointWritten().then(resolve, reject);
      };
    });
    await park(soon);
    await expect(goesOnFrom()).resolves.toBe(await written);
  });

  it.each([
    ['the folder cannot be written', 'IOException: Mkdirs failed to create /data/savepoints'],
    ['not all of its tasks run', notRunning],
  ])('takes one more checkpoint and is cancelled when %s', async (_what, failure) => {
    const newest = await checkpoint(4);
    flink.outcomes.push({ failure });
    await expect(park()).resolves.toBe(true);
    expect(flink.seen).toEqual([`POST /jobs/${jobA}/stop`, `POST /jobs/${jobA}/checkpoints`, `PATCH /jobs/${jobA}`]);
    expect(await entry()).toMatchObject({
      closed: { outcome: 'failed' },
      failure: { message: expect.any(String) as string },
    });
    await expect(goesOnFrom()).resolves.toBe(newest);
  });

  it('goes on from a later checkpoint when it did not stop with the savepoint that was taken', async () => {
    flink.outcomes.push({
      failure:
        'StopWithSavepointStoppingException: A savepoint has been created at: <path>, but the corresponding job x was terminated',
    });
    let newest = Promise.resolve('');
    flink.onCancel = () => {
      newest = checkpoint(9);
    };
    await park();
    expect((await entry()).savepointPath).toContain('/savepoint-');
    await expect(goesOnFrom()).resolves.toBe(await newest);
  });

  it('ends without a savepoint when nothing can be written down', async () => {
    const newest = await checkpoint(4);
    await mkdir(join(profile().operations, '..'), { recursive: true });
    await writeFile(profile().operations, 'a file where the journal is to be');
    await expect(park()).resolves.toBe(true);
    expect(flink.seen).toEqual([`POST /jobs/${jobA}/checkpoints`, `PATCH /jobs/${jobA}`]);
    await expect(goesOnFrom()).resolves.toBe(newest);
  });

  it('is not touched when parking is given up before', async () => {
    await expect(park(deadlines, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(flink.seen).toEqual([]);
    expect(flink.running).toHaveLength(1);
  });

  it('is ended all the same when it was asked to stop and then nobody wanted it any more', async () => {
    const signal = new AbortController();
    flink.outcomes.push('never');
    const parked = park(soon, signal.signal);
    await expect.poll(() => flink.count(/stop/)).toBe(1);
    signal.abort();
    await expect(parked).resolves.toBe(true);
  });

  it('is kept when the stop is given up after the savepoint failed', async () => {
    const signal = new AbortController();
    flink.outcomes.push({ failure: notRunning });
    flink.onCheckpoint = () => signal.abort();
    await expect(park(deadlines, signal.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(flink.running).toHaveLength(1);
    expect(await entry()).toMatchObject({ closed: { outcome: 'cancelled' } });
  });

  describe('when the editor dies while the savepoint is taken', () => {
    /** Its clock stands still from then on, so that it writes nothing more. */
    async function died(): Promise<void> {
      flink.outcomes.push('never');
      const stopped = { ...services, clock: new FakeClock() };
      void parkJobs(stopped, session, client, { ...deadlines, savepointMs: 60_000 }, never);
      await expect.poll(() => flink.count(/stop/)).toBe(1);
      expect(await entry()).toMatchObject({ triggerId: expect.any(String) as string, closed: undefined });
    }

    it('goes on from the savepoint, which was completed meanwhile', async () => {
      await checkpoint(4);
      await died();
      const saved = await savepointWritten();
      await expect(goesOnFrom()).resolves.toBe(saved);
    });

    it('goes on from its newest checkpoint, when the savepoint never was', async () => {
      const newest = await checkpoint(4);
      await died();
      await expect(goesOnFrom()).resolves.toBe(newest);
    });
  });
});
