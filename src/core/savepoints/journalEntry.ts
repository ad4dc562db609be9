import * as z from 'zod/mini';
import type {
  JobRecipe,
  KnownRecipe,
  OperationFailure,
  OperationKind,
  OperationOutcome,
  SavepointFormat,
} from '../../shared/model/operations';

/** Goes up when the form changes so that an older extension would misread it. */
export const journalVersion = 1;

const hexId = z.string().check(z.regex(/^[0-9a-f]{32}$/));
const time = z.number();
const text = z.string();

/** Who is at an operation: a process by pid and start time, and one engine in it by a token. */
const owner = z.object({ pid: z.int().check(z.positive()), startToken: text, token: text });
export type OperationOwner = z.infer<typeof owner>;

const jar = z.discriminatedUnion('from', [
  z.object({ from: z.literal('playground'), version: z.enum(['v1', 'v2', 'v3']) }),
  z.object({ from: z.literal('file'), path: text }),
  z.object({ from: z.literal('cluster'), id: text, name: text }),
]);

const knownRecipe = z.object({
  jar: z.exactOptional(jar),
  entryClass: z.exactOptional(text),
  args: z.readonly(z.array(text)),
  parallelism: z.int().check(z.positive()),
  allowNonRestoredState: z.exactOptional(z.boolean()),
});

export const recipeSchema = z.object({ ...knownRecipe.shape, jar });

const failure = z.object({ message: text, remedy: z.exactOptional(text), detail: z.exactOptional(text) });

/** The first line of every entry: the intent, with everything that is needed to carry it out. */
const began = z.object({
  type: z.literal('began'),
  version: z.literal(journalVersion),
  at: time,
  id: hexId,
  kind: z.enum(['savepoint', 'stop', 'restart', 'restore', 'rescale']),
  owner,
  jobId: z.exactOptional(text),
  jobName: text,
  format: z.exactOptional(z.enum(['canonical', 'native'])),
  drain: z.exactOptional(z.boolean()),
  targetDirectory: z.exactOptional(text),
  savepointPath: z.exactOptional(text),
  /** Chosen now, so that the job that goes on is known whatever happens to later lines. */
  successorId: z.exactOptional(hexId),
  claimMode: z.exactOptional(z.enum(['CLAIM', 'NO_CLAIM'])),
  previous: z.exactOptional(knownRecipe),
  wanted: z.exactOptional(recipeSchema),
  /** Done by Stop or Start of the playground, and not asked for by a person: which stop it belongs to. */
  parked: z.exactOptional(z.object({ stop: hexId, own: z.boolean() })),
});

const line = z.discriminatedUnion('type', [
  began,
  z.object({ type: z.literal('owner'), at: time, owner }),
  z.object({ type: z.literal('released'), at: time }),
  /** Before Flink is asked for the savepoint, or for the stop with one. */
  z.object({ type: z.literal('requested'), at: time, triggerId: hexId }),
  z.object({ type: z.literal('saved'), at: time, path: text }),
  z.object({ type: z.literal('stopped'), at: time }),
  /** Before Flink is asked to run the job that goes on. */
  z.object({
    type: z.literal('submitting'),
    at: time,
    successorId: hexId,
    recipe: recipeSchema,
    claimMode: z.exactOptional(z.enum(['CLAIM', 'NO_CLAIM'])),
  }),
  /** All tasks of the job that goes on ran. */
  z.object({ type: z.literal('running'), at: time, downtimeMs: z.exactOptional(z.number()) }),
  z.object({ type: z.literal('failed'), at: time, failure }),
  z.object({
    type: z.literal('closed'),
    at: time,
    outcome: z.enum(['done', 'failed', 'cancelled', 'dismissed']),
    failure: z.exactOptional(failure),
    /** It ended while nobody watched: the person is told until `seen`. */
    unwatched: z.exactOptional(z.boolean()),
    /** What was found when it was looked at, for the person. */
    summary: z.exactOptional(text),
  }),
  z.object({ type: z.literal('seen'), at: time }),
]);

export type BeganLine = z.infer<typeof began>;
export type JournalLine = z.infer<typeof line>;

export interface ClosedEntry {
  readonly at: number;
  readonly outcome: OperationOutcome;
  /** Only where it ended while nobody watched: the person is to be told. */
  readonly summary: string | undefined;
}

/** One operation as far as its lines say. */
export interface JournalEntry {
  readonly id: string;
  readonly kind: OperationKind;
  /** Absent when the owner let go, which a living one does when the person stops watching. */
  readonly owner: OperationOwner | undefined;
  readonly jobId: string | undefined;
  readonly jobName: string;
  readonly startedAt: number;
  readonly format: SavepointFormat;
  readonly drain: boolean;
  readonly targetDirectory: string | undefined;
  readonly claimMode: 'CLAIM' | 'NO_CLAIM' | undefined;
  readonly previous: KnownRecipe | undefined;
  readonly wanted: JobRecipe | undefined;
  /** Part of a stop of the whole playground, or of the start after it; `own` for the playground's job. */
  readonly parked: { readonly stop: string; readonly own: boolean } | undefined;
  /** The request to Flink that was made last, and when. */
  readonly triggerId: string | undefined;
  readonly requestedAt: number;
  readonly savepointPath: string | undefined;
  readonly stopped: boolean;
  readonly successorId: string | undefined;
  /** Flink was or may have been asked to run the successor. */
  readonly submitted: boolean;
  readonly running: boolean;
  readonly downtimeMs: number | undefined;
  readonly failure: OperationFailure | undefined;
  readonly closed: ClosedEntry | undefined;
  readonly seen: boolean;
}

/** What a file of the journal holds: an entry, one that only a newer version of the extension can read, or nothing that counts. */
export type ReadEntry = { readonly entry: JournalEntry } | { readonly newer: true } | undefined;

export function formatLine(entry: JournalLine): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads the lines of one file. One that was cut short, or that is damaged, is left out and the rest counts: each line says
 * something that was true when it was written. Without the first line nothing was begun.
 */
export function readEntry(content: string): ReadEntry {
  const [first, ...rest] = content.split('\n');
  const header = parse(first ?? '');
  if (versionOf(header) > journalVersion) return { newer: true };
  const start = z.safeParse(began, header);
  if (!start.success) return undefined;
  let entry = beginning(start.data);
  for (const lineText of rest) {
    const read = z.safeParse(line, parse(lineText));
    if (read.success) entry = follow(entry, read.data);
  }
  return { entry };
}

export function beginning(start: BeganLine): JournalEntry {
  return {
    id: start.id,
    kind: start.kind,
    owner: start.owner,
    jobId: start.jobId,
    jobName: start.jobName,
    startedAt: start.at,
    format: start.format ?? 'canonical',
    drain: start.drain ?? false,
    targetDirectory: start.targetDirectory,
    claimMode: start.claimMode,
    previous: start.previous,
    wanted: start.wanted,
    parked: start.parked,
    triggerId: undefined,
    requestedAt: 0,
    savepointPath: start.savepointPath,
    stopped: false,
    successorId: start.successorId,
    submitted: false,
    running: false,
    downtimeMs: undefined,
    failure: undefined,
    closed: undefined,
    seen: false,
  };
}

/** The entry after one more line. */
export function follow(entry: JournalEntry, next: JournalLine): JournalEntry {
  switch (next.type) {
    case 'began':
      break;
    case 'owner':
      return { ...entry, owner: next.owner };
    case 'released':
      return { ...entry, owner: undefined };
    case 'requested':
      return { ...entry, triggerId: next.triggerId, requestedAt: next.at };
    case 'saved':
      return { ...entry, savepointPath: next.path };
    case 'stopped':
      return { ...entry, stopped: true };
    case 'submitting':
      return {
        ...entry,
        submitted: true,
        failure: undefined,
        successorId: next.successorId,
        wanted: next.recipe,
        claimMode: next.claimMode,
      };
    case 'running':
      return { ...entry, running: true, downtimeMs: next.downtimeMs };
    case 'failed':
      return { ...entry, failure: next.failure };
    case 'closed':
      return {
        ...entry,
        owner: undefined,
        failure: next.failure ?? entry.failure,
        closed: { at: next.at, outcome: next.outcome, summary: next.unwatched === true ? next.summary : undefined },
      };
    case 'seen':
      return { ...entry, seen: true };
  }
  return entry;
}

function parse(lineText: string): unknown {
  try {
    return JSON.parse(lineText) as unknown;
  } catch {
    return undefined;
  }
}

function versionOf(raw: unknown): number {
  return typeof raw === 'object' && raw !== null && 'version' in raw && typeof raw.version === 'number'
    ? raw.version
    : 0;
}
