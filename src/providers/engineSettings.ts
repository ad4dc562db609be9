import type { EngineSettings } from '../core/engineApi';
import type { SettingsReader } from '../host/settings';

/** The settings as the engine takes them. */
export function engineSettings(settings: SettingsReader): EngineSettings {
  return {
    javaHome: settings('local.javaHome'),
    cacheDirectory: settings('local.cacheDirectory'),
    dataDirectory: settings('local.dataDirectory'),
    mirror: settings('local.mirror'),
    memory: settings('local.memory'),
    refreshIntervalMs: settings('refresh.interval') * 1000,
    environment: settings('environment'),
    composeCommand: settings('compose.command'),
    composeFile: settings('compose.file'),
    composeProject: settings('compose.project'),
    remoteRestUrl: settings('remote.restUrl'),
    remoteBrokers: settings('remote.brokers'),
  };
}
