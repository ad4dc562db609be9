import * as fc from 'fast-check';
import { PollingClusterMonitor } from '../../src/core/flink/clusterMonitor';
import type { LocalEnvironment } from '../../src/core/environment/local/localEnvironment';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import { derived } from '../../src/core/state/derived';
import { describeCluster } from '../../src/core/trees/describeCluster';
import { delay } from '../../src/core/util/async';
import { DisposableStore } from '../../src/core/util/disposable';
import { silentLogger } from '../../src/core/util/logger';
import { instancesOf, isUp, taskManagersOf } from '../../src/shared/model/instances';
import { pidsByArgument } from '../../scripts/lib/leftovers.mjs';
import { ignoreProgress, instanceOf, startOptions, type LocalTestBed } from './localPlayground';

/** What is done to the playground. `pick` chooses a TaskManager; `twice` is a second press while the first is under way. */
export type DrillAction = TaskManagerAction | { readonly kind: 'stop' };

type TaskManagerAction =
  | { readonly kind: 'kill' | 'killBehindOurBack' | 'start'; readonly pick: number; readonly twice: boolean }
  | { readonly kind: 'scale'; readonly count: number; readonly twice: boolean }
  | { readonly kind: 'restart' };

/** How one round went. */
export interface DrillRound {
  readonly action: string;
  /** From the call until it returned. */
  readonly actionMs: number;
  /** From then until the view agreed with the processes. */
  readonly agreedMs: number;
}

const actionMs = 120_000;
const agreementMs = 45_000;
const observerMs = 10_000;
const pollMs = 50;
const mostTaskManagers = 3;

const taskManagerAction = fc.record({
  kind: fc.constantFrom('kill' as const, 'killBehindOurBack' as const, 'start' as const),
  pick: fc.nat({ max: mostTaskManagers - 1 }),
  twice: fc.boolean(),
});
const scaleAction = fc.record({
  kind: fc.constant('scale' as const),
  count: fc.nat({ max: mostTaskManagers }),
  twice: fc.boolean(),
});
const action: fc.Arbitrary<DrillAction> = fc.oneof(
  { weight: 8, arbitrary: taskManagerAction },
  { weight: 3, arbitrary: scaleAction },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'stop' as const }) },
);

/** The actions of a drill, the same for the same seed. Real processes cannot be shrunk to a smaller failure: the seed repeats it. */
export function drillActions(rounds: number, seed: number): readonly DrillAction[] {
  const [actions = []] = fc.sample(fc.array(action, { minLength: rounds, maxLength: rounds, size: 'max' }), {
    seed,
    numRuns: 1,
  });
  return actions;
}

/**
 * A local playground and what it should be: kills, starts, scales, restarts and stops it, and sees after each round that the
 * Cluster view of this window, the instances of another window and the JVMs of the machine say the same as the model.
 */
export class OperateDrill {
  readonly #owned = new DisposableStore();
  readonly #environment: LocalEnvironment;
  readonly #observer: LocalEnvironment;
  readonly #monitor: PollingClusterMonitor<FlinkClient>;
  /** By their names, the TaskManagers that there should be; `undefined` while the playground should not run. */
  #model: Map<string, 'up' | 'down'> | undefined;

  constructor(private readonly bed: LocalTestBed) {
    this.#environment = bed.open();
    this.#observer = bed.open();
    const endpoints = this.#owned.add(derived(this.#environment.snapshot, ({ endpoints: at }) => at?.rest));
    this.#monitor = this.#owned.add(
      new PollingClusterMonitor({
        endpoints,
        createClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger }),
        intervalMs: () => 2000,
        logger: silentLogger,
      }),
    );
    this.#owned.add(this.#monitor.watch(['overview', 'jobs', 'taskManagers']));
    this.#owned.add(this.#environment.onInstanceEvent(() => this.#monitor.expectChange()));
  }

  /** @throws Error when the view, the other window or the processes are not what they should be. */
  async round(next: DrillAction): Promise<DrillRound> {
    await this.#observer.refresh(AbortSignal.timeout(observerMs));
    const began = performance.now();
    const done = await this.#act(next);
    const acted = performance.now();
    await this.#until(agreementMs, done, () => this.#disagreement());
    const agreed = performance.now();
    await this.#until(observerMs, `${done}, seen by another window`, () => this.#observerDisagreement());
    return { action: done, actionMs: Math.round(acted - began), agreedMs: Math.round(agreed - acted) };
  }

  /** Stops the playground and gives the pids of JVMs that are left. */
  async finish(): Promise<readonly number[]> {
    try {
      await this.#environment.stop({ deleteData: false }, ignoreProgress, AbortSignal.timeout(actionMs));
      return this.#pids();
    } finally {
      this.#owned.dispose();
    }
  }

  async #act(next: DrillAction): Promise<string> {
    const signal = AbortSignal.timeout(actionMs);
    if (this.#model === undefined) {
      await this.#environment.start(startOptions({ taskManagers: 2 }), ignoreProgress, signal);
      this.#model = new Map([
        ['taskmanager-1', 'up'],
        ['taskmanager-2', 'up'],
      ]);
      return 'start the playground';
    }
    if (next.kind === 'stop') {
      await this.#environment.stop({ deleteData: false }, ignoreProgress, signal);
      this.#model = undefined;
      return 'stop the playground';
    }
    return this.#actOnTaskManagers(next, this.#model, signal);
  }

  async #actOnTaskManagers(
    next: TaskManagerAction,
    model: Map<string, 'up' | 'down'>,
    signal: AbortSignal,
  ): Promise<string> {
    const names = [...model.keys()];
    if (next.kind === 'scale' || names.length === 0) {
      const count = next.kind === 'scale' ? next.count : 1;
      const twice = next.kind === 'scale' && next.twice;
      await times(twice, () => this.#environment.scaleTaskManagers(count, signal));
      model.clear();
      for (let number = 1; number <= count; number++) model.set(`taskmanager-${number}`, 'up');
      return `scale to ${count}${again(twice)}`;
    }
    if (next.kind === 'restart') {
      await this.#environment.restart('taskmanager', signal);
      for (const name of names) model.set(name, 'up');
      return 'restart the TaskManagers';
    }
    const name = names[next.pick % names.length] ?? '';
    const was = model.get(name);
    model.set(name, next.kind === 'start' ? 'up' : 'down');
    if (next.kind === 'killBehindOurBack') {
      const { pid } = instanceOf(this.#environment, name);
      if (was === 'up' && pid !== undefined) process.kill(pid, 'SIGKILL');
      return `SIGKILL to ${name}, which was ${was}, behind our back`;
    }
    const act = next.kind === 'start' ? 'startInstance' : 'kill';
    await times(next.twice, () => this.#environment[act](name, signal));
    return `${next.kind} ${name}, which was ${was}${again(next.twice)}`;
  }

  /** `undefined` when the view says of each TaskManager what the model does, and the JVMs are those of the view. */
  #disagreement(): string | undefined {
    const { snapshot, capabilities } = this.#environment;
    const nodes = describeCluster(snapshot.value, this.#monitor.state.value, capabilities, Date.now());
    const group = nodes.find(({ id }) => id === 'service:taskmanager');
    const shown = typeof group?.children === 'object' ? group.children : [];
    const view = [nodes[0]?.description, ...shown.map(({ label, description }) => `${label} ${description}`)];
    const wanted = this.#wanted();
    const agrees = view.length === wanted.length && wanted.every((pattern, index) => pattern.test(view[index] ?? ''));
    if (!agrees) return `The view says ${view.join('; ')} instead of ${wanted.join('; ')}.`;
    const recorded = instancesOf(snapshot.value).flatMap((instance) => (isUp(instance) ? (instance.pid ?? []) : []));
    const processes = new Set(this.#pids());
    if (recorded.length === processes.size && recorded.every((pid) => processes.has(pid))) return undefined;
    return `Recorded are the processes ${recorded.join()}, there are ${[...processes].join()}.`;
  }

  #wanted(): readonly RegExp[] {
    if (this.#model === undefined) return [/^undefined$|^$/];
    const states = [...this.#model];
    const down = states.filter(([, state]) => state === 'down').length;
    return [
      down === 0 ? /^running$/ : new RegExp(`^degraded · ${down} down$`),
      ...states.map(([name, state]) =>
        state === 'up' ? new RegExp(`^${name} running · \\d/2 slots free$`) : new RegExp(`^${name} killed`),
      ),
    ];
  }

  #observerDisagreement(): string | undefined {
    const up = taskManagersOf(this.#observer.snapshot.value).flatMap((each) => (isUp(each) ? each.id : []));
    const wanted = [...(this.#model ?? [])].flatMap(([name, state]) => (state === 'up' ? name : []));
    return up.join() === wanted.join() ? undefined : `It shows ${up.join()} as up instead of ${wanted.join()}.`;
  }

  #pids(): readonly number[] {
    return pidsByArgument('-Dflink.playground.instance=', this.bed.root);
  }

  async #until(timeoutMs: number, what: string, disagreement: () => string | undefined): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = disagreement();
      if (found === undefined) return;
      if (performance.now() > deadline) throw new Error(`After "${what}", for ${timeoutMs / 1000} s: ${found}`);
      await delay(pollMs, AbortSignal.timeout(timeoutMs));
    }
  }
}

async function times(twice: boolean, act: () => Promise<void>): Promise<void> {
  await Promise.all(twice ? [act(), act()] : [act()]);
}

function again(twice: boolean): string {
  return twice ? ', pressed twice' : '';
}
