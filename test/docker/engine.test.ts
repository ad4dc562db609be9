import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anyPort } from '../../src/core/environment/common/ports';
import type { CliRunner } from '../../src/core/environment/compose/cliRunner';
import type { ComposeEnvironment } from '../../src/core/environment/compose/composeEnvironment';
import type { Phase } from '../../src/shared/model/environment';
import { instancesOf } from '../../src/shared/model/instances';
import { ComposeTestBed } from '../support/composePlayground';
import { ignoreProgress, never, startOptions } from '../support/localPlayground';
import { OwnEngine } from '../support/ownEngine';
import { until } from './support';

const image = 'flink-playground-stand-in-base';
const { obstacle } = OwnEngine;

/** How the ports of the containers are published, and what Kafka tells its clients. */
interface Published {
  readonly rest: string;
  readonly broker: string;
  readonly told: string;
}

/** Services of the playground's names: the JobManager answers every request with `{}`, the others do nothing. */
function theirs({ rest, broker, told }: Published): string {
  const answer = String.raw`$$s = IO::Socket::INET->new(Listen => 5, LocalPort => 8081, ReuseAddr => 1) or die; while ($$c = $$s->accept) { <$$c>; print $$c "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"; close $$c }`;
  return `
x-idle: &idle
  image: ${image}
  stop_grace_period: 1s
  command: [bash, -c, "trap 'exit 143' TERM; while :; do sleep 0.1; done"]
services:
  jobmanager:
    <<: *idle
    command: [perl, -MIO::Socket::INET, -e, '${answer}']
    ports: ['${rest}:8081']
    healthcheck: { test: [CMD, 'true'], interval: 1s }
  taskmanager: { <<: *idle }
  kafka:
    <<: *idle
    environment: { KAFKA_ADVERTISED_LISTENERS: 'INSIDE://kafka:9092,OUTSIDE://${told}' }
    ports: ['${broker}:9094']
`;
}

/** An engine on another machine, and one that comes and goes. */
describe('an engine of another machine, named by DOCKER_HOST', () => {
  let engine: OwnEngine;
  let folder: string;
  let ports: { readonly rest: number; readonly broker: number };
  let variables: Readonly<Record<string, string>>;

  beforeEach(({ skip }) => skip(obstacle !== undefined, `There is no second engine: ${obstacle}`));

  beforeAll(async () => {
    if (obstacle !== undefined) return;
    engine = await OwnEngine.create();
    await engine.load(image);
    folder = await mkdtemp(join(tmpdir(), 'theirs-'));
    variables = { DOCKER_HOST: engine.address };
    // Free on this machine, so that whatever answers is not somebody else's.
    const rest = await anyPort(new Set());
    ports = { rest, broker: await anyPort(new Set([rest])) };
  });

  afterAll(async () => {
    if (obstacle !== undefined) return;
    await engine.remove();
    await rm(folder, { recursive: true, force: true });
  });

  interface Adopted {
    readonly environment: ComposeEnvironment;
    readonly name: (id: string) => string;
    readonly dispose: () => Promise<void>;
  }

  /** A project of somebody else on that engine, adopted by an environment whose programs are told of the engine by a variable. */
  async function adopted(published: Published): Promise<Adopted> {
    const file = join(folder, 'compose.yaml');
    await writeFile(file, theirs(published));
    const bed = await ComposeTestBed.create({ settings: { file } });
    const compose = (...args: readonly string[]): Promise<unknown> =>
      execa('docker', ['compose', '-p', bed.settings.project, '-f', file, ...args], { env: variables });
    const runner: CliRunner = {
      run: (command, options) => bed.runner.run({ ...command, env: { ...command.env, ...variables } }, options),
    };
    await compose('up', '-d');
    const environment = bed.open({ runner });
    await environment.refresh(never);
    return {
      environment,
      name: (id) => instancesOf(environment.snapshot.value).find((instance) => instance.id === id)?.container ?? '',
      dispose: async () => {
        await compose('down', '-v', '-t', '0');
        await bed.remove();
      },
    };
  }

  it('is where its containers are reached that publish their ports for everybody', async () => {
    const { environment, dispose } = await adopted({
      rest: `${ports.rest}`,
      broker: `${ports.broker}`,
      told: `${engine.host}:${ports.broker}`,
    });
    try {
      const { endpoints, notices } = environment.snapshot.value;
      expect(endpoints).toEqual({
        rest: `http://${engine.host}:${ports.rest}`,
        brokers: [`${engine.host}:${ports.broker}`],
      });
      expect(notices).toEqual([expect.stringContaining('was not started by this extension')]);
      const answer = await until('the JobManager to answer', async () => fetch(`${endpoints?.rest}/overview`));
      expect(await answer.json()).toEqual({});
      await expect(fetch(`http://127.0.0.1:${ports.rest}/overview`)).rejects.toThrow('fetch failed');
    } finally {
      await dispose();
    }
  });

  it('keeps ports that it publishes for itself, and the way to them is told', async () => {
    const { environment, dispose } = await adopted({
      rest: `127.0.0.1:${ports.rest}`,
      broker: `127.0.0.1:${ports.broker}`,
      told: `127.0.0.1:${ports.broker}`,
    });
    try {
      const way = `ssh -N -L ${ports.rest}:127.0.0.1:${ports.rest} -L ${ports.broker}:127.0.0.1:${ports.broker} ${engine.host}`;
      const { endpoints, notices } = environment.snapshot.value;
      expect(endpoints).toEqual({
        rest: `http://127.0.0.1:${ports.rest}`,
        brokers: [`127.0.0.1:${ports.broker}`],
      });
      expect(notices).toEqual([
        expect.stringContaining('was not started by this extension'),
        expect.stringContaining(way),
      ]);
      await expect(
        environment.start(startOptions(), ignoreProgress, AbortSignal.timeout(90_000)),
      ).rejects.toMatchObject({
        kind: 'unreachable',
        message: `The container of jobmanager is well, but nothing answers at http://127.0.0.1:${ports.rest}.`,
        remedy: expect.stringContaining(way),
      });
    } finally {
      await dispose();
    }
  });

  it('may go away and come back: that it is gone is said, and what is shown afterwards is true', async () => {
    const { environment, name, dispose } = await adopted({
      rest: `${ports.rest}`,
      broker: `${ports.broker}`,
      told: `${engine.host}:${ports.broker}`,
    });
    const phaseIs = (...phases: readonly Phase[]): Promise<true> =>
      until(`the phase ${phases.join(' or ')}`, async () =>
        phases.includes(environment.snapshot.value.phase) ? true : undefined,
      );
    const stateOf = (id: string): string | undefined =>
      instancesOf(environment.snapshot.value).find((instance) => instance.id === id)?.state;
    try {
      const containers = ['jobmanager', 'taskmanager-1', 'kafka'].map(name);
      await engine.stop();
      await phaseIs('unknown');
      expect(environment.snapshot.value.error).toMatchObject({
        message: `Docker on ${engine.host} does not answer.`,
        remedy: expect.stringContaining('Start Docker there'),
      });
      await delay(8000);
      expect(environment.snapshot.value.phase).toBe('unknown');

      await engine.start();
      // It ended its containers, and nobody asked for them since.
      await phaseIs('absent');
      expect(environment.snapshot.value.error).toBeUndefined();
      expect(['jobmanager', 'taskmanager-1', 'kafka'].map(stateOf)).toEqual(
        expect.arrayContaining([expect.stringMatching(/killed|stopped/)]),
      );

      // Nobody asks the view to look: what happens now is told by the stream of events, which was attached again.
      await engine.docker(['start', ...containers]);
      await phaseIs('running', 'degraded');
      await until('Kafka to be shown', async () => (stateOf('kafka') === 'healthy' ? true : undefined));
      await engine.docker(['kill', name('kafka')]);
      await until('its end to be shown', async () => (stateOf('kafka') === 'killed' ? true : undefined));
    } finally {
      await dispose();
    }
  });
});
