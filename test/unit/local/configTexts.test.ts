import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import {
  jobManagerConfig,
  pipelineClasspaths,
  taskManagerConfig,
  type FlinkConfigOptions,
} from '../../../src/core/environment/local/flinkConfig';
import { flinkUri } from '../../../src/core/environment/common/flinkUri';
import {
  kraftProperties,
  newKafkaId,
  propertiesText,
  zookeeperBrokerProperties,
  zookeeperProperties,
} from '../../../src/core/environment/local/kafkaConfig';
import { LocalPaths } from '../../../src/core/environment/local/localPaths';

const paths = new LocalPaths('/home/jürgen b/data');

const options: FlinkConfigOptions = {
  instanceKey: '5b9d1c3e-0000-4000-8000-000000000001',
  ports: { rest: 8082, rpc: 40_001 },
  slots: 2,
  memory: 'small',
  profile: paths.profile('flink-2.2.1-kraft'),
  temporaryDirectory: paths.temporary('taskmanager-2'),
};

describe("Flink's settings", () => {
  const config = parse(jobManagerConfig(options)) as Record<string, unknown>;

  it('bind every listener to loopback', () => {
    const hosts = ['jobmanager.rpc.address', 'jobmanager.bind-host', 'taskmanager.host', 'taskmanager.bind-host'];
    for (const key of [...hosts, 'rest.address', 'rest.bind-address'])
      expect(config).toHaveProperty([key], '127.0.0.1');
  });

  it('name the instance, so that a stranger on the same port is told apart', () => {
    expect(config).toHaveProperty(['flinkplayground.instance'], options.instanceKey);
  });

  it('say nothing of the scheduler unless the adaptive one is wanted, which is then not to hesitate', () => {
    const schedulerOf = (text: string): readonly string[] =>
      Object.keys(parse(text) as Record<string, unknown>).filter((key) => key.includes('scheduler'));
    expect(schedulerOf(jobManagerConfig(options))).toEqual([]);
    const adaptive = parse(jobManagerConfig({ ...options, scheduler: 'adaptive' })) as Record<string, unknown>;
    expect(adaptive).toMatchObject({
      'jobmanager.scheduler': 'adaptive',
      'jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling': '0s',
      'jobmanager.adaptive-scheduler.scaling-interval.min': '0s',
    });
  });

  it('keep checkpoints after a cancel', () => {
    expect(config).toHaveProperty(
      ['execution.checkpointing.externalized-checkpoint-retention'],
      'RETAIN_ON_CANCELLATION',
    );
  });

  it('write paths with spaces and umlauts as they are, because Flink does not decode them', () => {
    expect(config).toHaveProperty(
      ['execution.checkpointing.dir'],
      'file:///home/jürgen b/data/local/data/flink-2.2.1-kraft/checkpoints',
    );
    expect(flinkUri(String.raw`C:\Users\jürgen b`)).toBe('file:///C:/Users/jürgen b');
  });

  it('say who a TaskManager is', () => {
    expect(parse(taskManagerConfig(options, 'taskmanager-2-abc'))).toHaveProperty(
      ['taskmanager.resource-id'],
      'taskmanager-2-abc',
    );
  });
});

describe("the job's class path", () => {
  it('is encoded, because it is made of URLs that are separated by semicolons', () => {
    expect(pipelineClasspaths(['/a b/ü.jar', '/c;d.jar'])).toBe('file:///a%20b/%C3%BC.jar;file:///c%3Bd.jar');
  });
});

describe("Kafka's settings", () => {
  it('escape backslashes and letters that are not ASCII', () => {
    expect(propertiesText({ path: String.raw`C:\dä ta` })).toBe('path=C:\\\\d\\u00e4 ta\n');
  });

  it('bind and advertise loopback only, in both modes', () => {
    const kraft = kraftProperties({ brokerPort: 9093, controllerPort: 40_002, dataDirectory: '/d' });
    expect(kraft).toContain('listeners=PLAINTEXT://127.0.0.1:9093,CONTROLLER://127.0.0.1:40002\n');
    expect(kraft).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:9093\n');
    const classic = zookeeperBrokerProperties({ brokerPort: 9093, zookeeperPort: 2182, dataDirectory: '/d' });
    expect(classic).toContain('listeners=PLAINTEXT://127.0.0.1:9093\n');
    expect(classic).toContain('zookeeper.connect=127.0.0.1:2182\n');
    expect(zookeeperProperties(2182, '/z')).toContain('clientPortAddress=127.0.0.1\n');
  });

  it('create no topic by accident', () => {
    expect(kraftProperties({ brokerPort: 1, controllerPort: 2, dataDirectory: '/d' })).toContain(
      'auto.create.topics.enable=false\n',
    );
  });

  it('make cluster ids that Kafka takes for ids and not for options', () => {
    for (let i = 0; i < 200; i++) expect(newKafkaId()).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
  });
});

describe('the folders of the local environment', () => {
  it('are never left by a name from the state file', () => {
    expect(() => paths.profile('../../elsewhere')).toThrow(/not usable/);
  });
});
