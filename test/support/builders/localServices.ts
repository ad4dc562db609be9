import { join } from 'node:path';
import { ClassArchives } from '../../../src/core/environment/local/cds';
import { InstanceRegistry } from '../../../src/core/environment/local/instanceRegistry';
import { KraftFolders } from '../../../src/core/environment/local/kraftFolder';
import { LocalPaths } from '../../../src/core/environment/local/localPaths';
import type { LocalServices } from '../../../src/core/environment/local/services';
import { Session } from '../../../src/core/environment/local/session';
import { emptyState, StateFile, type ProfileRecord } from '../../../src/core/environment/local/stateFile';
import { TransitionLock } from '../../../src/core/environment/common/lock';
import { PortReservations } from '../../../src/core/environment/common/portReservations';
import { systemProcessTable } from '../../../src/core/environment/common/processTable';
import type { Clock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';
import { tutorialVariant, type JobVariant } from '../../../src/shared/model/environment';
import { FakeClock } from './fakeClock';

/** The profile of `localSession`'s run. */
export const localProfile = 'flink-2.2.1-kraft';

/** What the parts of a local environment share, over an empty folder, as far as no process and no jar is needed. */
export function localServices(folder: string, clock: Clock = new FakeClock()): LocalServices {
  const paths = new LocalPaths(folder);
  const table = systemProcessTable();
  const unexpected = (): never => {
    throw new Error('Not needed here.');
  };
  return {
    clock,
    paths,
    table,
    registry: new InstanceRegistry(table, clock),
    lock: new TransitionLock(paths.locks, table),
    ports: new PortReservations({
      directory: join(folder, 'ports'),
      holder: folder,
      table,
      clock,
      logger: silentLogger,
    }),
    stateFile: new StateFile(paths.stateFile),
    archives: new ClassArchives(folder, silentLogger),
    kraftFolders: new KraftFolders(folder, silentLogger),
    jarsDirectory: folder,
    artifacts: { ensure: () => Promise.resolve(new Map()), verify: unexpected },
    findJava: unexpected,
    kafka: { clusterId: unexpected, ensureTopics: unexpected },
    flinkClient: unexpected,
    memory: () => 'small',
    logger: silentLogger,
  };
}

/** A transition of a playground that runs the tutorial's job, with this record of it. */
export async function localSession(
  services: LocalServices,
  recorded: ProfileRecord,
  change: Partial<JobVariant> = {},
): Promise<Session> {
  const run = {
    instanceKey: '7d5c1c0e-6a0f-4f0e-9a51-3f1c2b7f0a10',
    phase: 'running' as const,
    options: {
      flinkVersion: '2.2.1',
      kafkaMode: 'kraft' as const,
      variant: { ...tutorialVariant, ...change },
      parallelism: 1,
      taskManagers: 1,
      speed: 1,
    },
    ports: { rest: 8081, rpc: 6123, broker: 9092 },
    notices: [],
    instances: [],
  };
  const lock = await services.lock.acquire('start');
  const live = new Session(services, lock, { state: { ...emptyState, run, profiles: { [localProfile]: recorded } } });
  // A job is submitted by a session whose run lives; here nothing else of it is needed.
  live.requireRun = () => run;
  return live;
}
