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
  };
}
