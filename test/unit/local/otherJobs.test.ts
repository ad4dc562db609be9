import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pruneStops } from '../../../src/core/environment/common/otherJobs';
import { afterOwnJob } from '../../../src/core/environment/local/otherJobs';
import { parkJobs } from '../../../src/core/environment/local/parkJobs';
import type { LocalServices } from '../../../src/core/environment/local/services';
import type { Session } from '../../../src/core/environment/local/session';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { playground } from '../../../src/core/playground';
import { Journal } from '../../../src/core/savepoints/journal';
import type { BeganLine, JournalEntry } from '../../../src/core/savepoints/journalEntry';
import type { LogLine } from '../../../src/core/savepoints/operationLog';
import { RememberedRecipes } from '../../../src/core/savepoints/recipes';
import { savepointPath } from '../../../src/core/savepoints/savepointPath';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';
import { noon } from '../../support/builders/flink';
import { began, lines } from '../../support/builders/journalEntries';
import { localProfile, localServices, localSession } from '../../support/builders/localServices';
import { FakeFlink } from '../../support/fakeFlink';

const never = new AbortController().signal;
const own = 'a'.repeat(32);
const other = 'b'.repeat(32);
const deadlines = { savepointMs: 5000, checkpointMs: 1000 };

describe('a job beside the playground’s', () => {
  let folder: string;
  let services: LocalServices;
  let session: Session;
  let flink: FakeFlink;
  let client: FlinkClient;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'others-'));
    services = localServices(folder, systemClock);
    flink = await FakeFlink.start();
    client = new FlinkClient({ baseUrl: `http://127.0.0.1:${flink.port}`, logger: silentLogger });
    session = await localSession(services, { job: { id: own, checkpointing: true, eventTime: true }, retiredJobs: [] });
    const { v1, v2, v3 } = playground.job.jars;
    await Promise.all([v1, v2, v3, 'other.jar'].map((jar) => writeFile(join(folder, jar), jar)));
    flink.run({ id: own });
    flink.run({ id: other, name: 'Orders', args: ['--input', 'orders'], parallelism: 2 });
  });

  afterEach(async () => {
    client.dispose();
    await flink.dispose();
    services.registry.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const profile = (): ReturnType<LocalServices['paths']['profile']> => services.paths.profile(localProfile);
  const entries = async (): Promise<readonly JournalEntry[]> =>
    (await new Journal(profile().operations).read()).entries;
  const goOn = (): Promise<readonly string[]> => afterOwnJob(services, session, client, never);

  async function jarIsKnown(): Promise<void> {
    const jar = { from: 'file', path: join(folder, 'other.jar') } as const;
    await new RememberedRecipes(profile().operations).write(other, {
      jar,
      args: ['--input', 'orders'],
      parallelism: 1,
    });
  }

  /** Stop, and the JobManager of the start after it. @returns the savepoint of the other job. */
  async function stopAndStart(): Promise<string> {
    await parkJobs(services, session, client, deadlines, never);
    flink.forget();
    for (const { savepointPath: path } of await entries()) {
      if (path === undefined) continue;
      await mkdir(savepointPath(path), { recursive: true });
      await writeFile(join(savepointPath(path), '_metadata'), '');
    }
    return savepointPath((await entries()).find(({ jobId }) => jobId === other)?.savepointPath ?? '');
  }

  it('goes on from its savepoint at the next start, as it ran', async () => {
    await jarIsKnown();
    const saved = await stopAndStart();
    await expect(goOn()).resolves.toEqual([]);
    expect(flink.running).toMatchObject([{ savepointPath: saved, args: ['--input', 'orders'], parallelism: 2 }]);
    expect((await entries()).find(({ kind }) => kind === 'restore')).toMatchObject({
      jobId: other,
      jobName: 'Orders',
      running: true,
      closed: { outcome: 'done' },
    });
  });

  it('is restored once for each stop', async () => {
    await jarIsKnown();
    await stopAndStart();
    await goOn();
    flink.forget();
    await expect(goOn()).resolves.toEqual([]);
    expect(flink.running).toEqual([]);
  });

  it('of which nobody knows the jar is left to the person, who is told where', async () => {
    await stopAndStart();
    await expect(goOn()).resolves.toEqual([
      expect.stringMatching(/^The job "Orders" was stopped with a savepoint.*from the Savepoints view\.$/),
    ]);
    expect(flink.running).toEqual([]);
  });

  it('whose jar is gone is told of, and tried again at the next start', async () => {
    await jarIsKnown();
    await stopAndStart();
    await rm(join(folder, 'other.jar'));
    await expect(goOn()).resolves.toEqual([
      expect.stringMatching(
        /^The job "Orders" could not be restored; its savepoint is kept\. The jar .* cannot be read/,
      ),
    ]);
    await writeFile(join(folder, 'other.jar'), 'other.jar');
    await expect(goOn()).resolves.toEqual([]);
    expect(flink.running).toHaveLength(1);
  });

  it('that Flink refuses is told of, with an operation that failed', async () => {
    await jarIsKnown();
    await stopAndStart();
    flink.refuseRun = 'java.lang.IllegalStateException: There is no operator for the state';
    await expect(goOn()).resolves.toEqual([expect.stringContaining('could not be restored')]);
    expect((await entries()).find(({ kind }) => kind === 'restore')).toMatchObject({ closed: { outcome: 'failed' } });
  });

  it('whose savepoint was deleted is not wanted any more', async () => {
    await jarIsKnown();
    await rm(await stopAndStart(), { recursive: true });
    await expect(goOn()).resolves.toEqual([]);
    expect(flink.running).toEqual([]);
  });

  it('of the same name is not taken for the playground’s, though it is newer', async () => {
    flink.jobs.delete(other);
    flink.run({ id: other, startTime: Date.now() + 1000 });
    await stopAndStart();
    expect(session.profile.job?.id).toBe(own);
    expect((await entries()).find(({ jobId }) => jobId === own)).toMatchObject({ parked: { own: true } });
  });
});

describe('savepoints of stops', () => {
  let folder: string;
  let deleted: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stops-'));
    deleted = [];
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const pathOf = (number: number): string => `file:/savepoints/stop-${number}/savepoint-aaaaaa-${number}`;
  const hex = (number: number): string => number.toString(16).padStart(32, '0');

  /** The entry of the operation of this number, the later the higher. */
  async function write(number: number, change: Partial<BeganLine>, ...said: readonly LogLine[]): Promise<void> {
    const journal = new Journal(folder);
    await journal.begin(began({ id: hex(number), at: noon + number * 1000, ...change }));
    await journal.append(hex(number), lines(...said));
  }

  /** A stop of the playground that ended the job of this name. */
  const stop = (number: number, jobName = 'Click Event Count'): Promise<void> =>
    write(
      number,
      { kind: 'stop', jobName, parked: { stop: hex(number), own: true } },
      { type: 'saved', path: pathOf(number) },
      { type: 'closed', outcome: 'done' },
    );

  const prune = async (needed: readonly (string | undefined)[] = []): Promise<readonly string[]> => {
    const store = {
      delete: (path: string) => {
        deleted.push(path);
        return Promise.resolve();
      },
    };
    await pruneStops({ operations: folder, logger: silentLogger }, store, needed, never);
    return deleted;
  };

  it('are kept of the three newest, and deleted once', async () => {
    for (const number of [1, 2, 3, 4, 5]) await stop(number);
    expect(await prune()).toEqual([pathOf(2), pathOf(1)]);
    expect(await prune()).toHaveLength(2);
  });

  it('are counted for each job by itself', async () => {
    for (const number of [1, 2, 3]) await stop(number, 'Orders');
    for (const number of [4, 5, 6]) await stop(number);
    expect(await prune()).toEqual([]);
  });

  it('are kept where a person restored one, or an operation that is not finished needs it', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) await stop(number);
    await write(10, { kind: 'restore', savepointPath: pathOf(1) }, { type: 'closed', outcome: 'done' });
    await write(11, { kind: 'restart', savepointPath: pathOf(2) });
    expect(await prune()).toEqual([pathOf(3)]);
  });

  it('are kept where the job that runs came from one', async () => {
    for (const number of [1, 2, 3, 4]) await stop(number);
    expect(await prune(['/savepoints/stop-1/savepoint-aaaaaa-1'])).toEqual([]);
  });

  it('are none of those that a person took, however old', async () => {
    await write(1, { kind: 'stop' }, { type: 'saved', path: pathOf(1) }, { type: 'closed', outcome: 'done' });
    for (const number of [2, 3, 4, 5]) await stop(number);
    expect(await prune()).toEqual([pathOf(2)]);
  });

  it('are kept of the last stop, of however many jobs of one name', async () => {
    for (const number of [1, 2, 3, 4]) {
      await write(
        number,
        { kind: 'stop', parked: { stop: hex(9), own: number === 1 } },
        { type: 'saved', path: pathOf(number) },
        { type: 'closed', outcome: 'done' },
      );
    }
    expect(await prune()).toEqual([]);
  });
});
