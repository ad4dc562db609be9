import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artifactLock, jarName, repositoryPath } from '../../../src/core/environment/local/artifacts/artifactLock';
import { playground } from '../../../src/core/playground';

const entries = Object.entries(artifactLock.sets).flatMap(([set, artifacts]) =>
  artifacts.map((artifact) => ({ set, ...artifact })),
);

describe('the lock file', () => {
  it('has every set that the versions of the playground need, and no other', () => {
    const flink = Object.entries(playground.flink.versions).flatMap(([version, { connector, kafkaClients }]) => [
      `flink-${version}`,
      `connector-${connector}`,
      `kafka-clients-${kafkaClients}`,
    ]);
    const kafka = Object.values(playground.kafka.modes).map((version) => `kafka-${version}`);
    expect(Object.keys(artifactLock.sets).sort()).toEqual(
      Array.from(new Set([...flink, ...kafka, 'kafka-tools'])).sort(),
    );
  });

  it('names each file by whole coordinates, a size and a SHA-256', () => {
    for (const { coordinates, size, sha256 } of entries) {
      expect(coordinates).toMatch(/^[\w.-]+(:[\w.-]+){2,3}$/);
      expect(size).toBeGreaterThan(0);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('says the same of a file in every set that has it', () => {
    const said = new Set(entries.map(({ coordinates, size, sha256 }) => `${coordinates} ${size} ${sha256}`));
    expect(said.size).toBe(new Set(entries.map(({ coordinates }) => coordinates)).size);
  });

  it('has no artifact twice in one class path', () => {
    const names = entries.map(({ set, coordinates }) => [set, ...coordinates.split(':').slice(0, 2)].join(' '));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('keeps the Kafka client and the connector off the class path of the cluster', () => {
    for (const version of Object.keys(playground.flink.versions)) {
      const cluster = artifactLock.sets[`flink-${version}`]?.map(({ coordinates }) => coordinates).join(' ');
      expect(cluster).not.toMatch(/kafka/);
    }
  });

  it('gives each process exactly one SLF4J binding', () => {
    const bindings = /:(log4j-slf4j-impl|slf4j-simple|slf4j-reload4j|logback-classic):/;
    const counts = Object.entries(artifactLock.sets).map(
      ([set, artifacts]) => [set, artifacts.filter(({ coordinates }) => bindings.test(coordinates)).length] as const,
    );
    expect(counts).toEqual(counts.map(([set]) => [set, set.startsWith('connector-') ? 0 : 1]));
  });

  it('names no host', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../playground/artifacts.lock.json'), 'utf8');
    expect(text).not.toMatch(/https?:|\/\//);
  });
});

describe('the place of an artifact in a Maven repository', () => {
  const plain = { coordinates: 'org.apache.flink:flink-core:2.2.1', size: 1, sha256: '' };
  const classified = { coordinates: 'io.netty:netty-epoll:4.1:linux-x86_64', size: 1, sha256: '' };

  it('is made of its coordinates', () => {
    expect(repositoryPath(plain)).toBe('org/apache/flink/flink-core/2.2.1/flink-core-2.2.1.jar');
    expect(repositoryPath(classified)).toBe('io/netty/netty-epoll/4.1/netty-epoll-4.1-linux-x86_64.jar');
  });

  it('ends with the name that the cache uses', () => {
    expect(jarName(classified)).toBe('netty-epoll-4.1-linux-x86_64.jar');
  });
});
