import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instanceKeySetting } from '../../../src/core/environment/local/flinkConfig';
import { assertOurFlink, kafkaReady, taskManagerReady } from '../../../src/core/environment/local/readiness';
import type { KafkaAdmin } from '../../../src/core/environment/local/services';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';
import { taskManager } from '../../support/builders/flink';

const never = new AbortController().signal;

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: Server): Promise<unknown> {
  return new Promise((resolve) => {
    server.close(resolve);
  });
}

describe('what answers on the recorded REST port', () => {
  let server: HttpServer;
  let client: FlinkClient;
  let answer: { readonly status: number; readonly body: string };

  beforeEach(async () => {
    server = createHttpServer((_request, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(answer.body);
    });
    client = new FlinkClient({ baseUrl: `http://127.0.0.1:${await listening(server)}`, logger: silentLogger });
  });

  afterEach(async () => {
    client.dispose();
    await closed(server);
  });

  const config = (entries: Readonly<Record<string, string>>): void => {
    const list = Object.entries(entries).map(([key, value]) => ({ key, value }));
    answer = { status: 200, body: JSON.stringify(list) };
  };

  it('is ours when it has our key', async () => {
    config({ 'rest.port': '8081', [instanceKeySetting]: 'ours' });
    await expect(assertOurFlink(client, 'ours', never)).resolves.toBeUndefined();
  });

  it.each([{}, { [instanceKeySetting]: 'of another playground' }])(
    'is a stranger without it, and said so with a remedy (%j)',
    async (entries) => {
      config({ 'rest.port': '8081', ...entries });
      await expect(assertOurFlink(client, 'ours', never)).rejects.toMatchObject({
        kind: 'stranger',
        message: 'Another Flink answers on the REST port of the playground.',
        remedy: expect.stringContaining('End the other Flink') as string,
      });
    },
  );

  it.each([
    [503, '{"errors":["starting"]}', 'unreachable'],
    [200, '<!DOCTYPE html><html>', 'protocol'],
    [200, '[{"key":"rest.po', 'protocol'],
  ])('is not taken for ours or a stranger when it says nothing of use (%i %s)', async (status, body, kind) => {
    answer = { status, body };
    await expect(assertOurFlink(client, 'ours', never)).rejects.toMatchObject({ kind });
  });
});

describe('a TaskManager that was started', () => {
  it('is ready when its slots are known, which is a moment after it is', async () => {
    let reads = 0;
    const client = {
      taskManagers: () => Promise.resolve([taskManager({ id: 'taskmanager-2-a', slotsTotal: reads++ < 2 ? 0 : 2 })]),
    };
    await taskManagerReady(client, 'taskmanager-2-a', { clock: systemClock, signal: never });
    expect(reads).toBe(3);
  });
});

describe('what answers on the recorded Kafka port', () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer((socket) => socket.destroy());
    port = await listening(server);
  });

  afterEach(() => closed(server));

  const kafka = (clusterId: string): KafkaAdmin => ({
    clusterId: () => Promise.resolve(clusterId),
    ensureTopics: () => Promise.resolve(),
  });
  const context = { clock: systemClock, signal: never };

  it('is ours when it has our cluster id, or when there was none before', async () => {
    await expect(kafkaReady(kafka('ours'), port, 'ours', context)).resolves.toBe('ours');
    await expect(kafkaReady(kafka('new'), port, undefined, context)).resolves.toBe('new');
  });

  it('is a stranger with another one, and said so by its port with a remedy', async () => {
    await expect(kafkaReady(kafka('theirs'), port, 'ours', context)).rejects.toMatchObject({
      kind: 'stranger',
      message: `Another Kafka answers on port ${port}.`,
      remedy: expect.stringContaining('End the other Kafka') as string,
    });
  });
});
