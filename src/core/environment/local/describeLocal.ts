import * as l10n from '@vscode/l10n';
import type {
  EnvironmentSnapshot,
  ErrorSummary,
  InstanceSnapshot,
  JobVariant,
  Phase,
  ServiceName,
  ServiceSnapshot,
  StepProgress,
} from '../../../shared/model/environment';
import { playground } from '../../playground';
import { describeOwner, type LockOwner } from '../common/lock';
import { loopback } from '../common/ports';
import { profileName } from './localPaths';
import { variantOf } from '../common/startOptions';
import { variantOfArguments } from '../../savepoints/variantNow';
import type { LocalState, RunRecord } from './stateFile';

/** Everything from which the snapshot of the local environment is made. */
export interface LocalFacts {
  readonly state: LocalState;
  readonly instances: readonly InstanceSnapshot[];
  readonly steps: readonly StepProgress[];
  /** The long transition of this window that is under way. */
  readonly transition: 'start' | 'stop' | undefined;
  /** The transition of another window that is under way. */
  readonly elsewhere: LockOwner | undefined;
  /** Why the last transition or look failed. */
  readonly error: ErrorSummary | undefined;
  /** False when the record of what runs could not be read. */
  readonly known: boolean;
  readonly notices: readonly string[];
}

/** A start or a stop whose window was killed in the middle. */
function interrupted({ state, transition, elsewhere }: LocalFacts): readonly string[] {
  const phase = state.run?.phase;
  if (phase === undefined || phase === 'running' || transition !== undefined || elsewhere !== undefined) return [];
  return phase === 'starting'
    ? [l10n.t('The last start was interrupted. Start again to finish it, or stop.')]
    : [l10n.t('The last stop was interrupted. Stop again to finish it, or start.')];
}

const order: readonly ServiceName[] = ['zookeeper', 'kafka', 'jobmanager', 'taskmanager', 'clickevent-generator'];

export function describeLocal(facts: LocalFacts): EnvironmentSnapshot {
  const { state, elsewhere, error } = facts;
  const { run } = state;
  return {
    kind: 'local',
    phase: phaseOf(facts),
    services: servicesOf(facts.instances),
    steps: facts.steps,
    hasData: Object.keys(state.profiles).length > 0,
    notices: [...(run?.notices ?? []), ...interrupted(facts), ...facts.notices],
    ...(run === undefined
      ? {}
      : {
          endpoints: { rest: `http://${loopback}:${run.ports.rest}`, brokers: [`${loopback}:${run.ports.broker}`] },
          flinkVersion: run.options.flinkVersion,
          kafkaVersion: playground.kafka.modes[run.options.kafkaMode],
          kafkaMode: run.options.kafkaMode,
          variant: variantOfJob(state, run),
        }),
    ...(elsewhere === undefined ? {} : { inProgressElsewhere: describeOwner(elsewhere) }),
    ...(error === undefined ? {} : { error }),
  };
}

/** The flags that the start was told, unless the job goes on with those that an operation gave it. */
function variantOfJob({ profiles }: LocalState, { options }: RunRecord): JobVariant {
  const recipe = profiles[profileName(options.flinkVersion, options.kafkaMode)]?.job?.recipe;
  return recipe?.jar.from === 'playground' ? variantOfArguments(recipe.args) : variantOf(options.variant);
}

function phaseOf({ state, instances, transition, elsewhere, error, known }: LocalFacts): Phase {
  if (!known) return 'unknown';
  if (transition !== undefined) return transition === 'start' ? 'starting' : 'stopping';
  if (elsewhere?.operation === 'start') return 'starting';
  if (elsewhere?.operation === 'stop') return 'stopping';
  const { run } = state;
  const running = instances.filter(({ state }) => state === 'healthy' || state === 'starting').length;
  if (run === undefined || running === 0) return error === undefined ? 'absent' : 'failed';
  const complete = run.phase === 'running' && instances.every(({ state }) => state === 'healthy');
  return complete ? 'running' : 'degraded';
}

function servicesOf(instances: readonly InstanceSnapshot[]): readonly ServiceSnapshot[] {
  return order.flatMap((name) => {
    const own = instances.filter(({ service }) => service === name);
    return own.length === 0 ? [] : [{ name, instances: own }];
  });
}

/** What a person should know about a record that was put aside. */
export function damagedNotice(keptAs: string): string {
  return l10n.t(
    'The record of what runs was damaged. It is kept as "{0}"; what ran is ended by the next start or stop.',
    keptAs,
  );
}

/** What a person should know when processes run that no record names. */
export function leftoversNotice(): string {
  return l10n.t(
    'Processes of an earlier run are still there, but the record of them is lost. The next start or stop ends them.',
  );
}
