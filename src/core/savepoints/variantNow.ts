import { isDeepStrictEqual } from 'node:util';
import type { EnvironmentSnapshot, JobVariant } from '../../shared/model/environment';
import type { OperationRecord } from '../../shared/model/operations';
import { playground } from '../playground';
import { Store, type ReadableStore } from '../state/store';
import type { Disposable } from '../util/disposable';

/** The flags among the arguments of the playground's job. */
export function variantOfArguments(args: readonly string[]): JobVariant {
  const interval = Number(args[args.indexOf('--checkpoint-interval') + 1]);
  return {
    checkpointing: args.includes('--checkpointing'),
    eventTime: args.includes('--event-time'),
    backpressure: args.includes('--backpressure'),
    chaining: args.includes('--chaining'),
    exactlyOnce: args.includes('--exactly-once'),
    ...(args.includes('--checkpoint-interval') && interval > 0 ? { checkpointIntervalMs: interval } : {}),
  };
}

/** The environment with the flags with which its job runs now, which an operation may have changed since the start. */
function withVariantNow(snapshot: EnvironmentSnapshot, history: readonly OperationRecord[]): EnvironmentSnapshot {
  if (snapshot.variant === undefined) return snapshot;
  const { instances = [] } = snapshot.services.find(({ name }) => name === 'jobmanager') ?? {};
  // A JobManager that was started since forgot the job, and what was started then is what the snapshot says.
  const since = Math.max(0, ...instances.map(({ startedAt }) => startedAt ?? 0));
  const last = history.find(
    ({ kind, outcome, endedAt, jobName, wanted }) =>
      kind !== 'savepoint' &&
      kind !== 'stop' &&
      outcome === 'done' &&
      endedAt > since &&
      jobName === playground.job.name &&
      wanted?.jar.from === 'playground',
  );
  return last?.wanted === undefined ? snapshot : { ...snapshot, variant: variantOfArguments(last.wanted.args) };
}

/** A store of the environment as `withVariantNow` has it. */
export function followVariant(
  environment: ReadableStore<EnvironmentSnapshot>,
  history: ReadableStore<readonly OperationRecord[]>,
): ReadableStore<EnvironmentSnapshot> & Disposable {
  const now = (): EnvironmentSnapshot => withVariantNow(environment.value, history.value);
  const result = new Store<EnvironmentSnapshot>(now(), isDeepStrictEqual);
  const subscriptions = [
    environment.onDidChange(() => result.set(now())),
    history.onDidChange(() => result.set(now())),
  ];
  return {
    get value() {
      return result.value;
    },
    onDidChange: result.onDidChange,
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      result.dispose();
    },
  };
}
