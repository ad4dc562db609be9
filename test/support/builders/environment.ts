import type { Capabilities } from '../../../src/core/environment/environment';
import type { EnvironmentSnapshot, InstanceSnapshot } from '../../../src/shared/model/environment';
import { noon } from './flink';

/** Of an environment that can do everything, as the local one. */
export const everything: Capabilities = { lifecycle: true, processes: true, scale: true, logs: true, cli: true };

/** Of an environment that is only looked at. */
export const lookingOnly: Capabilities = { lifecycle: false, processes: false, scale: false, logs: false, cli: false };

/** An environment of which nothing runs and nothing is kept. */
export function environment(changes: Partial<EnvironmentSnapshot> = {}): EnvironmentSnapshot {
  return { kind: 'local', phase: 'absent', services: [], steps: [], hasData: false, notices: [], ...changes };
}

/** A healthy instance that was started a minute ago. */
export function instance(changes: Pick<InstanceSnapshot, 'service'> & Partial<InstanceSnapshot>): InstanceSnapshot {
  return { id: changes.service, state: 'healthy', pid: 4711, startedAt: noon - 60_000, ...changes };
}

/** The playground as it runs after Start: a JobManager, one TaskManager, Kafka and the generator. */
export function runningEnvironment(changes: Partial<EnvironmentSnapshot> = {}): EnvironmentSnapshot {
  return environment({
    phase: 'running',
    flinkVersion: '2.2.1',
    kafkaVersion: '4.2.2',
    kafkaMode: 'kraft',
    endpoints: { rest: 'http://127.0.0.1:8081', brokers: ['127.0.0.1:9092'] },
    services: [
      { name: 'kafka', instances: [instance({ service: 'kafka', pid: 100 })] },
      { name: 'jobmanager', instances: [instance({ service: 'jobmanager', pid: 101 })] },
      { name: 'taskmanager', instances: [taskManagerInstance(1)] },
      { name: 'clickevent-generator', instances: [instance({ service: 'clickevent-generator', pid: 103 })] },
    ],
    hasData: true,
    ...changes,
  });
}

export function taskManagerInstance(number: number, changes: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  return instance({
    service: 'taskmanager',
    id: `taskmanager-${number}`,
    flinkId: `taskmanager-${number}-1700000000`,
    pid: 200 + number,
    ...changes,
  });
}
