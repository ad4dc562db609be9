import type { ContainerFacts } from '../../../src/core/environment/compose/containerRecords';
import { noon } from './flink';

/** A container of ours that was started a minute ago and runs; it has no health check. */
export function container(changes: Pick<ContainerFacts, 'service'> & Partial<ContainerFacts>): ContainerFacts {
  const { service, number = 1 } = changes;
  return {
    id: `${service}-${number}`,
    name: `flink-playground-${service}-${number}`,
    image: 'flink-playground:2.2.1',
    project: 'flink-playground',
    number,
    status: 'running',
    outOfMemory: false,
    restarts: 0,
    startedAt: noon - 60_000,
    addresses: [],
    ports: [],
    environment: new Map(),
    configFiles: [],
    ...changes,
  };
}

/** A JobManager whose REST server is published as our compose file does. */
export function jobManager(changes: Partial<ContainerFacts> = {}): ContainerFacts {
  return container({
    service: 'jobmanager',
    health: 'healthy',
    ports: [{ container: 8081, hostAddress: '127.0.0.1', host: 8081 }],
    ...changes,
  });
}

export function taskManager(number: number, changes: Partial<ContainerFacts> = {}): ContainerFacts {
  return container({ service: 'taskmanager', number, addresses: [`172.18.0.${10 + number}`], ...changes });
}
