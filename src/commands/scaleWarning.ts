import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { SlotNeeds } from '../core/flink/slotNeeds';
import { messageOf } from '../core/util/errors';

/**
 * What a person should agree to before TaskManagers are taken away: which job will have too few slots, and what becomes of
 * it. `undefined` when nothing has to be said.
 */
export async function scaleWarning(
  { slotNeeds }: Pick<Engine, 'slotNeeds'>,
  count: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return shortage(await slotNeeds(signal), count);
  } catch (error) {
    signal.throwIfAborted();
    return l10n.t(
      'What the running jobs need is not known: {0} A job that loses its slots restarts, and waits until there are enough again.',
      messageOf(error),
    );
  }
}

function shortage({ jobs, slotsPerTaskManager }: SlotNeeds, count: number): string | undefined {
  const there = count * slotsPerTaskManager;
  const needed = jobs.reduce((sum, { slots }) => sum + slots, 0);
  const [only] = jobs;
  if (only === undefined) {
    return count === 0 ? l10n.t('Without a TaskManager there are no slots, and no job can run.') : undefined;
  }
  if (needed <= there || (slotsPerTaskManager === 0 && count > 0)) return undefined;
  if (jobs.length === 1) {
    return l10n.t(
      '{0} needs {1} slots, and {2} will be there. Flink restarts it, and it waits until there are enough slots again.',
      only.jobName,
      needed,
      there,
    );
  }
  const each = jobs.map(({ jobName, slots }) => l10n.t('{0}: {1}', jobName, slots)).join(', ');
  return l10n.t(
    'The jobs need {0} slots ({1}), and {2} will be there. Flink restarts those that lose theirs, and they wait until there are enough slots again.',
    needed,
    each,
    there,
  );
}
