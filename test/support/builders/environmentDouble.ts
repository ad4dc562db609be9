import type { Capabilities, Environment } from '../../../src/core/environment/environment';
import { Store } from '../../../src/core/state/store';
import { Emitter } from '../../../src/core/util/emitter';
import type { EnvironmentKind, EnvironmentSnapshot, InstanceEvent } from '../../../src/shared/model/environment';
import { environment } from './environment';

export interface EnvironmentDouble {
  readonly environment: Environment;
  readonly snapshot: Store<EnvironmentSnapshot>;
  readonly events: Emitter<InstanceEvent>;
  /** Names of the methods that were called, in order. */
  readonly calls: string[];
}

/** One way of running the playground whose state the test sets, and which does whatever it is told. */
export function environmentDouble(
  kind: EnvironmentKind,
  state: Partial<EnvironmentSnapshot> = {},
  says: Partial<Environment> = {},
): EnvironmentDouble {
  const snapshot = new Store(environment({ kind, ...state }));
  const events = new Emitter<InstanceEvent>();
  const calls: string[] = [];
  const done = (name: string) => (): Promise<void> => {
    calls.push(name);
    return Promise.resolve();
  };
  const own = kind !== 'remote';
  const capabilities: Capabilities = { lifecycle: own, processes: own, scale: own, logs: own, cli: own };
  const double: Environment = {
    kind,
    capabilities,
    snapshot,
    onInstanceEvent: events.event,
    operationsDirectory: `/operations/${kind}`,
    jobSubmission: () => Promise.reject(new Error(kind)),
    flinkCli: () => Promise.reject(new Error(kind)),
    commandPlaces: () => Promise.reject(new Error(kind)),
    refresh: done('refresh'),
    start: () => {
      calls.push('start');
      const timings = { downloadMs: 0, kafkaReadyMs: 0, flinkReadyMs: 0, jobRunningMs: 0 };
      return Promise.resolve({ jobId: kind, adopted: false, timings });
    },
    stop: done('stop'),
    restart: done('restart'),
    kill: done('kill'),
    startInstance: done('startInstance'),
    scaleTaskManagers: done('scaleTaskManagers'),
    followLogs: done('followLogs'),
    dispose: () => void calls.push('dispose'),
    ...says,
  };
  return { environment: double, snapshot, events, calls };
}
