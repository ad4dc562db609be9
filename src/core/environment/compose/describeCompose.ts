import * as l10n from '@vscode/l10n';
import {
  serviceNames,
  type EnvironmentSnapshot,
  type ErrorSummary,
  type InstanceSnapshot,
  type Phase,
  type ServiceSnapshot,
  type StepProgress,
} from '../../../shared/model/environment';
import { playground } from '../../playground';
import { describeOwner, type LockOwner } from '../common/lock';
import { variantOf } from '../common/startOptions';
import type { ComposeState } from './composeRecord';
import type { ContainerFacts } from './containerRecords';
import { reachOf } from './endpoints';

/** Everything from which the snapshot of the compose environment is made. */
export interface ComposeFacts {
  readonly state: ComposeState;
  readonly instances: readonly InstanceSnapshot[];
  readonly containers: readonly ContainerFacts[];
  /** The project is somebody else's: its compose file is not ours. */
  readonly foreign: boolean;
  /** The host of an engine on another machine. */
  readonly remoteHost: string | undefined;
  readonly steps: readonly StepProgress[];
  /** The long transition of this window that is under way. */
  readonly transition: 'start' | 'stop' | undefined;
  /** The transition of another window that is under way. */
  readonly elsewhere: LockOwner | undefined;
  /** Why the last transition failed. */
  readonly error: ErrorSummary | undefined;
  /** Why the engine could not be looked at. */
  readonly unseen: ErrorSummary | undefined;
  /** False until the engine was looked at. */
  readonly looked: boolean;
  readonly notices: readonly string[];
}

export function describeCompose(facts: ComposeFacts): EnvironmentSnapshot {
  const { state, containers, elsewhere, foreign } = facts;
  const run = foreign ? undefined : state.run;
  const reach = reachOf(containers, facts.remoteHost);
  const error = facts.unseen ?? facts.error;
  const hasZookeeper = containers.some(({ service }) => service === 'zookeeper');
  return {
    kind: 'compose',
    phase: phaseOf(facts),
    services: servicesOf(facts.instances),
    steps: facts.steps,
    hasData: Object.keys(state.profiles).length > 0,
    notices: [...(run?.notices ?? []), ...foreignNotice(facts), ...reach.notices, ...facts.notices],
    ...(reach.endpoints === undefined ? {} : { endpoints: reach.endpoints }),
    ...(containers.length === 0 ? {} : { kafkaMode: hasZookeeper ? 'zookeeper' : 'kraft' }),
    ...(run === undefined
      ? {}
      : {
          flinkVersion: run.options.flinkVersion,
          kafkaVersion: playground.kafka.modes[run.options.kafkaMode],
          kafkaMode: run.options.kafkaMode,
          variant: variantOf(run.options.variant),
        }),
    ...(elsewhere === undefined ? {} : { inProgressElsewhere: describeOwner(elsewhere) }),
    ...(error === undefined ? {} : { error }),
  };
}

function foreignNotice({ foreign, containers }: ComposeFacts): readonly string[] {
  const [first] = containers;
  if (!foreign || first === undefined) return [];
  return [
    l10n.t(
      'The Compose project "{0}" was not started by this extension: stopping it keeps its containers, and its data is never deleted.',
      first.project,
    ),
  ];
}

function phaseOf({ instances, transition, elsewhere, error, unseen, looked, state, foreign }: ComposeFacts): Phase {
  if (transition !== undefined) return transition === 'start' ? 'starting' : 'stopping';
  if (unseen !== undefined) return 'unknown';
  if (elsewhere?.operation === 'start') return 'starting';
  if (elsewhere?.operation === 'stop') return 'stopping';
  if (!looked) return state.run === undefined ? 'absent' : 'unknown';
  const up = instances.filter(({ state }) => state === 'healthy' || state === 'starting' || state === 'unhealthy');
  if (up.length === 0) return error === undefined ? 'absent' : 'failed';
  const whole = foreign || state.run === undefined || state.run.phase === 'running';
  return whole && instances.every(isAsItShould) ? 'running' : 'degraded';
}

/** The client is done when it has submitted the job. */
function isAsItShould({ service, state, exitCode }: InstanceSnapshot): boolean {
  return state === 'healthy' || (service === 'client' && state === 'exited' && exitCode === 0);
}

function servicesOf(instances: readonly InstanceSnapshot[]): readonly ServiceSnapshot[] {
  return serviceNames.flatMap((name) => {
    const own = instances.filter(({ service }) => service === name);
    return own.length === 0 ? [] : [{ name, instances: own }];
  });
}
