import type { InstanceEvent, InstanceEventKind, InstanceSnapshot } from '../../../shared/model/environment';
import type { Clock } from '../../util/clock';
import type { Disposable } from '../../util/disposable';
import { Emitter } from '../../util/emitter';
import type { ContainerEvent, ContainerFacts } from './containerRecords';
import { conditionOf, isInCrashLoop, steadyAt, type ContainerHints, type Ending } from './containerState';
import { meaningfulLine } from '../local/logTail';
import { restPort } from './endpoints';

interface Entry {
  facts: ContainerFacts;
  /** How its present end came about; forgotten when it starts. */
  ending: Ending | undefined;
  flinkId: string | undefined;
  /** What its log says of this end, and when it was read. */
  said: { readonly of: string; readonly readAt: string; readonly lines: readonly string[] } | undefined;
  shown: InstanceSnapshot;
}

/** A container that ended by itself and whose log may say why. */
export interface SilentContainer {
  readonly id: string;
  /** Names the end; another one has another name. */
  readonly end: string;
}

const sigkill = 9;
const crashLoop = 'loop';
const lastWordsLength = 300;

/** The containers of the project as instances: what listings and events say of them, and what became of them between two. */
export class ContainerRegistry implements Disposable {
  readonly #entries = new Map<string, Entry>();
  readonly #events = new Emitter<InstanceEvent>();
  readonly #changes = new Emitter<void>();
  readonly onEvent = this.#events.event;
  /** Fires after anything that a snapshot shows has changed. */
  readonly onDidChange = this.#changes.event;
  #listed = false;
  #asksFlink = false;
  #steady: Disposable | undefined;

  constructor(private readonly clock: Clock) {}

  get containers(): readonly ContainerFacts[] {
    return this.#sorted().map(({ facts }) => facts);
  }

  get snapshots(): readonly InstanceSnapshot[] {
    return this.#sorted().map(({ shown }) => shown);
  }

  /** The container of an instance. */
  container(instanceId: string): ContainerFacts | undefined {
    return this.#sorted().find(({ shown }) => shown.id === instanceId)?.facts;
  }

  /** TaskManagers that run and that Flink is not known to know. */
  get unregistered(): readonly ContainerFacts[] {
    return this.#sorted()
      .filter(({ facts, flinkId }) => isTaskManager(facts) && flinkId === undefined)
      .map(({ facts }) => facts);
  }

  /** Those that ended by themselves, and of which the log was not read since. */
  get silent(): readonly SilentContainer[] {
    return this.#sorted().flatMap((entry) => {
      const end = this.#endOf(entry);
      return end === undefined || entry.said?.readAt === end ? [] : [{ id: entry.facts.id, end }];
    });
  }

  /** Says what the log of a container has at its end. */
  setLastLines({ id, end }: SilentContainer, lines: readonly string[]): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.said = { of: kindOf(end), readAt: end, lines };
    this.#update(entry, entry.facts);
    this.#changes.fire();
  }

  /** Says how containers will end, before they are told to. */
  expect(ids: readonly string[], ending: Ending): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry !== undefined) entry.ending = ending;
    }
  }

  /** Makes the instances what a listing says. */
  replace(containers: readonly ContainerFacts[]): void {
    const kind = this.#listed ? 'started' : 'adopted';
    this.#listed = true;
    this.#asksFlink = containers.some(publishesRest);
    const present = new Set(containers.map(({ id }) => id));
    for (const [id, entry] of this.#entries) {
      if (present.has(id)) continue;
      this.#entries.delete(id);
      if (isUp(entry.shown)) this.#tell('stopped', { ...entry.shown, state: 'stopped', endedAt: this.clock.now() });
    }
    for (const facts of containers) {
      const entry = this.#entries.get(facts.id);
      if (entry === undefined) this.#add(facts, kind);
      else this.#update(entry, facts);
    }
    this.#changes.fire();
  }

  /**
   * Takes in what the engine just said, as far as it says enough.
   * @returns true when the containers should be listed, because there is more to know.
   */
  apply(event: ContainerEvent): boolean {
    const entry = this.#entries.get(event.id);
    if (entry === undefined) return event.action === 'create' || event.action === 'start';
    const { facts } = entry;
    switch (event.action) {
      case 'kill':
        // An orderly stop begins with another signal, and only ends with SIGKILL when that did not help.
        if (event.signal !== undefined) entry.ending ??= event.signal === sigkill ? 'killed' : 'stopped';
        return false;
      case 'die':
        // One that was repeated by the engine and belongs to an earlier run of the container.
        if (event.at !== undefined && event.at < (facts.startedAt ?? 0)) return true;
        this.#update(entry, endedBy(entry, event, this.clock.now()));
        break;
      case 'oom':
        this.#update(entry, { ...facts, outOfMemory: true });
        break;
      case 'health_status':
        if (event.health === 'healthy' || event.health === 'unhealthy') {
          this.#update(entry, { ...facts, health: event.health });
        }
        break;
      case 'pause':
        this.#update(entry, { ...facts, status: 'paused' });
        break;
      case 'unpause':
        this.#update(entry, { ...facts, status: 'running' });
        break;
      case 'destroy':
        this.#entries.delete(event.id);
        break;
      default:
        return event.action === 'start' || event.action === 'restart' || event.action === 'rename';
    }
    this.#changes.fire();
    return event.action === 'die';
  }

  /** Says under which ids Flink knows the TaskManagers, by container. */
  setFlinkIds(byContainer: ReadonlyMap<string, string>): void {
    for (const entry of this.#entries.values()) {
      if (!isTaskManager(entry.facts)) continue;
      // An id that was once known stays: whether it is still registered is for the view of the cluster to say.
      entry.flinkId = byContainer.get(entry.facts.id) ?? entry.flinkId;
      this.#update(entry, entry.facts);
    }
    this.#changes.fire();
  }

  clear(): void {
    this.#entries.clear();
    this.#listed = false;
    this.#changes.fire();
  }

  dispose(): void {
    this.#entries.clear();
    this.#steady?.dispose();
    this.#events.dispose();
    this.#changes.dispose();
  }

  #add(facts: ContainerFacts, kind: InstanceEventKind): void {
    const entry: Entry = {
      facts,
      ending: undefined,
      flinkId: undefined,
      said: undefined,
      shown: this.#show({ facts, ending: undefined, flinkId: undefined, said: undefined }),
    };
    this.#entries.set(facts.id, entry);
    if (!isUp(entry.shown)) return;
    this.#tell(kind, entry.shown);
    if (kind === 'started' && entry.shown.state === 'healthy') this.#tell('healthy', entry.shown);
  }

  #update(entry: Entry, facts: ContainerFacts): void {
    const before = entry.shown;
    const runs = facts.status === 'running' || facts.status === 'paused';
    const restarted = runs && facts.startedAt !== undefined && facts.startedAt !== before.startedAt;
    if (restarted) {
      entry.ending = undefined;
      entry.flinkId = undefined;
    }
    if (!runs) entry.flinkId = undefined;
    // Counted anew: somebody started it, and what was read of its log belongs to the past.
    if (facts.restarts < entry.facts.restarts) entry.said = undefined;
    entry.facts = facts;
    entry.shown = this.#show(entry);
    const { shown } = entry;
    const ended = !isUp(shown);
    if (isUp(before) && (ended || restarted)) this.#tell(endingKind(ended ? shown : before), ended ? shown : before);
    if (!ended && (restarted || !isUp(before))) this.#tell('started', shown);
    if (shown.state === 'healthy' && (before.state !== 'healthy' || restarted)) this.#tell('healthy', shown);
  }

  #hints({ ending, flinkId }: Pick<Entry, 'ending' | 'flinkId'>): ContainerHints {
    return {
      now: this.clock.now(),
      ...(ending === undefined ? {} : { ending }),
      ...(this.#asksFlink ? { registered: flinkId !== undefined } : {}),
    };
  }

  /**
   * The end of a container that nobody asked for. In a crash loop the log is read anew after twice as many restarts, and not with
   * each: the next one may say something else.
   */
  #endOf(entry: Omit<Entry, 'shown'>): string | undefined {
    const { facts } = entry;
    if (isInCrashLoop(facts, this.#hints(entry))) return `${crashLoop} ${Math.floor(Math.log2(facts.restarts))}`;
    const { state } = conditionOf(facts, this.#hints(entry));
    const failed = state === 'exited' && facts.status !== 'created' && (facts.exitCode ?? 0) !== 0;
    return failed ? `${facts.finishedAt ?? 0}` : undefined;
  }

  #show(entry: Omit<Entry, 'shown'>): InstanceSnapshot {
    const { facts, flinkId, said } = entry;
    this.#lookWhenSteady(facts);
    const end = this.#endOf(entry);
    const lines = end !== undefined && said?.of === kindOf(end) ? said.lines : [];
    const lastWords = meaningfulLine(lines)?.slice(0, lastWordsLength);
    const condition = conditionOf(facts, {
      ...this.#hints(entry),
      ...(lastWords === undefined ? {} : { lastWords }),
    });
    return {
      id: instanceIdOf(facts),
      service: facts.service,
      ...condition,
      ...(lines.length === 0 ? {} : { lastLines: lines }),
      container: facts.name,
      ...(flinkId === undefined ? {} : { flinkId }),
      ...(facts.startedAt === undefined ? {} : { startedAt: facts.startedAt }),
      ...(facts.finishedAt === undefined ? {} : { endedAt: facts.finishedAt }),
      ...(facts.exitCode === undefined ? {} : { exitCode: facts.exitCode }),
    };
  }

  /** What left its crash loop sends no event. */
  #lookWhenSteady(facts: ContainerFacts): void {
    const at = steadyAt(facts);
    const now = this.clock.now();
    if (at === undefined || at <= now || this.#steady !== undefined) return;
    this.#steady = this.clock.schedule(at - now, () => {
      this.#steady = undefined;
      for (const entry of this.#entries.values()) this.#update(entry, entry.facts);
      this.#changes.fire();
    });
  }

  #tell(kind: InstanceEventKind, instance: InstanceSnapshot): void {
    this.#events.fire({ kind, instance, at: this.clock.now() });
  }

  #sorted(): readonly Entry[] {
    const collator = new Intl.Collator('en', { numeric: true });
    return [...this.#entries.values()].sort((a, b) => collator.compare(a.shown.id, b.shown.id));
  }
}

/** Ends of one crash loop are of one kind: what was read of an earlier one stands until a later one is read. */
function kindOf(end: string): string {
  return end.startsWith(crashLoop) ? crashLoop : end;
}

/** `taskmanager-2`, as the local environment names them; others have no number unless there are several. */
export function instanceIdOf({ service, number }: Pick<ContainerFacts, 'service' | 'number'>): string {
  return service === 'taskmanager' || number !== 1 ? `${service}-${number}` : service;
}

/** One that the engine starts again and again is about to be started once more, unless it was ended by somebody. */
function endedBy({ facts, ending }: Entry, { exitCode, at }: ContainerEvent, now: number): ContainerFacts {
  const { health: _health, healthOutput: _output, error: _error, ...rest } = facts;
  return {
    ...rest,
    status: ending === undefined && facts.restarts > 0 ? 'restarting' : 'exited',
    addresses: [],
    finishedAt: at ?? now,
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/** Flink can be asked, so a TaskManager that it does not know is not there yet. */
function publishesRest({ service, ports }: ContainerFacts): boolean {
  return service === 'jobmanager' && ports.some(({ container }) => container === restPort);
}

function isTaskManager({ service, status }: ContainerFacts): boolean {
  return service === 'taskmanager' && status === 'running';
}

function isUp({ state }: InstanceSnapshot): boolean {
  return state === 'starting' || state === 'healthy' || state === 'unhealthy';
}

function endingKind({ state }: InstanceSnapshot): InstanceEventKind {
  if (state === 'killed' || state === 'stopped') return state;
  return 'died';
}
