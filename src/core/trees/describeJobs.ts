import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../shared/format/duration';
import { formatDateTime } from '../../shared/format/time';
import type { EnvironmentSnapshot, Phase } from '../../shared/model/environment';
import { endedJobStates, taskStates, type JobOverview, type JobState } from '../../shared/model/flink';
import type { JobTrouble, RestartLoop } from '../../shared/model/jobReads';
import type { Resource } from '../state/resource';
import { PlaygroundError } from '../util/errors';
import { dotted, escapeMarkdown, oneLine, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';
import { nodeId } from './nodeIds';
import { errorNode, staleMark, unknownIcon, type StaleMark } from './stale';
import { healthIcons, healthOf, healthWords, runningTasks, type TaskHealth } from './taskHealth';

const running: NodeIcon = { codicon: 'play-circle', color: 'testing.iconPassed' };

/** Icons for the states of a job. */
export const stateIcons: Readonly<Record<JobState, NodeIcon>> = {
  INITIALIZING: { codicon: 'sync~spin', color: 'charts.blue' },
  CREATED: { codicon: 'circle-outline', color: 'charts.blue' },
  RUNNING: running,
  FAILING: { codicon: 'warning', color: 'list.errorForeground' },
  FAILED: { codicon: 'error', color: 'list.errorForeground' },
  CANCELLING: { codicon: 'sync~spin', color: 'list.deemphasizedForeground' },
  CANCELED: { codicon: 'circle-slash', color: 'list.deemphasizedForeground' },
  FINISHED: { codicon: 'pass', color: 'charts.green' },
  RESTARTING: { codicon: 'sync~spin', color: 'list.warningForeground' },
  SUSPENDED: { codicon: 'debug-pause', color: 'list.warningForeground' },
  RECONCILING: { codicon: 'sync~spin', color: 'charts.blue' },
  unknown: unknownIcon,
};

/** Words for a job's state; functions, because texts are translated when they are shown. */
export const stateWords: Readonly<Record<JobState, () => string>> = {
  INITIALIZING: () => l10n.t('initializing'),
  CREATED: () => l10n.t('created'),
  RUNNING: () => l10n.t('running'),
  FAILING: () => l10n.t('failing'),
  FAILED: () => l10n.t('failed'),
  CANCELLING: () => l10n.t('being canceled'),
  CANCELED: () => l10n.t('canceled'),
  FINISHED: () => l10n.t('finished'),
  RESTARTING: () => l10n.t('restarting'),
  SUSPENDED: () => l10n.t('suspended'),
  RECONCILING: () => l10n.t('reconciling'),
  unknown: () => l10n.t('state not known'),
};

/** Phases in which no Flink can be there, or none can be spoken of: welcome content says so. */
const silentPhases: ReadonlySet<Phase> = new Set(['absent', 'failed', 'unknown']);

/** Jobs as they were described last, by id: of hundreds nearly all still look the same at the next read. */
export type JobRows = Map<string, JobFacts & { readonly node: TreeNode }>;

/**
 * The Jobs view: jobs that run first, the newest first. Nothing where welcome content says what is the matter: no
 * environment, nothing read yet, or a REST server that does not answer and never did.
 * @param rows what the last description of the same view left, and this one changes
 */
export function describeJobs(
  jobs: Resource<readonly JobOverview[]>,
  environment: Pick<EnvironmentSnapshot, 'phase'>,
  troubles: ReadonlyMap<string, JobTrouble> = new Map(),
  rows: JobRows = new Map(),
): readonly TreeNode[] {
  if (silentPhases.has(environment.phase) || jobs.state === 'idle' || jobs.state === 'loading') return [];
  if (jobs.state === 'failed') {
    const silent = PlaygroundError.is(jobs.error, 'unreachable') || PlaygroundError.is(jobs.error, 'timeout');
    return silent ? [] : [errorNode('error:jobs', l10n.t('Jobs cannot be read'), jobs.error)];
  }
  const stale = staleMark(jobs);
  const nodes = [...jobs.value].sort(activeThenNewest).map((job) => {
    const facts = { job, duration: formatDuration(job.durationMs), trouble: troubles.get(job.id), since: stale?.words };
    const known = rows.get(job.id);
    const node = known !== undefined && sameFacts(known, facts) ? known.node : describeJob(job, stale, facts.trouble);
    rows.set(job.id, { ...facts, node });
    return node;
  });
  if (rows.size > nodes.length) {
    const ids = new Set(jobs.value.map(({ id }) => id));
    for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id);
  }
  return nodes;
}

/** From what a job was described. */
interface JobFacts {
  readonly job: JobOverview;
  readonly duration: string;
  readonly trouble: JobTrouble | undefined;
  readonly since: string | undefined;
}

function sameFacts(a: JobFacts, b: JobFacts): boolean {
  return (
    a.duration === b.duration &&
    a.trouble === b.trouble &&
    a.since === b.since &&
    sameJobFields.every((field) => a.job[field] === b.job[field]) &&
    taskStates.every((state) => a.job.tasks[state] === b.job.tasks[state])
  );
}

const sameJobFields = ['state', 'name', 'startTime', 'endTime', 'totalTasks'] as const;

function activeThenNewest(a: JobOverview, b: JobOverview): number {
  const order = Number(endedJobStates.has(a.state)) - Number(endedJobStates.has(b.state));
  if (order !== 0) return order;
  return (b.endTime ?? b.startTime) - (a.endTime ?? a.startTime) || a.id.localeCompare(b.id);
}

function describeJob(job: JobOverview, stale: StaleMark | undefined, trouble: JobTrouble | undefined): TreeNode {
  const over = endedJobStates.has(job.state);
  const health = job.state === 'RUNNING' ? healthOf(job.tasks, job.totalTasks) : undefined;
  const tasks = runningTasks(job.tasks, job.totalTasks);
  const bare = health === undefined ? stateWords[job.state]() : healthWords[health]();
  const state = (health === 'waiting' ? slotWords(trouble) : undefined) ?? bare;
  const loop = over || stale !== undefined ? undefined : trouble?.restarts;
  const duration = formatDuration(job.durationMs);
  return {
    id: nodeId(['job', job.id]),
    kind: 'job',
    label: oneLine(job.name),
    description:
      stale === undefined
        ? dotted(loop && loopWords(loop), jobWords(health, over, { state, tasks, duration }))
        : dotted(stale.brief, bare),
    icon: stale === undefined ? (loop === undefined ? jobIcon(job.state, health) : loopIcon) : unknownIcon,
    flags: jobFlags(job, health, stale !== undefined),
    tooltip: tooltip(escapeMarkdown(job.name), [
      escapeMarkdown(dotted(state, over ? undefined : tasks, stale?.words)),
      loop === undefined ? undefined : escapeMarkdown(loopAdvice(loop)),
      health === 'waiting' ? escapeMarkdown(waitingAdvice()) : undefined,
      escapeMarkdown(l10n.t('Job id: {0}', job.id)),
      escapeMarkdown(l10n.t('Started: {0}', formatDateTime(job.startTime))),
      job.endTime === undefined ? undefined : escapeMarkdown(l10n.t('Ended: {0}', formatDateTime(job.endTime))),
      escapeMarkdown(l10n.t('Duration: {0}', duration)),
    ]),
    accessibilityLabel: [
      l10n.t('Job {0}', oneLine(job.name)),
      loop && loopWords(loop),
      state,
      over ? undefined : tasks,
      stale?.words,
    ]
      .filter((part) => part !== undefined)
      .join(', '),
    children: 'lazy',
  };
}

/** What is said of a job beside its name, the telling part first: how long it has run is told of a healthy one only. */
function jobWords(
  health: TaskHealth | undefined,
  over: boolean,
  words: { readonly state: string; readonly tasks: string; readonly duration: string },
): string {
  if (over) return dotted(words.state, words.duration);
  return health === 'running' ? dotted(words.tasks, words.duration) : dotted(words.state, words.tasks);
}

function jobIcon(state: JobState, health: TaskHealth | undefined): NodeIcon {
  return health === undefined || health === 'running' ? stateIcons[state] : healthIcons[health];
}

/** `stoppable`: a savepoint could be taken and the job stopped, as far as is known now. `cancelable`: it has not ended. */
function jobFlags(job: JobOverview, health: TaskHealth | undefined, stale: boolean): readonly string[] {
  const flags: string[] = [job.state.toLowerCase()];
  if (health !== undefined && health !== 'running') flags.push(health);
  if (stale) return [...flags, 'stale'];
  if (health === 'running') flags.push('stoppable');
  if (!endedJobStates.has(job.state)) flags.push('cancelable');
  return flags;
}

function waitingAdvice(): string {
  return l10n.t('There are not enough free slots: start a TaskManager, or scale them up.');
}

/** "waiting for 1 slot: 3 needed, 2 there"; `undefined` where it is not known, or slots are there and only not offered yet. */
function slotWords(trouble: JobTrouble | undefined): string | undefined {
  const { needed, there } = trouble?.slots ?? {};
  if (needed === undefined || there === undefined || there >= needed) return undefined;
  const missing = needed - there;
  return missing === 1
    ? l10n.t('waiting for 1 slot: {0} needed, {1} there', needed, there)
    : l10n.t('waiting for {0} slots: {1} needed, {2} there', missing, needed, there);
}

function loopWords({ times, cause }: RestartLoop): string {
  return l10n.t('fails again and again: {0}', cause.label === '' ? l10n.t('{0} times', times) : cause.label);
}

function loopAdvice({ times, cause, withinMs }: RestartLoop): string {
  const what = cause.message === '' ? cause.label : `${cause.label}: ${cause.message}`;
  return l10n.t(
    'It failed {0} times within {1}, and Flink restarted it each time. See its exceptions. Last cause: {2}',
    times,
    formatDuration(withinMs),
    what,
  );
}

const loopIcon: NodeIcon = { codicon: 'debug-restart', color: 'list.errorForeground' };
