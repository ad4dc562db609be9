import { beforeEach, describe, expect, it } from 'vitest';
import { ContainerRegistry } from '../../../src/core/environment/compose/containerRegistry';
import { EngineCli } from '../../../src/core/environment/compose/engineCli';
import { untilReady, type WaitingScene } from '../../../src/core/environment/compose/scene';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import { container, jobManager } from '../../support/builders/container';
import { FakeClock } from '../../support/builders/fakeClock';
import { noon } from '../../support/builders/flink';
import { FakeCli } from '../../support/fakeCli';

const never = new AbortController().signal;
const kafka = container({
  service: 'kafka',
  health: 'healthy',
  ports: [{ container: 9094, hostAddress: '127.0.0.1', host: 9092 }],
  environment: new Map([['KAFKA_ADVERTISED_LISTENERS', 'OUTSIDE://127.0.0.1:9092']]),
});

describe('waiting for a container to answer', () => {
  let clock: FakeClock;
  let registry: ContainerRegistry;

  beforeEach(() => {
    clock = new FakeClock(noon);
    registry = new ContainerRegistry(clock);
  });

  function scene(remoteHost?: string): WaitingScene {
    const programs = {
      engine: ['docker'],
      compose: ['docker', 'compose'],
      generation: 'v2',
      composeVersion: '2',
    } as const;
    const cli = new EngineCli(new FakeCli(), programs, silentLogger);
    return { services: { registry, clock }, connection: { cli, remoteHost } };
  }

  /** Waits for Kafka, which cannot be connected to. @returns how it ended within two minutes, or nothing. */
  async function outcome(waiting: WaitingScene): Promise<unknown> {
    let ended: unknown;
    void untilReady(
      waiting,
      { what: 'Kafka to answer', of: ['kafka', 'zookeeper'], timeoutMs: 180_000 },
      () => Promise.reject(new PlaygroundError('unreachable', 'Kafka at 127.0.0.1:9092 cannot be reached.')),
      never,
    ).catch((error: unknown) => {
      ended = error;
    });
    await clock.advance(120_000);
    return ended;
  }

  it('ends early when it is well and cannot be reached, and says how the ports of another machine are', async () => {
    registry.replace([jobManager(), kafka]);
    expect(await outcome(scene('build'))).toMatchObject({
      kind: 'unreachable',
      message: 'The container of kafka is well, but nothing answers at 127.0.0.1:9092.',
      remedy: expect.stringContaining('ssh -N -L 8081:127.0.0.1:8081 -L 9092:127.0.0.1:9092 build'),
    });
  });

  it('tells of containers with an editor in them when the engine seems to be on this machine', async () => {
    registry.replace([jobManager(), kafka]);
    expect(await outcome(scene())).toMatchObject({
      kind: 'unreachable',
      remedy: expect.stringContaining('give that container the network of its host'),
    });
  });

  it('goes on while it is not well yet', async () => {
    registry.replace([jobManager(), { ...kafka, health: 'starting' }]);
    expect(await outcome(scene())).toBeUndefined();
  });
});
