import * as z from 'zod/mini';
import type { LedgerRange, LedgerSummary, LedgerWindow } from '../../shared/model/ledger';
import { messageOf, PlaygroundError, type ErrorKind } from '../util/errors';
import { consumerGroup, topicSetting } from './topicsProtocol';
import {
  exportChunk,
  exportFormat,
  fieldNames,
  histogramRange,
  tailFilter,
  tailHistogram,
  tailRecord,
} from './tailViewProtocol';

/**
 * What the extension host and the Kafka worker say to each other. Both sides check every message against these schemas: a
 * defect on one side becomes one clear error there, not a strange one on the other.
 */

const count = z.int().check(z.nonnegative());
const offset = z.string().check(z.regex(/^\d{1,19}$/));
const topicName = z.string().check(z.minLength(1), z.maxLength(249));
const brokers = z.array(z.string().check(z.minLength(1))).check(z.minLength(1));
const session = count;
const ends = z.enum(['latest', 'earliest']);
const from = z.union([
  ends,
  z.strictObject({ last: z.int().check(z.minimum(1)) }),
  z.strictObject({ time: z.int() }),
  z.strictObject({ offset: z.bigint().check(z.gte(0n)) }),
]);
const nothing = z.undefined();

const tailRequest = z.object({
  brokers,
  topic: topicName,
  from,
  partitions: z.exactOptional(z.array(count)),
  isolation: z.exactOptional(z.enum(['committed', 'uncommitted'])),
  capacity: z.int().check(z.minimum(1), z.maximum(10_000_000)),
  maxValueLength: z.int().check(z.minimum(1)),
});

/** Positions as pairs, because what was read is told as plain data. */
const positions = z.array(z.tuple([count, z.bigint()]));

const tailResume = z.object({ positions, seq: count, total: count });

const ledgerRequest = z.object({
  brokers,
  topic: topicName,
  gapsTopic: z.exactOptional(topicName),
  windowMs: z.int().check(z.minimum(1)),
  expectedCount: count,
  pages: z.array(z.string()),
  contract: z.exactOptional(
    z.object({ start: z.string(), end: z.exactOptional(z.string()), key: z.string(), count: z.string() }),
  ),
  from: ends,
  eventTime: z.boolean(),
  recoveries: z.array(z.number()).check(z.maxLength(10_000)),
});

const topicSpec = z.object({
  name: topicName,
  partitions: z.int().check(z.minimum(1)),
  config: z.record(z.string(), z.string()),
});

const topicInfo = z.object({
  name: z.string(),
  internal: z.boolean(),
  partitions: z.array(z.object({ id: count, earliest: offset, latest: offset, leader: z.exactOptional(z.int()) })),
});

const tailRow = z.object({
  seq: count,
  partition: count,
  offset,
  timestamp: z.number(),
  key: z.nullable(z.string()),
  value: z.nullable(z.string()),
  keyCut: z.boolean(),
  valueCut: z.boolean(),
  headers: z.exactOptional(z.string()),
  fields: z.exactOptional(z.array(z.nullable(z.string()))),
  gap: z.exactOptional(z.object({ to: offset, missing: offset, cause: z.enum(['deleted', 'compacted', 'recreated']) })),
});

const tailState = z.object({
  topic: z.string(),
  status: z.enum(['connecting', 'live', 'paused', 'reconnecting', 'failed', 'ended']),
  message: z.exactOptional(z.string()),
  first: count,
  end: count,
  total: count,
  capacity: count,
  rate: z.number(),
  behind: z.exactOptional(count),
  matches: z.exactOptional(z.object({ first: count, end: count, left: count })),
  openTransactions: z.exactOptional(
    z.array(z.object({ partition: count, offset, waiting: offset, since: z.number() })),
  ),
});

const judged = {
  verdict: z.enum(['PASS', 'PASS WITH DUPLICATES', 'FAIL', 'CANNOT TELL']),
  reasons: z.array(z.looseObject({ code: z.string() })),
  totals: z.record(z.string(), z.number()),
};

/** These come from our own ledger, whose shapes are large: what code relies on without looking is checked. */
const ledgerRange = z.custom<LedgerRange>(
  (value) =>
    z.object({ ...judged, start: z.number(), end: z.number(), pages: z.number(), closed: z.boolean() }).safeParse(value)
      .success,
);

const ledgerWindow = z.custom<LedgerWindow>(
  (value) =>
    z
      .object({
        start: z.number(),
        end: z.number(),
        closed: z.boolean(),
        writtenAt: z.exactOptional(z.number()),
        cells: z.array(z.object({ page: z.string(), status: z.string(), records: count })),
      })
      .safeParse(value).success,
);

const ledgerSummary = z.custom<LedgerSummary>(
  (value) =>
    z
      .object({
        ...judged,
        timeForm: z.exactOptional(z.enum(['iso', 'number', 'halfDays'])),
        recent: z.array(z.looseObject({ start: z.number(), cells: z.array(z.looseObject({ page: z.string() })) })),
      })
      .safeParse(value).success,
);

const kinds = [
  'java',
  'engine',
  'download',
  'disk',
  'port',
  'process',
  'busy',
  'unreachable',
  'protocol',
  'notFound',
  'rejected',
  'stranger',
  'state',
  'timeout',
  'input',
  'internal',
] as const satisfies readonly ErrorKind[];

const failure = z.object({
  kind: z.enum(kinds),
  message: z.string(),
  remedy: z.exactOptional(z.string()),
  detail: z.exactOptional(z.string()),
});

/** What the host asks of the worker: arguments and answer by method. */
export const workerMethods = {
  clusterId: { args: z.tuple([brokers]), answer: z.string() },
  describeTopics: { args: z.tuple([brokers]), answer: z.array(topicInfo) },
  createTopic: { args: z.tuple([brokers, topicSpec]), answer: nothing },
  deleteTopic: { args: z.tuple([brokers, topicName]), answer: nothing },
  topicSettings: { args: z.tuple([brokers, topicName]), answer: z.array(topicSetting) },
  groups: { args: z.tuple([brokers]), answer: z.array(consumerGroup) },
  ensureTopics: { args: z.tuple([brokers, z.array(topicSpec)]), answer: nothing },
  openTail: { args: z.tuple([session, tailRequest, z.optional(tailResume)]), answer: nothing },
  openLedger: { args: z.tuple([session, ledgerRequest]), answer: nothing },
  rows: { args: z.tuple([session, count, count, fieldNames]), answer: z.array(tailRow) },
  matches: { args: z.tuple([session, count, count, fieldNames]), answer: z.array(tailRow) },
  setFilter: { args: z.tuple([session, z.optional(tailFilter)]), answer: nothing },
  record: { args: z.tuple([session, count]), answer: z.optional(tailRecord) },
  fields: { args: z.tuple([session]), answer: z.array(z.string()) },
  histogram: { args: z.tuple([session, histogramRange]), answer: tailHistogram },
  startExport: { args: z.tuple([session, exportFormat]), answer: count },
  nextExport: { args: z.tuple([session, count]), answer: exportChunk },
  endExport: { args: z.tuple([session, count]), answer: nothing },
  value: { args: z.tuple([session, count]), answer: z.optional(z.string()) },
  setPaused: { args: z.tuple([session, z.boolean()]), answer: nothing },
  clear: { args: z.tuple([session]), answer: nothing },
  end: { args: z.tuple([session]), answer: nothing },
  noteRecovery: { args: z.tuple([session, z.number()]), answer: nothing },
  across: { args: z.tuple([session, z.number(), z.number()]), answer: z.optional(ledgerRange) },
  windows: { args: z.tuple([session, z.int().check(z.minimum(1), z.maximum(5000))]), answer: z.array(ledgerWindow) },
  close: { args: z.tuple([session]), answer: nothing },
  shutdown: { args: z.tuple([]), answer: nothing },
};

/** What the worker tells the host: arguments by method. None has an answer. */
export const hostMethods = {
  tailState: { args: z.tuple([session, tailState, positions]), answer: nothing },
  ledgerSummary: { args: z.tuple([session, ledgerSummary]), answer: nothing },
  log: { args: z.tuple([z.enum(['trace', 'debug', 'info', 'warn', 'error']), z.string()]), answer: nothing },
};

export const workerData = z.object({ l10nContents: z.exactOptional(z.string()) });

type Methods = Readonly<
  Record<string, { readonly args: z.core.$ZodType<unknown[]>; readonly answer: z.core.$ZodType }>
>;

/** The functions that belong to a table of methods. */
export type Functions<M extends Methods> = {
  readonly [K in keyof M]: (...args: z.infer<M[K]['args']>) => Promise<z.infer<M[K]['answer']>>;
};

export type WorkerFunctions = Functions<typeof workerMethods>;
export type HostFunctions = Functions<typeof hostMethods>;
export type TailResumeData = z.infer<typeof tailResume>;

type Failure = z.infer<typeof failure>;

/** An answer that survives the copy between threads: errors lose their class and fields on the way. */
export type Reply = { readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly failure: Failure };

const reply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), answer: z.optional(z.unknown()) }),
  z.object({ ok: z.literal(false), failure }),
]);

/**
 * The function behind a name that came from the other side: only names of the table, never what an object inherits. It checks
 * its arguments and answers with a {@link Reply}, whatever happens.
 */
export function receiver<M extends Methods>(
  methods: M,
  functions: Functions<M>,
): (name: string) => ((...args: unknown[]) => Promise<Reply>) | undefined {
  return (name) => {
    if (!Object.hasOwn(methods, name) || !Object.hasOwn(functions, name)) return undefined;
    const method = methods[name];
    const call: unknown = functions[name];
    if (method === undefined || typeof call !== 'function') return undefined;
    return async (...args) => {
      try {
        const checked = z.safeParse(method.args, args);
        if (!checked.success)
          throw new PlaygroundError('internal', `The arguments of ${name} are not what they should be.`);
        return { ok: true, answer: await Reflect.apply(call, undefined, checked.data) };
      } catch (error) {
        return { ok: false, failure: describeFailure(error) };
      }
    };
  };
}

/** The answer in a reply, or the error in it as it was thrown on the other side. */
export function unwrap<A>(name: string, schema: z.core.$ZodType<A>, message: unknown): A {
  const received = z.safeParse(reply, message);
  if (!received.success) throw new PlaygroundError('internal', `The reply to ${name} is not what it should be.`);
  if (!received.data.ok) throw restoreFailure(received.data.failure);
  const answer = z.safeParse(schema, received.data.answer);
  if (!answer.success) throw new PlaygroundError('internal', `The answer of ${name} is not what it should be.`);
  return answer.data;
}

function describeFailure(error: unknown): Failure {
  const known = PlaygroundError.is(error);
  const { remedy, detail } = known ? error : { remedy: undefined, detail: undefined };
  return {
    kind: known ? error.kind : 'internal',
    message: messageOf(error),
    ...(remedy === undefined ? {} : { remedy }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function restoreFailure({ kind, message, remedy, detail }: Failure): PlaygroundError {
  return new PlaygroundError(kind, message, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(detail === undefined ? {} : { detail }),
  });
}
