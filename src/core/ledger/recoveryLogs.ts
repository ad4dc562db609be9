import { join } from 'node:path';
import type { EnvironmentSnapshot } from '../../shared/model/environment';
import { remoteFolder } from '../environment/remote/remoteTarget';
import type { ReadableStore } from '../state/store';
import { RecoveryLog } from './recoveryLog';

/** The log of recoveries beside the data of the environment that is looked at, whichever it is at the moment of the call. */
export function recoveryLogs(
  dataDirectory: string,
  environment: ReadableStore<EnvironmentSnapshot>,
): Pick<RecoveryLog, 'read' | 'append'> {
  const logs = new Map<string, RecoveryLog>();
  const current = (): RecoveryLog => {
    const file = join(folderOf(dataDirectory, environment.value), 'recoveries.log');
    const log = logs.get(file) ?? new RecoveryLog(file);
    logs.set(file, log);
    return log;
  };
  return {
    read: () => current().read(),
    append: (mark) => current().append(mark),
  };
}

/** Of remote clusters each has its own. */
function folderOf(dataDirectory: string, { kind, endpoints }: EnvironmentSnapshot): string {
  const folder = join(dataDirectory, kind);
  return kind === 'remote' && endpoints !== undefined ? remoteFolder(folder, endpoints) : folder;
}
