import { commandEntryIds } from '../core/commandLines/commandForms';
import {
  environmentKinds,
  serviceNames,
  type EnvironmentKind,
  type JobVariant,
  type ServiceName,
} from '../shared/model/environment';
import { jobDocumentNames } from '../core/flink/restDocuments';
import type {
  ChangeArguments,
  CommandArguments,
  CallRestArguments,
  Confirmable,
  InstanceArguments,
  JobArguments,
  LogFileArguments,
  OperationArguments,
  PinMetricArguments,
  RescaleArguments,
  RestartArguments,
  RestoreArguments,
  SavepointArguments,
  SavepointPathArguments,
  JobDocumentArguments,
  OpenTimelineArguments,
  QueryMetricsArguments,
  SelectEnvironmentArguments,
  ShowCommandArguments,
  ShowExceptionsArguments,
  ShowFlameGraphArguments,
  ShowGraphArguments,
  StartArguments,
  StopJobArguments,
  UnpinMetricArguments,
} from './catalog';
import { optional } from '../core/util/optional';

/** An argument as it comes: from our code, a link, a test, or another extension. */
export type RawArguments = Readonly<Record<string, unknown>>;

/** For commands that take nothing. */
export function parseNothing(): Record<string, never> {
  return {};
}

export function parseConfirmable(raw: RawArguments): Confirmable {
  return raw['confirmed'] === true ? { confirmed: true } : {};
}

export function parseInstance(raw: RawArguments): InstanceArguments {
  return { ...parseConfirmable(raw), ...text(raw, 'instance') };
}

export function parseLogFile(raw: RawArguments): LogFileArguments {
  return { ...parseInstance(raw), ...text(raw, 'file') };
}

export function parseShowCommand(raw: RawArguments): ShowCommandArguments {
  const { form, shell } = raw;
  const action = commandEntryIds.find((id) => id === raw['action']);
  return {
    ...(action === undefined ? {} : { action }),
    ...text(raw, 'subject'),
    ...(form === 'cli' || form === 'rest' ? { form } : {}),
    ...(shell === 'posix' || shell === 'powershell' ? { shell } : {}),
    ...text(raw, 'job'),
    ...flag(raw, 'document'),
  };
}

export function parseJobDocument(raw: RawArguments): JobDocumentArguments {
  return {
    ...text(raw, 'job'),
    ...optional(
      'document',
      jobDocumentNames.find((name) => name === raw['document']),
    ),
  };
}

export function parseShowGraph(raw: RawArguments): ShowGraphArguments {
  return text(raw, 'job');
}

export function parseShowFlameGraph(raw: RawArguments): ShowFlameGraphArguments {
  return { ...text(raw, 'job'), ...text(raw, 'vertex') };
}

export function parseShowExceptions(raw: RawArguments): ShowExceptionsArguments {
  return text(raw, 'job');
}

export function parseOpenTimeline(raw: RawArguments): OpenTimelineArguments {
  return text(raw, 'job');
}

export function parseQueryMetrics(raw: RawArguments): QueryMetricsArguments {
  return { ...text(raw, 'job'), ...text(raw, 'vertex'), ...optional('metrics', textsOf(raw['metrics'])) };
}

export function parsePinMetric(raw: RawArguments): PinMetricArguments {
  const { metrics, subtask } = raw;
  return {
    ...text(raw, 'instance'),
    ...text(raw, 'job'),
    ...text(raw, 'vertex'),
    ...optional('subtask', typeof subtask === 'number' && Number.isSafeInteger(subtask) ? subtask : undefined),
    ...optional('metrics', textsOf(metrics)),
  };
}

export function parseUnpinMetric(raw: RawArguments): UnpinMetricArguments {
  return text(raw, 'pin');
}

export function parseCallRest(raw: RawArguments): CallRestArguments {
  const { body } = raw;
  return {
    ...parseConfirmable(raw),
    ...optional(
      'method',
      methods.find((name) => name === raw['method']),
    ),
    ...text(raw, 'path'),
    ...(isRecord(body) ? { body } : {}),
  };
}

const methods = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

export function parseTopic(raw: RawArguments): { readonly topic?: string } {
  return text(raw, 'topic');
}

export function parseNewTopic(raw: RawArguments): CommandArguments<'topic.create'> {
  const { config } = raw;
  const entries = isRecord(config) ? Object.entries(config) : [];
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    ...text(raw, 'topic'),
    ...positiveInteger(raw, 'partitions'),
    ...(isRecord(config) ? { config: Object.fromEntries(texts) } : {}),
  };
}

export function parseConfirmableTopic(raw: RawArguments): CommandArguments<'topic.delete'> {
  return { ...parseConfirmable(raw), ...text(raw, 'topic') };
}

export function parseCopy(raw: RawArguments): { readonly copy?: boolean; readonly read?: boolean } {
  return {
    ...(typeof raw['copy'] === 'boolean' ? { copy: raw['copy'] } : {}),
    ...(typeof raw['read'] === 'boolean' ? { read: raw['read'] } : {}),
  };
}

/** Takes any number: one that makes no sense gets an answer, which a question for another would not be. */
export function parseCount(raw: RawArguments): Confirmable & { readonly count?: number } {
  return {
    ...parseConfirmable(raw),
    ...optional('count', typeof raw['count'] === 'number' ? raw['count'] : undefined),
  };
}

export function parseService(raw: RawArguments): Confirmable & { readonly service?: ServiceName } {
  const service = serviceNames.find((name) => name === raw['service']);
  return { ...parseConfirmable(raw), ...(service === undefined ? {} : { service }) };
}

export function parseSelectEnvironment(raw: RawArguments): SelectEnvironmentArguments {
  const { environment, running } = raw;
  const choice = environment === 'auto' ? environment : kindOf(environment);
  return {
    ...optional('environment', choice),
    ...optional(
      'running',
      keepOrStop.find((word) => word === running),
    ),
  };
}

const keepOrStop = ['keep', 'stop'] as const;

function kindOf(raw: unknown): EnvironmentKind | undefined {
  return environmentKinds.find((kind) => kind === raw);
}

export function parseStart(raw: RawArguments): StartArguments {
  const { kafkaMode, variant, speed, scheduler } = raw;
  return {
    ...optional('environment', kindOf(raw['environment'])),
    ...text(raw, 'flinkVersion'),
    ...(kafkaMode === 'kraft' || kafkaMode === 'zookeeper' ? { kafkaMode } : {}),
    ...positiveInteger(raw, 'parallelism'),
    ...positiveInteger(raw, 'taskManagers'),
    ...(scheduler === 'default' || scheduler === 'adaptive' ? { scheduler } : {}),
    ...(typeof speed === 'number' && Number.isFinite(speed) && speed > 0 ? { speed } : {}),
    ...(isRecord(variant) ? { variant: parseVariant(variant) } : {}),
  };
}

export function parseJob(raw: RawArguments): JobArguments {
  return { ...parseConfirmable(raw), ...text(raw, 'job') };
}

export function parseSavepoint(raw: RawArguments): SavepointArguments {
  const { format } = raw;
  return {
    ...parseJob(raw),
    ...(format === 'canonical' || format === 'native' ? { format } : {}),
    ...text(raw, 'targetDirectory'),
  };
}

export function parseStopJob(raw: RawArguments): StopJobArguments {
  return { ...parseSavepoint(raw), ...flag(raw, 'drain') };
}

export function parseRestart(raw: RawArguments): RestartArguments {
  return { ...parseStopJob(raw), ...parseChange(raw) };
}

export function parseRestore(raw: RawArguments): RestoreArguments {
  return { ...parseSavepointPath(raw), ...parseChange(raw) };
}

export function parseRescale(raw: RawArguments): RescaleArguments {
  const { how } = raw;
  return {
    ...parseSavepoint(raw),
    ...anyNumber(raw, 'parallelism'),
    ...positiveInteger(raw, 'taskManagers'),
    ...flag(raw, 'acceptWaiting'),
    ...(how === 'savepoint' || how === 'inPlace' ? { how } : {}),
  };
}

export function parseSavepointPath(raw: RawArguments): SavepointPathArguments {
  return { ...parseConfirmable(raw), ...text(raw, 'savepoint') };
}

export function parseOperation(raw: RawArguments): OperationArguments {
  const { choice } = raw;
  return {
    ...parseConfirmable(raw),
    ...text(raw, 'operation'),
    ...(choice === 'wanted' || choice === 'previous' ? { choice } : {}),
  };
}

function parseChange(raw: RawArguments): ChangeArguments {
  const { args, claimMode } = raw;
  return {
    ...text(raw, 'jar'),
    ...text(raw, 'entryClass'),
    ...(Array.isArray(args) && args.every((each) => typeof each === 'string') ? { args } : {}),
    ...anyNumber(raw, 'parallelism'),
    ...flag(raw, 'allowNonRestoredState'),
    ...(claimMode === 'CLAIM' || claimMode === 'NO_CLAIM' ? { claimMode } : {}),
    ...flag(raw, 'acceptWaiting'),
  };
}

function parseVariant(raw: RawArguments): Partial<JobVariant> {
  return {
    ...flag(raw, 'checkpointing'),
    ...flag(raw, 'eventTime'),
    ...flag(raw, 'backpressure'),
    ...flag(raw, 'chaining'),
    ...flag(raw, 'exactlyOnce'),
    ...positiveInteger(raw, 'checkpointIntervalMs'),
  };
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
}

function flag<K extends string>(raw: RawArguments, name: K): { readonly [P in K]?: boolean } {
  return optional(name, typeof raw[name] === 'boolean' ? raw[name] : undefined);
}

function text<K extends string>(raw: RawArguments, name: K): { readonly [P in K]?: string } {
  return optional(name, typeof raw[name] === 'string' ? raw[name] : undefined);
}

function positiveInteger<K extends string>(raw: RawArguments, name: K): { readonly [P in K]?: number } {
  const value = raw[name];
  return optional(name, typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined);
}

/** A number that is wrong is said to be so, where it is used. */
function anyNumber<K extends string>(raw: RawArguments, name: K): { readonly [P in K]?: number } {
  return optional(name, typeof raw[name] === 'number' ? raw[name] : undefined);
}

function isRecord(value: unknown): value is RawArguments {
  return typeof value === 'object' && value !== null;
}
