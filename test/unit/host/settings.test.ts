import { describe, expect, it } from 'vitest';
import { settingsReader, type SettingName } from '../../../src/host/settings';
import { defaultSettings } from '../../../src/core/engineApi';
import { engineSettings } from '../../../src/providers/engineSettings';

function reader(values: Partial<Record<SettingName, unknown>>): ReturnType<typeof settingsReader> {
  return settingsReader((name) => values[name]);
}

describe('a setting', () => {
  it('has its default when it is not set or has no usable value', () => {
    const settings = reader({ 'kafka.mode': 'raft', 'tail.capacity': 'many', 'local.javaHome': 17 });
    expect(settings('kafka.mode')).toBe('kraft');
    expect(settings('tail.capacity')).toBe(100_000);
    expect(settings('local.javaHome')).toBe('');
    expect(settings('refresh.interval')).toBe(2);
  });

  it('that is a number is brought within its limits', () => {
    expect(reader({ 'refresh.interval': 0 })('refresh.interval')).toBe(0.5);
    expect(reader({ 'refresh.interval': 3600 })('refresh.interval')).toBe(60);
    expect(reader({ 'refresh.interval': Number.NaN })('refresh.interval')).toBe(2);
  });

  it('that is a text has no spaces around it, as a pasted path may have', () => {
    expect(reader({ 'local.javaHome': ' /opt/java ' })('local.javaHome')).toBe('/opt/java');
  });
});

describe('the settings of the engine', () => {
  it('are those of the person, in the units of core', () => {
    const settings = reader({
      'refresh.interval': 0.5,
      'local.memory': 'large',
      'local.mirror': 'https://mirror.test/',
    });
    expect(engineSettings(settings)).toEqual({
      ...defaultSettings,
      memory: 'large',
      mirror: 'https://mirror.test/',
      refreshIntervalMs: 500,
    });
  });
});
