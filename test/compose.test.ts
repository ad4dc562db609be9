import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { instanceKeySetting } from '../src/core/environment/local/flinkConfig';
import { playground } from '../src/core/playground';
import { serviceNames } from '../src/shared/model/environment';

interface Service {
  readonly image: string;
  readonly restart?: string;
  readonly command?: string | readonly string[];
  readonly entrypoint?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

interface Stack {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const folder = join(import.meta.dirname, '..', 'playground');
const dockerfile = readFileSync(join(folder, 'images/flink/Dockerfile'), 'utf8');
const submit = readFileSync(join(folder, 'images/flink/submit'), 'utf8');

const files = { kraft: 'compose.yaml', zookeeper: 'compose.zookeeper.yaml' } as const;
const modes = ['kraft', 'zookeeper'] as const;

function textOf(mode: keyof typeof files): string {
  return readFileSync(join(folder, files[mode]), 'utf8');
}

function stackOf(mode: keyof typeof files): Stack {
  return parse(textOf(mode), { merge: true }) as Stack;
}

function service(mode: keyof typeof files, name: string): Service {
  const found = stackOf(mode).services[name];
  if (found === undefined) throw new Error(`${files[mode]} has no service ${name}.`);
  return found;
}

/** `FLINK_PROPERTIES` as the image's entry point reads it. */
function flinkProperties(mode: keyof typeof files, name: string): ReadonlyMap<string, string> {
  const text = String(service(mode, name).environment?.['FLINK_PROPERTIES'] ?? '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}

describe.each(modes)('the compose file of mode %s', (mode) => {
  it('has the services of the tutorial', () => {
    const wanted = serviceNames.filter((name) => mode === 'zookeeper' || name !== 'zookeeper');
    expect(Object.keys(stackOf(mode).services).toSorted()).toEqual(wanted.toSorted());
  });

  it('names the images of playground.json', () => {
    const { images, flink } = playground;
    const official = Object.values(stackOf(mode).services)
      .map(({ image }) => image)
      .filter((image) => !image.startsWith('flink-playground:'));
    const wanted = { kraft: [images.kafka.kraft], zookeeper: [images.kafka.zookeeper, images.zookeeper] };
    expect(official.toSorted()).toEqual(wanted[mode].toSorted());
    expect(textOf(mode)).toContain(
      `FLINK_IMAGE: ${images.flink.replace('${version}', `\${PLAYGROUND_FLINK_VERSION:-${flink.default}}`)}`,
    );
  });

  it('publishes the two ports of playground.json, on the loopback interface only', () => {
    const ports = Object.values(stackOf(mode).services).flatMap((each) => each.ports ?? []);
    expect(ports.toSorted()).toEqual([
      `127.0.0.1:\${PLAYGROUND_BROKER_PORT:-${playground.ports.broker}}:9094`,
      `127.0.0.1:\${PLAYGROUND_REST_PORT:-${playground.ports.rest}}:8081`,
    ]);
  });

  it('advertises the broker to this machine at the port that is published', () => {
    expect(service(mode, 'kafka').environment?.['KAFKA_ADVERTISED_LISTENERS']).toBe(
      `INSIDE://kafka:9092,OUTSIDE://127.0.0.1:\${PLAYGROUND_BROKER_PORT:-${playground.ports.broker}}`,
    );
  });

  it('creates the topics of playground.json with their settings', () => {
    const script = String(service(mode, 'kafka').command?.at(-1));
    const created = Array.from(script.matchAll(/^ *topic (\S+) --partitions (\d+)(.*?)(?: &&)?$/gm), (match) => ({
      name: match[1],
      partitions: Number(match[2]),
      config: Object.fromEntries(
        Array.from((match[3] ?? '').matchAll(/--config (\S+?)=(\S+)/g), (each) => [each[1], each[2]]),
      ),
    }));
    expect(created).toEqual(playground.topics);
  });

  it('gives every TaskManager the slots of playground.json', () => {
    expect(service(mode, 'taskmanager').environment?.['TASK_MANAGER_NUMBER_OF_TASK_SLOTS']).toBe(
      playground.slotsPerTaskManager,
    );
  });

  it.each(['jobmanager', 'taskmanager', 'client'])('gives %s the key by which an environment knows its own', (name) => {
    expect(flinkProperties(mode, name).get(instanceKeySetting)).toBe('${PLAYGROUND_INSTANCE:-by-hand}');
  });

  it('has no blank in a setting of Flink, which the entry point of the image would remove', () => {
    expect([...flinkProperties(mode, 'jobmanager').values()].filter((value) => /\s/.test(value))).toEqual([]);
  });

  it('starts nothing again that was killed', () => {
    const policies = Object.values(stackOf(mode).services).map((each) => each.restart);
    expect(policies.filter((policy) => policy !== 'no')).toEqual([]);
  });

  it('mounts nothing of the machine on which it is read, which another one may not have', () => {
    const { services, volumes } = stackOf(mode);
    const mounted = Object.values(services).flatMap((each) => each.volumes ?? []);
    expect(mounted.map((mount) => mount.split(':')[0]).filter((name) => !Object.hasOwn(volumes, name ?? ''))).toEqual(
      [],
    );
  });

  it('runs the generator of playground.json', () => {
    expect(service(mode, 'clickevent-generator').entrypoint).toContain(playground.job.generatorClass);
  });
});

describe('the two compose files', () => {
  it('differ in Kafka and in the names of volumes only', () => {
    const plain = (mode: keyof typeof files): unknown =>
      JSON.parse(
        JSON.stringify({ ...stackOf(mode).services, kafka: undefined, zookeeper: undefined }).replaceAll(
          '-zookeeper:/',
          ':/',
        ),
      );
    expect(plain('zookeeper')).toEqual(plain('kraft'));
  });

  it('share no volume, for neither mode can read what the other one wrote', () => {
    const names = modes.flatMap((mode) => Object.keys(stackOf(mode).volumes));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("the playground's image", () => {
  it('begins with the image of playground.json', () => {
    expect(dockerfile).toContain(
      `ARG FLINK_IMAGE=${playground.images.flink.replace('${version}', playground.flink.default)}`,
    );
  });

  it('prepares the folders over which volumes are mounted, for Flink may not write in those of root', () => {
    const targets = (service('kraft', 'jobmanager').volumes ?? []).map((mount) => mount.split(':')[1] ?? '');
    expect(targets.filter((target) => !dockerfile.includes(`mkdir -p`) || !dockerfile.includes(target))).toEqual([]);
  });

  it('submits the jobs of playground.json', () => {
    const { v1, v2, v3 } = playground.job.jars;
    expect(Array.from(submit.matchAll(/(v\d)\) jar=(\S+) ;;/g), (match) => [match[1], match[2]])).toEqual([
      ['v1', v1],
      ['v2', v2],
      ['v3', v3],
    ]);
    expect(submit).toContain(`name='${playground.job.name}'`);
  });
});
