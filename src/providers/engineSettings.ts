import { resolve } from 'node:path';
import type { EngineSettings } from '../core/engineApi';
import type { SettingsReader } from '../host/settings';

/**
 * The settings as the engine takes them.
 * @param workspaceFolder from where a path in them counts; absent in a window without a folder
 */
export function engineSettings(settings: SettingsReader, workspaceFolder?: string): EngineSettings {
  const composeFile = settings('compose.file');
  return {
    javaHome: settings('local.javaHome'),
    cacheDirectory: settings('local.cacheDirectory'),
    dataDirectory: settings('local.dataDirectory'),
    mirror: settings('local.mirror'),
    memory: settings('local.memory'),
    refreshIntervalMs: settings('refresh.interval') * 1000,
    environment: settings('environment'),
    composeCommand: settings('compose.command'),
    composeFile:
      composeFile === '' || workspaceFolder === undefined ? composeFile : resolve(workspaceFolder, composeFile),
    composeProject: settings('compose.project'),
    remoteRestUrl: settings('remote.restUrl'),
    remoteBrokers: settings('remote.brokers'),
  };
}
