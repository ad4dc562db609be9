import { describe, expect, it } from 'vitest';
import { execaRunner } from '../../../src/core/environment/compose/cliRunner';
import { ComposePaths } from '../../../src/core/environment/compose/composePaths';
import type { ComposeRun } from '../../../src/core/environment/compose/composeRecord';
import {
  containerCommandPlaces,
  containerFlinkCli,
  type CliContext,
} from '../../../src/core/environment/compose/containerCli';
import type { ContainerFacts } from '../../../src/core/environment/compose/containerRecords';
import { ContainerRegistry } from '../../../src/core/environment/compose/containerRegistry';
import { EngineCli } from '../../../src/core/environment/compose/engineCli';
import { silentLogger } from '../../../src/core/util/logger';
import { container, jobManager, taskManager } from '../../support/builders/container';
import { FakeClock } from '../../support/builders/fakeClock';
import { startOptions } from '../../support/localPlayground';

const run: ComposeRun = {
  instanceKey: '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a10',
  phase: 'running',
  project: 'flink-playground',
  options: startOptions(),
  ports: { rest: 8081, broker: 9092 },
  notices: [],
};

function context(containers: readonly ContainerFacts[], ours: ComposeRun | undefined = run): CliContext {
  const registry = new ContainerRegistry(new FakeClock());
  registry.replace(containers);
  const programs = {
    engine: ['docker'],
    compose: ['docker', 'compose'],
    generation: 'v2',
    composeVersion: '2.26.1',
  } as const;
  return {
    services: { registry, paths: new ComposePaths('/data') },
    connection: {
      cli: new EngineCli(execaRunner({ logger: silentLogger }), programs, silentLogger),
      settings: { command: '', file: '', project: 'flink-playground' },
      project: 'flink-playground',
      remoteHost: undefined,
    },
    run: ours,
  };
}

describe('the command line of Flink in a container', () => {
  it('is a shell in the JobManager, as a program and its arguments', () => {
    expect(containerFlinkCli(context([jobManager()])).program).toEqual({
      command: 'docker',
      args: ['exec', '-it', 'flink-playground-jobmanager-1', 'bash'],
    });
  });

  it('is none while the JobManager does not run', () => {
    expect(() => containerFlinkCli(context([jobManager({ status: 'exited' })]))).toThrow(
      'The playground is not running.',
    );
  });
});

describe('commands by hand', () => {
  it('name our project, its variables and its files', () => {
    const places = containerCommandPlaces(context([jobManager(), taskManager(2), container({ service: 'kafka' })]));
    expect(places).toMatchObject({
      compose: [
        'docker',
        'compose',
        '-p',
        'flink-playground',
        '--env-file',
        '/data/compose/project/.env',
        '-f',
        '/data/compose/project/compose.yaml',
        '-f',
        '/data/compose/project/compose.extension.yaml',
      ],
      containers: { 'taskmanager-2': 'flink-playground-taskmanager-2' },
    });
  });

  it('run Flink and the console consumer in the containers', () => {
    const places = containerCommandPlaces(context([jobManager(), container({ service: 'kafka' })]));
    expect(places).toMatchObject({
      flink: expect.arrayContaining(['exec', 'jobmanager', 'flink']),
      consoleConsumer: expect.arrayContaining(['exec', 'kafka', 'kafka-console-consumer.sh']),
      job: {
        jar: '/opt/flink-playground/jobs/click-event-count-1.0.jar',
        arguments: ['--bootstrap.servers', 'kafka:9092', '--checkpointing', '--event-time'],
      },
    });
  });

  it("use upstream's client and jar in upstream's project", () => {
    const theirs = jobManager({ image: 'apache/flink:1.16.0', configFiles: ['/home/me/ops/docker-compose.yaml'] });
    const places = containerCommandPlaces({ ...context([theirs]), run: undefined });
    expect(places).toMatchObject({
      compose: ['docker', 'compose', '-p', 'flink-playground', '-f', '/home/me/ops/docker-compose.yaml'],
      flink: expect.arrayContaining(['run', '--rm', '--no-deps', 'client', 'flink']),
      job: { jar: '/opt/ClickCountJob.jar', classPath: [] },
    });
  });
});
