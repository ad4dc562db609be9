import * as l10n from '@vscode/l10n';
import type { TaskCounts } from '../../shared/model/flink';
import type { NodeIcon } from './node';

/**
 * What tasks do as a whole. A job's state alone does not tell: Flink calls a job without slots RUNNING.
 * `waiting`: for slots. `starting`: being deployed or reading their state. `recovering`: some failed or are being cancelled.
 */
export type TaskHealth = 'running' | 'waiting' | 'starting' | 'recovering' | 'finished' | 'unknown';

/** `total` may be more than the counts add up to: tasks in states that are not known here. */
export function healthOf(counts: TaskCounts, total: number): TaskHealth {
  if (counts.FAILED + counts.CANCELING + counts.CANCELED > 0) return 'recovering';
  if (counts.SCHEDULED > 0) return 'waiting';
  if (counts.CREATED + counts.DEPLOYING + counts.INITIALIZING + counts.RECONCILING > 0) return 'starting';
  if (total === 0 || counts.RUNNING + counts.FINISHED < total) return 'unknown';
  return counts.RUNNING > 0 ? 'running' : 'finished';
}

/** Words for what tasks do; functions, because texts are translated when they are shown. */
export const healthWords: Readonly<Record<TaskHealth, () => string>> = {
  running: () => l10n.t('running'),
  waiting: () => l10n.t('waiting for slots'),
  starting: () => l10n.t('starting'),
  recovering: () => l10n.t('recovering'),
  finished: () => l10n.t('finished'),
  unknown: () => l10n.t('tasks not known'),
};

/** Icons for tasks that belong to a job that Flink calls RUNNING, but for those that are. */
export const healthIcons: Readonly<Record<Exclude<TaskHealth, 'running'>, NodeIcon>> = {
  waiting: { codicon: 'warning', color: 'list.warningForeground' },
  starting: { codicon: 'sync~spin', color: 'charts.blue' },
  recovering: { codicon: 'sync~spin', color: 'list.warningForeground' },
  finished: { codicon: 'pass', color: 'charts.green' },
  unknown: { codicon: 'question', color: 'list.deemphasizedForeground' },
};

/** "4/4 running". */
export function runningTasks(counts: TaskCounts, total: number): string {
  return l10n.t('{0}/{1} running', counts.RUNNING, total);
}
