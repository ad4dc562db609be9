import type { EnvironmentChoice, KafkaMode } from '../shared/model/environment';
import type { TimeZoneChoice } from '../shared/protocol/topicPanel';

/** The settings by name (after `flinkPlayground.`), as the manifest declares them. */
export interface SettingTypes {
  readonly environment: EnvironmentChoice;
  readonly 'flink.version': string;
  readonly 'kafka.mode': KafkaMode;
  readonly 'local.javaHome': string;
  readonly 'local.memory': 'small' | 'large';
  readonly 'local.onExit': 'keep' | 'stop';
  readonly 'local.cacheDirectory': string;
  readonly 'local.dataDirectory': string;
  readonly 'local.mirror': string;
  readonly 'compose.command': string;
  readonly 'compose.file': string;
  readonly 'compose.project': string;
  readonly 'remote.restUrl': string;
  readonly 'remote.brokers': string;
  /** Seconds. */
  readonly 'refresh.interval': number;
  /** Records. */
  readonly 'tail.capacity': number;
  /** Bytes. */
  readonly 'tail.maxValueLength': number;
  readonly 'time.zone': TimeZoneChoice;
  /** As it stands there: who reads it says what is wrong with it. */
  readonly 'ledger.contracts': unknown;
}

export type SettingName = keyof SettingTypes;

/** What a setting is when the person's own value is missing or of no use, and how such a value is told. */
export interface SettingSpec<T> {
  readonly fallback: T;
  read(raw: unknown): T | undefined;
}

const text = (fallback: string): SettingSpec<string> => ({
  fallback,
  read: (raw) => (typeof raw === 'string' ? raw.trim() : undefined),
});

function oneOf<T extends string>(fallback: NoInfer<T>, values: readonly T[]): SettingSpec<T> {
  return { fallback, read: (raw) => values.find((value) => value === raw) };
}

/** Numbers beyond the limits are brought to them: a settings file is edited by hand. */
function number(fallback: number, minimum: number, maximum: number): SettingSpec<number> {
  return {
    fallback,
    read: (raw) =>
      typeof raw === 'number' && Number.isFinite(raw) ? Math.min(maximum, Math.max(minimum, raw)) : undefined,
  };
}

/** Every setting once; the manifest's test holds names, defaults and limits against `package.json`. */
export const settingSpecs: { readonly [K in SettingName]: SettingSpec<SettingTypes[K]> } = {
  environment: oneOf('auto', ['auto', 'compose', 'local', 'remote']),
  'flink.version': text('2.2.1'),
  'kafka.mode': oneOf('kraft', ['kraft', 'zookeeper']),
  'local.javaHome': text(''),
  'local.memory': oneOf('small', ['small', 'large']),
  'local.onExit': oneOf('keep', ['keep', 'stop']),
  'local.cacheDirectory': text(''),
  'local.dataDirectory': text(''),
  'local.mirror': text(''),
  'compose.command': text(''),
  'compose.file': text(''),
  'compose.project': text('flink-playground'),
  'remote.restUrl': text(''),
  'remote.brokers': text(''),
  'refresh.interval': number(2, 0.5, 60),
  'tail.capacity': number(100_000, 1000, 1_000_000),
  'tail.maxValueLength': number(1024, 64, 65_536),
  'time.zone': oneOf('local', ['local', 'utc']),
  'ledger.contracts': { fallback: [], read: (raw) => raw },
};

export const settingNames = Object.keys(settingSpecs) as readonly SettingName[];

/** Reads one setting at the moment of the call. */
export type SettingsReader = <K extends SettingName>(name: K) => SettingTypes[K];

/** A reader over raw values as VS Code gives them: anything of the wrong form counts as not set. */
export function settingsReader(raw: (name: SettingName) => unknown): SettingsReader {
  return (name) => {
    const spec = settingSpecs[name];
    return spec.read(raw(name)) ?? spec.fallback;
  };
}
