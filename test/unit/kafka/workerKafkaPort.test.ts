import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KafkaPort, TailSession } from '../../../src/core/kafka/kafkaPort';
import { createWorkerKafkaPort } from '../../../src/core/kafka/workerKafkaPort';
import { silentLogger } from '../../../src/core/util/logger';

const workerFile = path.resolve('test/support/kafkaStubWorker.cjs');
const never = new AbortController().signal;

describe('the port to the worker thread', () => {
  let port: KafkaPort;
  beforeEach(() => {
    port = createWorkerKafkaPort({ workerFile, logger: silentLogger });
  });
  afterEach(() => port.dispose());

  const openTail = (): Promise<TailSession> =>
    port.openTail({ brokers: ['b:1'], topic: 'clicks', from: 'latest', capacity: 10, maxValueLength: 10 });

  it('keeps one thread', async () => {
    const first = await port.clusterId(['b:1'], never);
    expect(first).toMatch(/^thread \d+$/);
    expect(await port.clusterId(['b:1'], never)).toBe(first);
  });

  it('fails a call when the thread ends in it, and starts another for the next', async () => {
    const first = await port.clusterId(['b:1'], never);
    await expect(port.clusterId(['crash'], never)).rejects.toMatchObject({
      kind: 'process',
      message: 'The connection to Kafka was interrupted.',
    });
    expect(await port.clusterId(['b:1'], never)).not.toBe(first);
  });

  it('keeps a tail over the end of the thread, from the next offset on', async () => {
    const tail = await openTail();
    await expect.poll(() => tail.state.value).toMatchObject({ status: 'live', first: 0, end: 3 });
    const seen: string[] = [];
    tail.state.onDidChange(({ next }) => seen.push(`${next.status} ${next.first}-${next.end}`));
    await port.clusterId(['crash'], never).catch(() => undefined);
    expect(await tail.rows(0, 10)).toEqual([]);
    await expect.poll(() => seen).toEqual(['reconnecting 3-3', 'live 3-6']);
  });

  it('does not open a tail again that has ended, and says that its records are gone', async () => {
    const tail = await openTail();
    await expect.poll(() => tail.state.value).toMatchObject({ status: 'live', end: 3 });
    await tail.end();
    await expect.poll(() => tail.state.value.status).toBe('ended');
    const other = await openTail();
    await port.clusterId(['crash'], never).catch(() => undefined);
    await expect.poll(() => other.state.value).toMatchObject({ status: 'live', first: 3 });
    expect(tail.state.value).toMatchObject({ status: 'ended', first: 3, end: 3 });
  });

  it('ends a tail whose thread goes in that moment', async () => {
    const tail = await openTail();
    await expect.poll(() => tail.state.value).toMatchObject({ status: 'live', end: 3 });
    const crash = port.clusterId(['crash'], never).catch(() => undefined);
    await expect(tail.end()).rejects.toMatchObject({ kind: 'process' });
    await crash;
    const other = await openTail();
    await expect.poll(() => other.state.value).toMatchObject({ status: 'live' });
    expect(tail.state.value).toMatchObject({ status: 'ended', first: 3, end: 3 });
  });

  it('ends a tail whose thread has just gone', async () => {
    const tail = await openTail();
    await expect.poll(() => tail.state.value).toMatchObject({ status: 'live', end: 3 });
    await port.clusterId(['crash'], never).catch(() => undefined);
    await tail.end();
    expect(tail.state.value).toMatchObject({ status: 'ended', first: 3, end: 3 });
  });

  it('does not wait longer than it is told to', async () => {
    const abort = new AbortController();
    const asked = port.clusterId(['silent'], abort.signal);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('takes no answer of the wrong form', async () => {
    await expect(port.clusterId(['garbage'], never)).rejects.toMatchObject({ kind: 'internal' });
  });

  it('survives messages that make no sense', async () => {
    const tail = await openTail();
    await expect(port.clusterId(['flood'], never)).resolves.toMatch(/^thread/);
    expect(tail.state.value.status).toBe('live');
  });

  it('says no more once it is disposed', async () => {
    const tail = await openTail();
    port.dispose();
    await expect(tail.rows(0, 1)).rejects.toMatchObject({ kind: 'internal' });
    expect(() => tail.dispose()).not.toThrow();
  });

  it('has an error, not a thread for ever, when the worker file is missing', async () => {
    const broken = createWorkerKafkaPort({ workerFile: '/nowhere/kafkaWorker.js', logger: silentLogger });
    await expect(broken.clusterId(['b:1'], never)).rejects.toMatchObject({ kind: 'process' });
    broken.dispose();
  });
});
