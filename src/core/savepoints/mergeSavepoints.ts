import { endedJobStates, type CheckpointInfo, type JobOverview } from '../../shared/model/flink';
import type { OperationRecord, OperationView } from '../../shared/model/operations';
import type { SavepointEntry, SavepointRestore, SavepointUse, StoredSavepoint } from '../../shared/model/savepoints';
import { savepointKey } from './savepointPath';

/** What Flink says of the checkpoints of one job. */
export interface JobStatistics {
  readonly available: readonly CheckpointInfo[];
  readonly restoredFrom?: string;
  /** The job had ended when it was asked about: nothing more comes to it. */
  readonly isFinal: boolean;
}

export interface SavepointSources {
  /** Everything in the environment's folders; `undefined` where they cannot be looked at. */
  readonly stored: readonly StoredSavepoint[] | undefined;
  /** Places that others name and that are not in those folders, by key. */
  readonly elsewhere: ReadonlyMap<string, StoredSavepoint>;
  /** `undefined` while it is not known which jobs run. */
  readonly jobs: readonly JobOverview[] | undefined;
  readonly statistics: ReadonlyMap<string, JobStatistics>;
  readonly open: readonly OperationView[];
  readonly history: readonly OperationRecord[];
  /** Keys of those that were deleted from here. */
  readonly deleted: ReadonlySet<string>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Known = Omit<Mutable<SavepointEntry>, 'restores' | 'filesUnknown' | 'drained'> & {
  restores: SavepointRestore[];
  filesUnknown: number;
  drained: boolean;
};

export function isOver({ state }: Pick<JobOverview, 'state'>): boolean {
  return endedJobStates.has(state);
}

/** All savepoints that anybody knows, each once, the newest first. */
export function mergeSavepoints(sources: SavepointSources): readonly SavepointEntry[] {
  const { stored, elsewhere, jobs, statistics, deleted } = sources;
  const known = new Map<string, Known>();
  const entry = (path: string): Known => {
    const key = savepointKey(path);
    let found = known.get(key);
    if (found === undefined) {
      found = { key, path, kind: 'savepoint', condition: 'unknown', drained: false, restores: [], filesUnknown: 0 };
      known.set(key, found);
    }
    return found;
  };
  for (const operation of [...sources.history, ...sources.open].sort((a, b) => a.startedAt - b.startedAt)) {
    noteOperation(operation, entry);
  }
  for (const [jobId, { available }] of statistics) {
    const name = jobs?.find((job) => job.id === jobId)?.name;
    for (const checkpoint of available) if (checkpoint.isSavepoint) noteStatistics(jobId, name, checkpoint, entry);
  }
  for (const files of stored ?? []) {
    if (files.kind === 'savepoint' || isRetained(files, jobs)) noteFiles(files, entry(files.path), jobs);
  }
  for (const found of known.values()) {
    const files = elsewhere.get(found.key);
    if (found.condition === 'unknown' && files !== undefined) noteFiles(files, found, jobs);
    const use = useOf(found.key, sources);
    if (use !== undefined) found.use = use;
  }
  return Array.from(known.values())
    .filter(({ key, condition }) => condition === 'whole' || condition === 'halfWritten' || !deleted.has(key))
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.key < b.key ? -1 : 1));
}

/** Paths that others know and that are not among the files that were found: they are missing, or lie elsewhere. */
export function placesToLookAt(sources: Omit<SavepointSources, 'elsewhere'>): readonly string[] {
  return mergeSavepoints({ ...sources, elsewhere: new Map() })
    .filter(({ condition }) => condition === 'unknown')
    .map(({ path }) => path);
}

function noteOperation(operation: OperationView | OperationRecord, entry: (path: string) => Known): void {
  const { kind, savepointPath, jobId, jobName, format, drain, previous, successorId, startedAt } = operation;
  if (savepointPath === undefined) return;
  const endedAt = 'endedAt' in operation ? operation.endedAt : undefined;
  const found = entry(savepointPath);
  if (kind === 'restore') {
    found.jobName ??= jobName;
    if (jobId !== undefined) found.jobId ??= jobId;
  } else {
    found.path = savepointPath;
    found.jobName = jobName;
    if (jobId !== undefined) found.jobId = jobId;
    found.at ??= startedAt;
    if (format !== undefined) found.format = format;
    if (drain === true) found.drained = true;
    if (previous !== undefined) {
      found.parallelism = previous.parallelism;
      found.args = previous.args;
    }
  }
  const wentOn = 'outcome' in operation && operation.outcome === 'done' && successorId !== undefined;
  if (wentOn && endedAt !== undefined) found.restores.push({ jobId: successorId, at: endedAt });
}

function noteStatistics(
  jobId: string,
  jobName: string | undefined,
  { externalPath, triggeredAt, durationMs, sizeBytes, format }: CheckpointInfo,
  entry: (path: string) => Known,
): void {
  if (externalPath === undefined) return;
  const found = entry(externalPath);
  found.path = externalPath;
  found.jobId = jobId;
  if (jobName !== undefined) found.jobName = jobName;
  found.at = triggeredAt + (durationMs ?? 0);
  if (sizeBytes !== undefined) found.sizeBytes = sizeBytes;
  if (format !== undefined) found.format = format;
}

function noteFiles(files: StoredSavepoint, found: Known, jobs: readonly JobOverview[] | undefined): void {
  found.kind = files.kind;
  found.condition = files.condition;
  found.filesUnknown = files.filesUnknown;
  if (files.problem !== undefined) found.problem = files.problem;
  if (files.origin !== undefined) found.origin = files.origin;
  if (files.writtenAt !== undefined) found.at = files.writtenAt;
  if (files.sizeBytes !== undefined) found.sizeBytes = files.sizeBytes;
  if (files.jobId === undefined) return;
  found.jobId ??= files.jobId;
  const candidates = jobs?.filter(({ id }) => id.startsWith(files.jobId ?? '')) ?? [];
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) {
    found.jobId = only.id;
    found.jobName ??= only.name;
  }
}

/** The checkpoints of a job that runs come and go; those that a job left behind stay. */
function isRetained({ jobId }: StoredSavepoint, jobs: readonly JobOverview[] | undefined): boolean {
  if (jobs === undefined) return false;
  const job = jobs.find(({ id }) => id === jobId);
  return job === undefined || isOver(job);
}

function useOf(key: string, { open, jobs, statistics }: SavepointSources): SavepointUse | undefined {
  const needed = open.some(
    ({ savepointPath, state }) =>
      savepointPath !== undefined && state !== 'lost' && savepointKey(savepointPath) === key,
  );
  if (needed) return { by: 'operation' };
  for (const job of jobs ?? []) {
    const known = statistics.get(job.id);
    if (known?.restoredFrom === undefined || isOver(job) || savepointKey(known.restoredFrom) !== key) continue;
    // From its own first checkpoint on, which is a whole one, the job does not go back to where it came from.
    if (!known.available.some(({ isSavepoint }) => !isSavepoint)) return { by: 'job', jobName: job.name };
  }
  return undefined;
}
