import * as l10n from '@vscode/l10n';
import type { InstanceState } from '../../../shared/model/environment';
import type { ContainerFacts } from './containerRecords';

/** How a container was ended, where it was seen; an exit code tells it only roughly. */
export type Ending = 'killed' | 'stopped';

/** What else is known of a container beside what the engine describes. */
export interface ContainerHints {
  readonly ending?: Ending;
  /** For a TaskManager: that Flink knows it; absent where Flink cannot be asked. */
  readonly registered?: boolean;
  /** The line of its log that says why it ends. */
  readonly lastWords?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** So many restarts by the engine's policy are not a start any more. */
const crashLoopRestarts = 3;
/** One that runs for so long has left its crash loop; the engine goes on counting the restarts of before. */
const steadyMs = 60_000;
const exitKilled = 137;
const exitTerminated = 143;

export interface ContainerCondition {
  readonly state: InstanceState;
  readonly detail?: string;
}

/** The state of an instance, with a few words on it. */
export function conditionOf(container: ContainerFacts, hints: ContainerHints): ContainerCondition {
  switch (container.status) {
    case 'running':
      return runningCondition(container, hints);
    case 'paused':
      return { state: 'unhealthy', detail: l10n.t('paused') };
    case 'created':
      return container.error === undefined ? { state: 'starting' } : { state: 'exited', detail: container.error };
    case 'restarting':
      return container.restarts < crashLoopRestarts
        ? { state: 'starting', detail: l10n.t('ended with {0}, is started again', container.exitCode ?? '?') }
        : crashLoop(container, hints);
    case 'exited':
    case 'dead':
    case 'removing':
      return endedCondition(container, hints);
    case 'unknown':
    default:
      return { state: 'unhealthy', detail: l10n.t('in a state that is not known here') };
  }
}

/** When a container that runs, and has ended again and again, may be called well; `undefined` for one that is not in that case. */
export function steadyAt({ status, restarts, startedAt }: ContainerFacts): number | undefined {
  if (status !== 'running' || restarts < crashLoopRestarts || startedAt === undefined) return undefined;
  return startedAt + steadyMs;
}

/** The engine starts the container again and again. */
export function isInCrashLoop(container: ContainerFacts, { registered, now }: ContainerHints): boolean {
  if (container.restarts < crashLoopRestarts) return false;
  if (container.status === 'restarting') return true;
  return now < (steadyAt(container) ?? 0) && container.health !== 'healthy' && registered !== true;
}

function runningCondition(container: ContainerFacts, hints: ContainerHints): ContainerCondition {
  if (container.health === 'unhealthy') {
    return { state: 'unhealthy', detail: container.healthOutput ?? l10n.t('its health check fails') };
  }
  if (isInCrashLoop(container, hints)) return crashLoop(container, hints);
  if (container.health === 'starting') return { state: 'starting' };
  if (container.service === 'taskmanager' && hints.registered === false) {
    return { state: 'starting', detail: l10n.t('not registered with the JobManager') };
  }
  return { state: 'healthy' };
}

function crashLoop({ restarts, exitCode, error }: ContainerFacts, { lastWords }: ContainerHints): ContainerCondition {
  const last = error ?? lastWords ?? (exitCode === undefined ? undefined : l10n.t('exit code {0}', exitCode));
  const detail =
    last === undefined
      ? l10n.t('ends again and again, started {0} times', restarts)
      : l10n.t('ends again and again, started {0} times: {1}', restarts, last);
  return { state: 'unhealthy', detail };
}

function endedCondition(container: ContainerFacts, { ending, lastWords }: ContainerHints): ContainerCondition {
  if (container.outOfMemory) return { state: 'exited', detail: l10n.t('ended by the system: out of memory') };
  if (container.error !== undefined) return { state: 'exited', detail: container.error };
  if (ending !== undefined) return ending === 'killed' ? killed : { state: 'stopped' };
  if (container.exitCode === exitKilled) return killed;
  if (container.exitCode === exitTerminated) return { state: 'stopped' };
  return { state: 'exited', ...(lastWords === undefined ? {} : { detail: lastWords }) };
}

const killed: ContainerCondition = { state: 'killed', detail: 'SIGKILL' };
