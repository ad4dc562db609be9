import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  decodeContainers,
  decodeEvent,
  type ContainerFacts,
} from '../../../src/core/environment/compose/containerRecords';

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../fixtures/docker', name), 'utf8');
}

/** One project with both generations: a healthy JobManager, a killed and a stopped TaskManager, a broken generator, a done client. */
describe.each(['v1', 'v2'])('what the engine says of containers that Compose %s made', (generation) => {
  const containers = decodeContainers(recorded(`inspect-${generation}.json`));
  const of = (service: string, number = 1): ContainerFacts | undefined =>
    containers.find((container) => container.service === service && container.number === number);

  it('leaves out services that are not of the playground', () => {
    expect(containers.map(({ service, number }) => `${service} ${number}`).sort()).toEqual([
      'clickevent-generator 1',
      'client 1',
      'jobmanager 1',
      'kafka 1',
      'taskmanager 1',
      'taskmanager 2',
    ]);
  });

  it('has the project, the file and the name of each', () => {
    const separator = generation === 'v1' ? '_' : '-';
    expect(of('taskmanager', 2)).toMatchObject({
      name: `rec-${generation}${separator}taskmanager${separator}2`,
      project: `rec-${generation}`,
      configFiles: ['/home/me/playground/compose.yaml'],
    });
  });

  it('tells how they ended', () => {
    expect([of('taskmanager', 1), of('taskmanager', 2), of('client')]).toMatchObject([
      { status: 'exited', exitCode: 143 },
      { status: 'exited', exitCode: 137, outOfMemory: false },
      { status: 'exited', exitCode: 0 },
    ]);
  });

  it('tells health, with the words of the check', () => {
    expect(of('jobmanager')).toMatchObject({ status: 'running', health: 'healthy' });
    expect(of('kafka')).toMatchObject({ status: 'running', health: 'unhealthy', healthOutput: 'not yet' });
  });

  it('tells how often one was started again', () => {
    expect(of('clickevent-generator')?.restarts).toBeGreaterThanOrEqual(3);
  });

  it('has published ports and addresses', () => {
    expect(of('jobmanager')?.ports).toEqual([{ container: 8081, hostAddress: '127.0.0.1', host: 18081 }]);
    expect(of('jobmanager')?.addresses).toEqual([expect.stringMatching(/^172\.\d+\.0\.\d+$/)]);
  });

  it('tells the end of a container at the moment of its event', () => {
    const lines = recorded(`events-${generation}.jsonl`).trim().split('\n');
    const killed = of('taskmanager', 2);
    const events = lines.map(decodeEvent).filter((event) => event?.id === killed?.id);
    expect(events.map((event) => event?.action)).toEqual(['create', 'start', 'kill', 'die']);
    expect(events.slice(-2)).toMatchObject([{ signal: 9 }, { exitCode: 137, at: expect.any(Number) }]);
  });

  it('tells health by an event', () => {
    const lines = recorded(`events-${generation}.jsonl`).trim().split('\n');
    const health = lines.map(decodeEvent).filter((event) => event?.action === 'health_status');
    expect(new Set(health.map((event) => event?.health))).toEqual(new Set(['healthy', 'unhealthy']));
  });
});

describe('what is not an answer of the engine', () => {
  it.each(['', '{}', 'null', '[1, {"Id": 5}, null]', '<html>'])('has no containers: %s', (text) => {
    expect(decodeContainers(text)).toEqual([]);
  });

  it.each(['', 'null', '{}', '[]', '{"Action":"die"}'])('is no event: %s', (line) => {
    expect(decodeEvent(line)).toBeUndefined();
  });
});

it('reads events in the words of Podman', () => {
  const line =
    '{"ContainerExitCode":137,"ID":"abc","Image":"flink","Name":"x","Status":"died","Time":"2026-11-23T07:00:00Z","Type":"container","Attributes":{"com.docker.compose.service":"taskmanager"}}';
  expect(decodeEvent(line)).toEqual({ action: 'die', id: 'abc', exitCode: 137 });
});
