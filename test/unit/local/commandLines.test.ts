import { describe, expect, it } from 'vitest';
import {
  formatCommand,
  generatorCommand,
  javaEnvironment,
  jobArguments,
  taskManagerCommand,
  type JavaCommandOptions,
} from '../../../src/core/environment/local/commandLines';
import { tutorialVariant } from '../../../src/shared/model/environment';

const base: JavaCommandOptions = {
  java: '/jdk/bin/java',
  classPath: ['/jars/a.jar', '/jars/b c.jar'],
  uuid: 'u-1',
  marker: 'root-1',
  logFile: '/logs/taskmanager-1.log',
  temporaryDirectory: '/tmp/ü',
  archiveFlags: ['-XX:SharedArchiveFile=/cache/taskmanager.jsa'],
};

describe('command lines', () => {
  it('carry the marks by which a process is known', () => {
    const { args } = taskManagerCommand({ ...base, confDirectory: '/conf/taskmanager-1', memory: 'small' });
    expect(args).toContain('-Dflink.playground.instance=u-1');
    expect(args).toContain('-Dflink.playground.environment=root-1');
  });

  it("carry the data root's mark also where a data folder is prepared", () => {
    const { args } = formatCommand({
      ...base,
      clusterId: 'abc',
      confDirectory: '/conf/kafka',
      marker: 'root-1',
      archiveFlags: [],
    });
    expect(args[0]).toBe('-Dflink.playground.environment=root-1');
  });

  it("give a TaskManager's JVM the limits that its settings add up to", () => {
    const { args } = taskManagerCommand({ ...base, confDirectory: '/conf/taskmanager-1', memory: 'small' });
    expect(args).toEqual(
      expect.arrayContaining(['-Xmx256m', '-XX:MaxDirectMemorySize=128m', '-XX:MaxMetaspaceSize=128m']),
    );
  });

  it('pass the pace to the generator', () => {
    const { args } = generatorCommand({ ...base, mainClass: 'g.Main', brokerPort: 9093, speed: 10 });
    expect(args.slice(args.indexOf('g.Main'))).toEqual(
      'g.Main --bootstrap.servers 127.0.0.1:9093 --topic input --gaps-topic input-gaps --speed 10'.split(' '),
    );
  });

  it("name the job's variant by flags", () => {
    expect(jobArguments(tutorialVariant, 9092).join(' ')).toBe(
      '--bootstrap.servers 127.0.0.1:9092 --checkpointing --event-time',
    );
    const slow = { ...tutorialVariant, backpressure: true, exactlyOnce: true, checkpointIntervalMs: 5000 };
    expect(jobArguments(slow, 9092).slice(4).join(' ')).toBe(
      '--backpressure --exactly-once --checkpoint-interval 5000',
    );
  });
});

describe("a JVM's environment variables", () => {
  it('hold no secrets of ours and nothing that changes Java', () => {
    const variables = javaEnvironment(
      { HOME: '/home/x', PATH: '/bin', API_TOKEN: 'secret', JAVA_TOOL_OPTIONS: '-Xshare:off' },
      '/tmp/env',
    );
    expect(variables).toEqual({
      HOME: '/home/x',
      PATH: '/bin',
      LC_ALL: 'C.UTF-8',
      TMPDIR: '/tmp/env',
      TEMP: '/tmp/env',
      TMP: '/tmp/env',
    });
  });
});
