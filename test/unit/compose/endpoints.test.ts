import { describe, expect, it } from 'vitest';
import type { ContainerFacts } from '../../../src/core/environment/compose/containerRecords';
import { reachOf, remoteHostOf } from '../../../src/core/environment/compose/endpoints';
import { container, jobManager } from '../../support/builders/container';

const ports = (host: number, inside: number, hostAddress = '0.0.0.0'): ContainerFacts['ports'] => [
  { container: inside, hostAddress, host },
];

/** A Kafka that publishes ports and tells its clients where to go on. */
function kafka(told: string | undefined, published: ContainerFacts['ports']): ContainerFacts {
  return container({
    service: 'kafka',
    ports: published,
    environment: new Map(told === undefined ? [] : [['KAFKA_ADVERTISED_LISTENERS', told]]),
  });
}

const ours = kafka('INSIDE://kafka:9092,OUTSIDE://127.0.0.1:9092', ports(9092, 9094, '127.0.0.1'));

describe('where the containers are reached', () => {
  it('is on this machine, by the ports that they publish', () => {
    expect(reachOf([jobManager(), ours], undefined)).toEqual({
      endpoints: { rest: 'http://127.0.0.1:8081', brokers: ['127.0.0.1:9092'] },
      notices: [],
    });
  });

  it('is nowhere while there is no JobManager', () => {
    expect(reachOf([ours], undefined)).toEqual({ notices: [] });
  });

  it('is said to be nowhere for a JobManager without a published port', () => {
    const { endpoints, notices } = reachOf([jobManager({ ports: [] })], undefined);
    expect(endpoints).toBeUndefined();
    expect(notices).toEqual([expect.stringContaining('publishes no port for its REST API')]);
  });

  it('has no broker in the newer compose file of upstream, which publishes none, and says so', () => {
    const { endpoints, notices } = reachOf([jobManager(), kafka(undefined, [])], undefined);
    expect(endpoints).toEqual({ rest: 'http://127.0.0.1:8081', brokers: [] });
    expect(notices).toEqual([expect.stringContaining('Kafka publishes no port')]);
  });

  it('has no broker in the older compose file of upstream, which sends clients into the network of the containers', () => {
    const upstream = kafka('INSIDE://:9092,OUTSIDE://:9094', [...ports(9092, 9092), ...ports(9094, 9094)]);
    const { endpoints, notices } = reachOf([jobManager(), upstream], undefined);
    expect(endpoints?.brokers).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/Kafka sends its clients to ":9092, :9094".*127\.0\.0\.1:9092/)]);
  });

  it('has a broker that tells its clients localhost', () => {
    const { endpoints } = reachOf(
      [jobManager(), kafka('A://kafka:29092,B://localhost:9094', ports(9094, 9094))],
      undefined,
    );
    expect(endpoints?.brokers).toEqual(['localhost:9094']);
  });

  it('is the machine of the engine where that is another one', () => {
    const there = kafka('A://kafka:29092,B://build:9094', ports(9094, 9094));
    const published = jobManager({ ports: ports(8081, 8081) });
    expect(reachOf([published, there], 'build')).toEqual({
      endpoints: { rest: 'http://build:8081', brokers: ['build:9094'] },
      notices: [],
    });
  });

  it.each([
    ['an address of the machine', '192.168.1.10:9094'],
    ['a name of the machine', 'laptop.example.org:9094'],
  ])('has a broker that tells its clients %s and is published on all of them', (_what, told) => {
    const { endpoints, notices } = reachOf([jobManager(), kafka(`A://${told}`, ports(9094, 9094))], undefined);
    expect(endpoints?.brokers).toEqual([told]);
    expect(notices).toEqual([]);
  });

  it.each([undefined, 'build'])('is the one address on which ports are published, with the engine on %s', (engine) => {
    const one = kafka('A://10.1.2.3:9094', ports(9094, 9094, '10.1.2.3'));
    const published = jobManager({ ports: ports(8081, 8081, '10.1.2.3') });
    expect(reachOf([published, one], engine)).toEqual({
      endpoints: { rest: 'http://10.1.2.3:8081', brokers: ['10.1.2.3:9094'] },
      notices: [],
    });
  });

  it('has no broker that sends clients of another machine to themselves, and says what to advertise', () => {
    const there = kafka('A://127.0.0.1:9094', ports(9094, 9094));
    const { endpoints, notices } = reachOf([jobManager({ ports: ports(8081, 8081) }), there], 'build');
    expect(endpoints).toEqual({ rest: 'http://build:8081', brokers: [] });
    expect(notices).toEqual([expect.stringContaining('Advertise a listener as build:9094.')]);
  });

  it('is the end of a tunnel where another machine publishes for itself only, and says how to make one', () => {
    const { endpoints, notices } = reachOf([jobManager(), ours], 'build');
    expect(endpoints).toEqual({ rest: 'http://127.0.0.1:8081', brokers: ['127.0.0.1:9092'] });
    expect(notices).toEqual([expect.stringContaining('ssh -N -L 8081:127.0.0.1:8081 -L 9092:127.0.0.1:9092 build')]);
  });
});

describe('the machine of the engine', () => {
  it.each([
    [undefined, undefined],
    ['unix:///var/run/docker.sock', undefined],
    ['npipe:////./pipe/docker_engine', undefined],
    ['tcp://127.0.0.1:2375', undefined],
    ['tcp://localhost:2375', undefined],
    ['tcp://[::1]:2375', undefined],
    ['tcp://docker:2375', 'docker'],
    ['ssh://me@build.example.org:22', 'build.example.org'],
    ['tcp://[2001:db8::1]:2376', '2001:db8::1'],
  ])('of %s is %s', (address, host) => {
    expect(remoteHostOf(address)).toBe(host);
  });
});
