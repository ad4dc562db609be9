import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemProcessTable } from '../../src/core/environment/common/processTable';
import type { JobSubmission } from '../../src/core/environment/environment';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import { FlinkJobOperations } from '../../src/core/savepoints/flinkJobOperations';
import type { SavepointStore } from '../../src/core/savepoints/savepointStore';
import { Store } from '../../src/core/state/store';
import { systemClock, type Clock } from '../../src/core/util/clock';
import { silentLogger } from '../../src/core/util/logger';
import type { StoredSavepoint } from '../../src/shared/model/savepoints';
import { runningEnvironment } from './builders/environment';

/** What a window over a folder and a Flink sees: enough of an environment for operations on jobs. */
export interface WindowOptions {
  readonly folder: string;
  readonly port: number;
  readonly stored?: readonly StoredSavepoint[];
  /** Deadline of a call of Flink's, a second unless given. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

export function openWindow({
  folder,
  port,
  stored = [],
  timeoutMs = 1000,
  clock = systemClock,
}: WindowOptions): FlinkJobOperations {
  const endpoints = { rest: `http://127.0.0.1:${port}`, brokers: ['127.0.0.1:9099'] };
  return new FlinkJobOperations({
    environment: {
      snapshot: new Store(runningEnvironment({ endpoints })),
      operationsDirectory: join(folder, 'operations'),
      jobSubmission: () => Promise.resolve(submission(folder)),
      savepointStore: storeOf(stored),
    },
    createClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger, timeoutMs }),
    table: systemProcessTable(),
    clock,
    logger: silentLogger,
    changed: () => undefined,
  });
}

function submission(folder: string): JobSubmission {
  const jar = (version: string): { path: string; name: string } => {
    const path = join(folder, `${version}.jar`);
    writeFileSync(path, version);
    return { path, name: `click-event-count-${version}.jar` };
  };
  return {
    jars: { v1: jar('v1'), v2: jar('v2'), v3: jar('v3') },
    flinkConfiguration: { 'pipeline.classpaths': 'file:/connector.jar' },
    bootstrapServers: '127.0.0.1:9099',
    savepointDirectory: 'file:///data/savepoints',
  };
}

function storeOf(stored: readonly StoredSavepoint[]): SavepointStore {
  const missing = (path: string): StoredSavepoint => ({
    path,
    kind: 'savepoint',
    condition: 'missing',
    filesChecked: 0,
    filesUnknown: 0,
  });
  return {
    restMs: 0,
    list: () => Promise.resolve(stored),
    stat: (path) => Promise.resolve(stored.find((each) => path.endsWith(each.path)) ?? missing(path)),
    delete: () => Promise.reject(new Error('Nothing is deleted here.')),
    seenByAll: () => true,
    folder: () => Promise.resolve('/data/savepoints'),
  };
}
