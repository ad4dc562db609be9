import type {
  EnvironmentChoice,
  EnvironmentKind,
  EnvironmentSnapshot,
  InstanceEvent,
  OtherEnvironment,
  ServiceName,
  StartOptions,
} from '../../shared/model/environment';
import type { CommandPlaces, TerminalCommand } from '../commandLines/commandPlaces';
import type { SavepointStore } from '../savepoints/savepointStore';
import { sameValue } from '../state/sameValue';
import { Store, type ReadableStore } from '../state/store';
import { DisposableStore } from '../util/disposable';
import { Emitter } from '../util/emitter';
import { messageOf, PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import type {
  Capabilities,
  Environment,
  JobSubmission,
  LogSink,
  ProgressSink,
  StartResult,
  StopOptions,
} from './environment';
import {
  isUp,
  type EnvironmentAdapter,
  type EnvironmentCandidate,
  type EnvironmentSelection,
} from './environmentSelection';

/** An environment that is not the chosen one may not hold up the first look for longer. */
const lookTimeoutMs = 8000;
const availabilityTimeoutMs = 5000;

export interface EnvironmentSwitchOptions {
  /** One of each kind, in the order in which they are offered. */
  readonly adapters: readonly EnvironmentAdapter[];
  /** The person's setting, read anew each time. */
  readonly choice: () => EnvironmentChoice;
  readonly logger: Logger;
}

/** The port with what an adapter may leave out: the switch has to hand on all of it. */
type WholeEnvironment = { [K in keyof Environment]-?: Environment[K] };

/**
 * The environment that is looked at, whichever it is: everything goes to the current adapter. Adapters are made when they are
 * first needed: because they are chosen, or because they have a record. Those that are up without being chosen are watched
 * too, so that nothing runs unknown.
 */
export class EnvironmentSwitch implements WholeEnvironment, EnvironmentSelection {
  readonly #opened = new Map<EnvironmentKind, Environment>();
  readonly #owned = new DisposableStore();
  readonly #events = this.#owned.add(new Emitter<InstanceEvent>());
  readonly #snapshot: Store<EnvironmentSnapshot>;
  readonly onInstanceEvent = this.#events.event;
  #choice: EnvironmentChoice;
  #current: Environment;

  constructor(private readonly options: EnvironmentSwitchOptions) {
    this.#choice = options.choice();
    this.#current = this.#open(this.#choice === 'auto' ? 'local' : this.#choice);
    this.#snapshot = this.#owned.add(new Store(this.#describe(), sameValue));
  }

  get kind(): EnvironmentKind {
    return this.#current.kind;
  }

  get capabilities(): Capabilities {
    return this.#current.capabilities;
  }

  get snapshot(): ReadableStore<EnvironmentSnapshot> {
    return this.#snapshot;
  }

  get savepointStore(): SavepointStore | undefined {
    return this.#current.savepointStore;
  }

  get operationsDirectory(): string | undefined {
    return this.#current.operationsDirectory;
  }

  async refresh(signal: AbortSignal): Promise<void> {
    const { kind } = this.#current;
    const recorded = await this.#recorded();
    const known = new Set([...recorded.keys(), ...this.#opened.keys()]);
    const others = [...known].filter((other) => other !== kind);
    await Promise.all([this.#current.refresh(signal), ...others.map((other) => this.#lookAt(other, signal))]);
    this.#show(this.#choice === 'auto' ? this.#found(recorded) : this.#choice);
  }

  async candidates(signal: AbortSignal): Promise<readonly EnvironmentCandidate[]> {
    const all = await Promise.all(this.options.adapters.map((adapter) => this.#candidate(adapter, signal)));
    return [...all.filter(({ usable }) => usable), ...all.filter(({ usable }) => !usable)];
  }

  async select(choice: EnvironmentChoice, signal: AbortSignal): Promise<EnvironmentKind> {
    signal.throwIfAborted();
    this.#choice = choice;
    if (choice === 'auto') {
      await this.refresh(signal);
    } else {
      const isOther = choice !== this.kind;
      this.#show(choice);
      if (isOther) await this.#current.refresh(signal);
    }
    return this.kind;
  }

  jobSubmission(signal: AbortSignal): Promise<JobSubmission> {
    return this.#current.jobSubmission(signal);
  }

  start(options: StartOptions, progress: ProgressSink, signal: AbortSignal): Promise<StartResult> {
    return this.#current.start(options, progress, signal);
  }

  stop(options: StopOptions, progress: ProgressSink, signal: AbortSignal): Promise<void> {
    return this.#current.stop(options, progress, signal);
  }

  restart(service: ServiceName, signal: AbortSignal): Promise<void> {
    return this.#current.restart(service, signal);
  }

  kill(instanceId: string, signal: AbortSignal): Promise<void> {
    return this.#current.kill(instanceId, signal);
  }

  startInstance(instanceId: string, signal: AbortSignal): Promise<void> {
    return this.#current.startInstance(instanceId, signal);
  }

  scaleTaskManagers(count: number, signal: AbortSignal): Promise<void> {
    return this.#current.scaleTaskManagers(count, signal);
  }

  followLogs(instanceId: string, sink: LogSink, signal: AbortSignal): Promise<void> {
    return this.#current.followLogs(instanceId, sink, signal);
  }

  flinkCli(signal: AbortSignal): Promise<TerminalCommand> {
    return this.#current.flinkCli(signal);
  }

  commandPlaces(signal: AbortSignal): Promise<CommandPlaces> {
    return this.#current.commandPlaces(signal);
  }

  async stopKind(kind: EnvironmentKind, options: StopOptions, signal: AbortSignal): Promise<void> {
    const environment = this.#opened.get(kind);
    if (environment === undefined || !isUp(environment.snapshot.value.phase)) return;
    await environment.stop(options, () => undefined, signal);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #open(kind: EnvironmentKind): Environment {
    const opened = this.#opened.get(kind);
    if (opened !== undefined) return opened;
    const adapter = this.options.adapters.find((candidate) => candidate.kind === kind);
    if (adapter === undefined) throw new PlaygroundError('internal', `There is no environment of kind ${kind}.`);
    const environment = this.#owned.add(adapter.create());
    this.#opened.set(kind, environment);
    this.#owned.add(environment.snapshot.onDidChange(() => this.#publish()));
    this.#owned.add(
      environment.onInstanceEvent((event) => {
        if (environment === this.#current) this.#events.fire(event);
      }),
    );
    return environment;
  }

  #show(kind: EnvironmentKind): void {
    this.#current = this.#open(kind);
    this.#publish();
  }

  #publish(): void {
    if (!this.#owned.isDisposed) this.#snapshot.set(this.#describe());
  }

  #describe(): EnvironmentSnapshot {
    const others = [...this.#opened.values()]
      .filter((environment) => environment !== this.#current)
      .map((environment): OtherEnvironment => ({ kind: environment.kind, phase: environment.snapshot.value.phase }))
      .filter(({ phase }) => isUp(phase));
    const snapshot = this.#current.snapshot.value;
    const undecided = this.#choice === 'auto' && !isUp(snapshot.phase) && !snapshot.hasData;
    return {
      ...snapshot,
      ...(undecided ? { undecided } : {}),
      ...(others.length === 0 ? {} : { others }),
    };
  }

  /** Those that have a record, with its time. One whose record cannot be looked at counts as having an old one. */
  async #recorded(): Promise<ReadonlyMap<EnvironmentKind, number>> {
    const { adapters, logger } = this.options;
    const found = new Map<EnvironmentKind, number>();
    await Promise.all(
      adapters.map(async ({ kind, recordedAt }) => {
        try {
          const at = await recordedAt();
          if (at !== undefined) found.set(kind, at);
        } catch (error) {
          logger.warn(`The record of ${kind} could not be looked at: ${messageOf(error)}`);
          found.set(kind, 0);
        }
      }),
    );
    return found;
  }

  /** A look at an environment that is not the chosen one: how it ends is seen in its snapshot. */
  async #lookAt(kind: EnvironmentKind, signal: AbortSignal): Promise<void> {
    try {
      await this.#open(kind).refresh(AbortSignal.any([signal, AbortSignal.timeout(lookTimeoutMs)]));
    } catch (error) {
      signal.throwIfAborted();
      this.options.logger.warn(`${kind} could not be looked at: ${messageOf(error)}`);
    }
  }

  /** For `auto`: what runs wins, then what holds data, of several the one used last; else the one there is. */
  #found(recorded: ReadonlyMap<EnvironmentKind, number>): EnvironmentKind {
    const lastUsed = (kind: EnvironmentKind): number => recorded.get(kind) ?? 0;
    const known = [...this.#opened.values()].sort((a, b) => lastUsed(b.kind) - lastUsed(a.kind));
    const runs = (environment: Environment): boolean => isUp(environment.snapshot.value.phase);
    if (runs(this.#current)) return this.kind;
    const found = known.find(runs) ?? known.find(({ snapshot }) => snapshot.value.hasData);
    return found?.kind ?? this.kind;
  }

  async #candidate(adapter: EnvironmentAdapter, signal: AbortSignal): Promise<EnvironmentCandidate> {
    const { kind } = adapter;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(availabilityTimeoutMs)]);
    const availability = await adapter.availability(limited).catch((error: unknown) => {
      signal.throwIfAborted();
      return { usable: false, detail: messageOf(error) };
    });
    const snapshot = this.#opened.get(kind)?.snapshot.value;
    return {
      kind,
      phase: snapshot?.phase ?? 'absent',
      hasData: snapshot?.hasData ?? false,
      current: kind === this.kind,
      ...availability,
    };
  }
}
