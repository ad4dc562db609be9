import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlinkJobOperations } from '../../../src/core/savepoints/flinkJobOperations';
import { Journal } from '../../../src/core/savepoints/journal';
import { lineageOf } from '../../../src/core/savepoints/lineage';
import type { OperationProgress } from '../../../src/shared/model/operations';
import type { StoredSavepoint } from '../../../src/shared/model/savepoints';
import { systemClock, type Clock } from '../../../src/core/util/clock';
import { FakeFlink, type FakeJob } from '../../support/fakeFlink';
import { openWindow, type WindowOptions } from '../../support/operationsWindow';
import { TcpProxy } from '../../support/tcpProxy';

const jobId = '694d7c9d4f1f4b8e9a7e0d3c5b1a2f60';
const signal = new AbortController().signal;
const ignore = (): void => undefined;
const trace = (words: string): { readonly failure: string } => ({
  failure: `java.util.concurrent.CompletionException: ${words}\n\tat org.apache.flink.Somewhere\nCaused by: ${words}\n\tat x`,
});

let folder: string;
let flink: FakeFlink;
let proxy: TcpProxy;
let operations: FlinkJobOperations;
let windows: FlinkJobOperations[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operations-'));
  flink = await FakeFlink.start();
  proxy = await TcpProxy.start(flink.port);
  flink.run({ id: jobId });
  windows = [];
  operations = open();
});

afterEach(async () => {
  for (const each of windows) each.dispose();
  await proxy.dispose();
  await flink.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** One more window over the same environment. */
function open(change: Partial<WindowOptions> = {}): FlinkJobOperations {
  const window = openWindow({ folder, port: proxy.port, ...change });
  windows.push(window);
  return window;
}

/** The only job that runs. */
function theJob(): FakeJob {
  const [job, ...more] = flink.running;
  if (job === undefined || more.length > 0) throw new Error(`${flink.running.length} jobs run.`);
  return job;
}

const stops = /POST \/jobs\/\w+\/stop/;
const runs = /POST \/jars\/[^/]+\/run/;

describe('a restart', () => {
  it('goes on from the savepoint with the jar, the arguments and the parallelism that the job had', async () => {
    const restarted = await operations.restart({ jobId }, ignore, signal);
    expect(theJob()).toMatchObject({
      id: restarted.jobId,
      parallelism: 1,
      savepointPath: restarted.savepointPath,
    });
    expect(restarted.savepointPath).toMatch(/^file:\/\/\/data\/savepoints\/restart-[0-9a-f]{12}\/savepoint-694d7c-/);
  });

  it('gives the job the address that the broker has today', async () => {
    await operations.restart({ jobId }, ignore, signal);
    expect(theJob().args).toEqual(['--bootstrap.servers', '127.0.0.1:9099', '--checkpointing', '--event-time']);
  });

  it('gives the job its connector', async () => {
    await operations.restart({ jobId }, ignore, signal);
    expect(flink.bodies.at(-1)).toMatchObject({ flinkConfiguration: { 'pipeline.classpaths': 'file:/connector.jar' } });
  });

  it('leaves an account of itself', async () => {
    const { operationId, savepointPath } = await operations.restart({ jobId }, ignore, signal);
    expect(operations.open.value).toEqual([]);
    expect(operations.history.value).toMatchObject([
      { id: operationId, kind: 'restart', outcome: 'done', savepointPath, successorId: theJob().id },
    ]);
  });

  it('tells until when it can be called off', async () => {
    const told: OperationProgress[] = [];
    await operations.restart({ jobId }, (progress) => told.push(progress), signal);
    expect(told.map(({ step, cancellable }) => `${step} ${cancellable}`)).toEqual(
      expect.arrayContaining(['prepare true', 'upload true', 'savepoint false', 'submit false', 'tasks false']),
    );
  });

  it('uploads a jar that vanished from the cluster again', async () => {
    await operations.restart({ jobId }, ignore, signal);
    flink.jars.clear();
    await operations.restart({ jobId: theJob().id }, ignore, signal);
    expect(flink.count(/upload/)).toBe(2);
  });

  it('asks for the jar of a job of somebody else, and remembers it', async () => {
    const other = flink.run({ id: 'f'.repeat(32), name: 'Other', args: ['--input', 'x'] });
    await expect(operations.restart({ jobId: other.id }, ignore, signal)).rejects.toMatchObject({
      kind: 'input',
      remedy: 'Choose the jar; it is remembered for this job.',
    });
    const path = join(folder, 'other.jar');
    await writeFile(path, 'a jar');
    await operations.remember('Other', { jar: { from: 'file', path } });
    await expect(operations.recipeOf(other.id, signal)).resolves.toMatchObject({ jar: { path } });
  });

  it.each([
    [0, 'The parallelism must be a whole number of at least 1.'],
    [-1, 'The parallelism must be a whole number of at least 1.'],
    [1.5, 'The parallelism must be a whole number of at least 1.'],
    [129, 'The job can run with a parallelism of 128 at most: its max parallelism is fixed in its state.'],
  ])('to parallelism %d is refused before anything is done', async (parallelism, message) => {
    await expect(operations.rescale({ jobId, parallelism }, ignore, signal)).rejects.toMatchObject({
      kind: 'input',
      message,
    });
    expect(flink.count(stops)).toBe(0);
  });

  it('to more slots than there are is refused, unless the job may wait for them', async () => {
    await expect(operations.rescale({ jobId, parallelism: 3 }, ignore, signal)).rejects.toMatchObject({
      message: 'The job needs 3 slots and there are 2.',
    });
    flink.tasksOfNext = 'SCHEDULED';
    const waiting = await operations.rescale({ jobId, parallelism: 3, acceptWaiting: true }, ignore, signal);
    expect(waiting).toMatchObject({ state: 'waiting', parallelism: 3 });
  });

  it('of a job that is not known, or has ended, is refused', async () => {
    await expect(operations.restart({ jobId: '0'.repeat(32) }, ignore, signal)).rejects.toMatchObject({
      kind: 'notFound',
    });
    flink.run({ id: 'e'.repeat(32), state: 'FAILED' });
    await expect(operations.restart({ jobId: 'e'.repeat(32) }, ignore, signal)).rejects.toMatchObject({
      kind: 'input',
      message: 'The job "Click Event Count" does not run: it is FAILED.',
    });
  });
});

describe('a rescale where the adaptive scheduler runs', () => {
  beforeEach(() => {
    flink.scheduler = 'Adaptive';
  });

  it('stops nothing', async () => {
    const rescaled = await operations.rescale({ jobId, parallelism: 2 }, ignore, signal);
    expect(rescaled).toMatchObject({ jobId, parallelism: 2, state: 'running' });
    expect(theJob()).toMatchObject({ id: jobId, parallelism: 2 });
    expect(flink.count(stops)).toBe(0);
    expect(operations.history.value).toMatchObject([{ kind: 'rescale', outcome: 'done' }]);
  });

  it('is refused without slots for it, like any other', async () => {
    const rescale = operations.rescale({ jobId, parallelism: 3 }, ignore, signal);
    await expect(rescale).rejects.toMatchObject({ message: 'The job needs 3 slots and there are 2.' });
    expect(flink.count(/PUT/)).toBe(0);
    expect(operations.history.value).toEqual([]);
  });

  it('runs with the slots that there are where that is accepted, and says what it would run with', async () => {
    const rescaled = await operations.rescale({ jobId, parallelism: 3, acceptWaiting: true }, ignore, signal);
    expect(rescaled).toMatchObject({ jobId, parallelism: 2, wantedParallelism: 3, state: 'running' });
  });

  it('goes by a savepoint where that is asked for', async () => {
    const rescaled = await operations.rescale({ jobId, parallelism: 2, how: 'savepoint' }, ignore, signal);
    expect(rescaled).toMatchObject({ previousJobId: jobId, parallelism: 2 });
  });

  it('is refused in place where another scheduler runs', async () => {
    flink.scheduler = 'default';
    await expect(operations.rescale({ jobId, parallelism: 2, how: 'inPlace' }, ignore, signal)).rejects.toMatchObject({
      kind: 'input',
      message: 'Only the adaptive scheduler rescales a job in place.',
    });
  });
});

describe('an answer that is lost after Flink acted', () => {
  it.each([
    ['the stop', stops],
    ['the submission', runs],
    ['the outcome of the savepoint', /GET \/jobs\/\w+\/savepoints/],
    ['the upload', /POST \/jars\/upload/],
  ])('of %s is asked for again, and nothing is done twice', async (_what, request) => {
    proxy.plan(request, { kind: 'dropAnswer' });
    const outcome = operations.restart({ jobId }, ignore, signal);
    if (request.test('POST /jars/upload')) {
      await outcome.catch(() => operations.restart({ jobId }, ignore, signal));
    } else {
      await outcome;
    }
    expect(proxy.pending).toBe(0);
    expect(theJob().savepointPath).toBeDefined();
    expect(flink.jobs.size).toBe(2);
  });

  it('is asked for again when it was cut in the middle', async () => {
    proxy.plan(runs, { kind: 'cutAnswer', afterBytes: 30 });
    await operations.restart({ jobId }, ignore, signal);
    expect(flink.count(runs)).toBe(2);
    expect(theJob().savepointPath).toBeDefined();
  });

  it('is asked for again when it took too long', async () => {
    operations = open({ timeoutMs: 100 });
    proxy.plan(stops, { kind: 'delayAnswer', ms: 400 });
    await operations.restart({ jobId }, ignore, signal);
    expect(theJob().savepointPath).toBeDefined();
  });
});

describe('a savepoint that fails', () => {
  it('because not all tasks run is asked for again', async () => {
    flink.outcomes.push(
      trace('org.apache.flink.runtime.checkpoint.CheckpointException: Not all required tasks are currently running.'),
    );
    await operations.restart({ jobId }, ignore, signal);
    expect(flink.count(stops)).toBe(2);
    expect(operations.history.value).toMatchObject([{ outcome: 'done' }]);
  });

  it('because its folder cannot be written leaves the job running, and says which folder', async () => {
    flink.outcomes.push(trace('java.io.IOException: Failed to create directory for savepoint: Permission denied'));
    await expect(operations.restart({ jobId, targetDirectory: '/full' }, ignore, signal)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Flink could not write the savepoint to "file:\/\/\/full\/restart-\w+": /,
      ) as string,
    });
    expect(theJob().id).toBe(jobId);
    expect(operations.open.value).toEqual([]);
    expect(operations.history.value).toMatchObject([{ outcome: 'failed' }]);
  });

  it('after it was written, because the job did not stop, is kept', async () => {
    flink.outcomes.push(
      trace(
        'org.apache.flink.runtime.scheduler.stopwithsavepoint.StopWithSavepointStoppingException: A savepoint has been created at: <path>, but the corresponding job 694d7c failed during stopping.',
      ),
    );
    await expect(operations.stop({ jobId }, ignore, signal)).rejects.toMatchObject({
      message: 'The savepoint is complete, but the job did not stop with it and goes on running.',
    });
    expect(operations.history.value).toMatchObject([
      { outcome: 'failed', savepointPath: expect.stringMatching(/stop-\w+\/savepoint-694d7c-/) as string },
    ]);
  });

  it('because the job failed by itself leaves a way to go on from its newest checkpoint', async () => {
    const path = `/data/checkpoints/${jobId}/chk-7`;
    operations = open({ stored: [stored(path, { kind: 'checkpoint', jobId })] });
    const job = theJob();
    flink.outcomes.push(trace('org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job'));
    const fails = ({ step }: OperationProgress): void => {
      if (step === 'savepoint') job.state = 'FAILED';
    };
    await expect(operations.restart({ jobId }, fails, signal)).rejects.toMatchObject({ kind: 'notFound' });
    const [left] = operations.open.value;
    expect(left).toMatchObject({ state: 'resumable', choices: ['wanted', 'previous'] });
    await operations.resume(left?.id ?? '', {}, ignore, signal);
    expect(theJob().savepointPath).toBe(path);
  });

  it('to a place of another file system is refused before anything is done', async () => {
    await expect(operations.stop({ jobId, targetDirectory: 's3://bucket' }, ignore, signal)).rejects.toMatchObject({
      kind: 'input',
    });
    expect(flink.count(stops)).toBe(0);
  });
});

describe('a job that Flink refuses to start', () => {
  it('can be started as it was before', async () => {
    flink.refuseRun =
      'java.lang.IllegalStateException: Failed to rollback to savepoint. Cannot map checkpoint/savepoint state for operator df592d541ea0f51ead2913082bc430e2 to the new program';
    const upgrade = operations.restart({ jobId, jar: { from: 'playground', version: 'v3' } }, ignore, signal);
    await expect(upgrade).rejects.toMatchObject({
      message: expect.stringContaining('df592d541ea0f51ead2913082bc430e2') as string,
    });
    expect(operations.open.value).toMatchObject([{ state: 'resumable', choices: ['previous', 'wanted'] }]);
    flink.refuseRun = undefined;
    await operations.resume(operations.open.value[0]?.id ?? '', {}, ignore, signal);
    expect(flink.seen.at(-1)).toMatch(/click-event-count-v1\.jar\/run$/);
    expect(operations.open.value).toEqual([]);
  });

  it('can be started with another jar', async () => {
    flink.refuseRun = 'java.lang.IllegalStateException: no';
    await operations.restart({ jobId, jar: { from: 'playground', version: 'v3' } }, ignore, signal).catch(ignore);
    flink.refuseRun = undefined;
    const change = { jar: { from: 'playground', version: 'v2' } } as const;
    await operations.resume(operations.open.value[0]?.id ?? '', { choice: 'wanted', change }, ignore, signal);
    expect(flink.seen.at(-1)).toMatch(/click-event-count-v2\.jar\/run$/);
  });

  it('can be given up, and its savepoint stays known', async () => {
    flink.refuseRun = 'java.lang.IllegalStateException: no';
    await operations.restart({ jobId }, ignore, signal).catch(ignore);
    await operations.dismiss(operations.open.value[0]?.id ?? '');
    expect(operations.open.value).toEqual([]);
    expect(operations.history.value).toMatchObject([
      { outcome: 'dismissed', savepointPath: expect.stringContaining('/restart-') as string },
    ]);
  });
});

describe('a JobManager that is killed and started anew in the middle', () => {
  it('is never given a second job by a submission that is repeated', async () => {
    proxy.plan(runs, { kind: 'refuse' });
    const restarting = operations.restart(
      { jobId },
      ({ step }) => {
        if (step !== 'submit') return;
        flink.forget();
        flink.run({ id: 'a'.repeat(32) });
      },
      signal,
    );
    await expect(restarting).rejects.toMatchObject({ kind: 'state' });
    expect(theJob().id).toBe('a'.repeat(32));
    expect(operations.open.value).toEqual([]);
  });

  it('leaves the savepoint in its folder to go on from', async () => {
    flink.outcomes.push('never');
    const path = '/data/savepoints';
    const restarting = operations.restart({ jobId }, ignore, signal).catch((error: unknown) => error);
    await expect.poll(() => flink.count(stops)).toBe(1);
    const { targetDirectory } = flink.bodies.find((body) => 'targetDirectory' in body) ?? {};
    flink.forget();
    await restarting;
    const lies = `${String(targetDirectory).replace('file://', '')}/savepoint-694d7c-2a9dafb8eb8b`;
    expect(lies.startsWith(path)).toBe(true);
    const other = open({ stored: [stored(lies)] });
    await other.refresh(signal);
    expect(other.open.value).toMatchObject([{ state: 'resumable' }]);
    await other.resume(other.open.value[0]?.id ?? '', {}, ignore, signal);
    expect(theJob().savepointPath).toBe(lies);
  });

  it('that nobody resumes is known to have stopped the job, so that a restore follows it', async () => {
    flink.outcomes.push('never');
    const restarting = operations.restart({ jobId }, ignore, signal).catch((error: unknown) => error);
    await expect.poll(() => flink.count(stops)).toBe(1);
    flink.forget();
    await restarting;
    const target = String(flink.bodies.find((body) => 'targetDirectory' in body)?.['targetDirectory']);
    const lies = `${target.replace('file://', '')}/savepoint-694d7c-2a9dafb8eb8b`;
    const other = open({ stored: [stored(lies)] });
    await other.refresh(signal);
    await other.dismiss(other.open.value[0]?.id ?? '');
    const { entries } = await new Journal(join(folder, 'operations')).read();
    expect(lineageOf(jobId, entries)).toMatchObject({ jobId: undefined, savepointPath: lies });
  });

  it('that left nothing of the job is told as what it is', async () => {
    flink.outcomes.push('never');
    const restarting = operations.restart({ jobId }, ignore, signal).catch((error: unknown) => error);
    await expect.poll(() => flink.count(stops)).toBe(1);
    flink.forget();
    await restarting;
    expect(operations.open.value).toMatchObject([{ state: 'lost', choices: [], dismissable: true }]);
  });
});

describe('a window that dies while its request is on its way', () => {
  it('stops nothing after it was found that the job runs on', async () => {
    proxy.plan(stops, { kind: 'refuse' }, 100);
    const cancel = new AbortController();
    const restarting = operations.restart({ jobId }, ignore, cancel.signal).catch((error: unknown) => error);
    await expect.poll(() => proxy.pending === 1 && operations.open.value.length).toBe(1);
    await expect.poll(() => operations.open.value[0]?.progress?.step).toBe('savepoint');
    cancel.abort();
    await restarting;
    const other = open();
    await other.refresh(signal);
    expect(other.open.value).toMatchObject([{ state: 'finished', choices: [] }]);
    // What was on its way arrives: it has the id under which there is a savepoint now.
    const { triggerId } = flink.bodies.find((body) => 'target-directory' in body) ?? {};
    await fetch(`http://127.0.0.1:${flink.port}/jobs/${jobId}/stop`, {
      method: 'POST',
      body: JSON.stringify({ triggerId, drain: false, targetDirectory: 'file:///x' }),
    });
    expect(theJob().id).toBe(jobId);
  });
});

describe('a job that takes long to end after the savepoint of its stop', () => {
  /** Twenty seconds pass in one. */
  const hasty: Clock = {
    now: () => Date.now() * 20,
    schedule: (ms, callback) => systemClock.schedule(ms / 20, callback),
  };

  it('is gone on with by another window that finds it still running', async () => {
    flink.endsAfterMs = 500;
    const cancel = new AbortController();
    const first = open({ clock: hasty });
    // It never hears of the outcome.
    proxy.plan(/GET \/jobs\/\w+\/savepoints/, { kind: 'refuse' }, 100);
    const restarting = first.restart({ jobId }, ignore, cancel.signal).catch((error: unknown) => error);
    await expect.poll(() => flink.count(stops)).toBe(1);
    cancel.abort();
    await restarting;

    const other = open({ clock: hasty, port: flink.port });
    await other.refresh(signal);

    expect(other.open.value).toMatchObject([{ state: 'resumable' }]);
    await other.resume(other.open.value[0]?.id ?? '', {}, ignore, signal);
    expect(theJob().id).not.toBe(jobId);
  });
});

describe('two windows', () => {
  it('do not restart the same job at the same time', async () => {
    const other = open();
    flink.outcomes.push('never');
    const stop = new AbortController();
    const first = operations.restart({ jobId }, ignore, stop.signal).catch((error: unknown) => error);
    await expect.poll(() => flink.count(stops)).toBe(1);
    await expect(other.restart({ jobId }, ignore, signal)).rejects.toMatchObject({
      kind: 'busy',
      message: 'Another operation on the job "Click Event Count" is in progress.',
    });
    await other.refresh(signal);
    expect(other.open.value).toMatchObject([{ state: 'elsewhere', choices: [], dismissable: false }]);
    await expect(other.resume(other.open.value[0]?.id ?? '', {}, ignore, signal)).rejects.toMatchObject({
      kind: 'busy',
    });
    stop.abort();
    await first;
  });

  it('cannot begin anew what was left in the middle', async () => {
    flink.refuseRun = 'java.lang.IllegalStateException: no';
    await operations.restart({ jobId }, ignore, signal).catch(ignore);
    flink.refuseRun = undefined;
    const job = flink.jobs.get(jobId);
    if (job !== undefined) job.state = 'RUNNING';
    await expect(open().restart({ jobId }, ignore, signal)).rejects.toMatchObject({
      kind: 'busy',
      message: 'An earlier operation on the job "Click Event Count" was not finished.',
    });
  });
});

describe('cancelling', () => {
  it('before the first request leaves the job as it was', async () => {
    const cancel = new AbortController();
    const restarting = operations.restart(
      { jobId },
      ({ step }) => void (step === 'upload' && cancel.abort()),
      cancel.signal,
    );
    await expect(restarting).rejects.toMatchObject({ name: 'AbortError' });
    expect(flink.count(stops)).toBe(0);
    expect(operations.open.value).toEqual([]);
  });

  it('afterwards means to stop watching: the operation stays open and can be resumed', async () => {
    flink.outcomes.push('never');
    const cancel = new AbortController();
    const restarting = operations.restart({ jobId }, ignore, cancel.signal).catch((error: unknown) => error);
    await expect.poll(() => flink.count(stops)).toBe(1);
    cancel.abort();
    await restarting;
    await operations.refresh(signal);
    expect(operations.open.value).toMatchObject([
      { state: 'resumable', summary: 'Flink is still taking the savepoint.', choices: ['wanted'] },
    ]);
  });
});

describe('a journal that cannot be written', () => {
  it('keeps every operation from touching the job', async () => {
    await writeFile(join(folder, 'operations'), 'a file where the folder should be');
    await expect(operations.stop({ jobId }, ignore, signal)).rejects.toMatchObject({ kind: 'disk' });
    expect(flink.count(stops)).toBe(0);
    expect(theJob().id).toBe(jobId);
  });
});

describe('a restore', () => {
  const path = '/data/savepoints/x/savepoint-694d7c-2a9dafb8eb8b';
  const jar = { from: 'playground', version: 'v1' } as const;

  it('starts the job that made the savepoint as it ran', async () => {
    const { savepointPath = '' } = await stopped();
    operations = open({ stored: [stored(savepointPath.replace('file://', ''))] });
    await operations.refresh(signal);
    await operations.restore({ savepointPath }, ignore, signal);
    expect(theJob()).toMatchObject({ savepointPath, args: expect.arrayContaining(['--event-time']) as string[] });
  });

  it.each([
    ['where nothing is', [], path, `There is nothing at "${path}".`],
    [
      'that is half-copied',
      [stored(path, { condition: 'halfWritten', problem: 'its file x is missing' })],
      path,
      `The savepoint "${path}" is not whole: its file x is missing.`,
    ],
    ['that is none', [stored(path, { condition: 'notASavepoint' })], path, `"${path}" is not a savepoint.`],
  ] as const)('of a path %s is refused before anything is done', async (_what, lying, savepointPath, message) => {
    operations = open({ stored: lying });
    await expect(operations.restore({ savepointPath, jar }, ignore, signal)).rejects.toMatchObject({
      kind: 'input',
      message,
    });
    expect(flink.count(runs)).toBe(0);
  });

  async function stopped(): Promise<{ savepointPath?: string }> {
    const { path: savepointPath } = await operations.stop({ jobId }, ignore, signal);
    return { savepointPath };
  }
});

function stored(path: string, change: Partial<StoredSavepoint> = {}): StoredSavepoint {
  return {
    path,
    kind: 'savepoint',
    condition: 'whole',
    filesChecked: 1,
    filesUnknown: 0,
    writtenAt: Date.now(),
    ...change,
  };
}
