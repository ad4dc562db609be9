import type {
  InstanceEvent,
  InstanceEventKind,
  InstanceSnapshot,
  InstanceState,
} from '../../../shared/model/environment';
import type { Clock } from '../../util/clock';
import type { Disposable } from '../../util/disposable';
import { Emitter } from '../../util/emitter';
import { JavaProcess, type ProcessExit } from './javaProcess';
import { instanceMark, isJvmWith } from './processIdentity';
import type { ProcessTable } from '../common/processTable';
import type { InstanceRecord } from './stateFile';

/** How an instance ends when we end it; without it an end is a death. */
type Ending = 'killed' | 'stopped';

interface Entry {
  record: InstanceRecord;
  state: InstanceState;
  process: JavaProcess | undefined;
  ending: Ending | undefined;
  signal: string | undefined;
}

/** The instances of the run, their processes, and what becomes of them. */
export class InstanceRegistry implements Disposable {
  readonly #entries = new Map<string, Entry>();
  readonly #events = new Emitter<InstanceEvent>();
  readonly #changes = new Emitter<void>();
  readonly onEvent = this.#events.event;
  /** Fires after anything that a snapshot shows has changed. */
  readonly onDidChange = this.#changes.event;

  constructor(
    private readonly table: ProcessTable,
    private readonly clock: Clock,
  ) {}

  get records(): readonly InstanceRecord[] {
    return this.#sorted().map((entry) => entry.record);
  }

  get snapshots(): readonly InstanceSnapshot[] {
    return this.#sorted().map(snapshotOf);
  }

  record(id: string): InstanceRecord | undefined {
    return this.#entries.get(id)?.record;
  }

  /** The process of an instance that runs. */
  running(id: string): JavaProcess | undefined {
    const process = this.#entries.get(id)?.process;
    return process?.exit === undefined ? process : undefined;
  }

  get runningIds(): readonly string[] {
    return this.#sorted()
      .map((entry) => entry.record.id)
      .filter((id) => this.running(id) !== undefined);
  }

  /**
   * Makes the instances what the records say: takes charge of processes that run, finds those that were begun but not
   * recorded with their pid, and sees which are gone.
   */
  async load(records: readonly InstanceRecord[]): Promise<void> {
    const known = new Set(records.map((record) => record.uuid));
    for (const [id, entry] of this.#entries) {
      if (known.has(entry.record.uuid)) continue;
      entry.process?.dispose();
      this.#entries.delete(id);
    }
    for (const record of records) await this.#loadOne(record);
    this.#changes.fire();
  }

  /** The intent to start: recorded before the process is there. */
  begin(record: InstanceRecord): void {
    this.#entries.get(record.id)?.process?.dispose();
    this.#entries.set(record.id, {
      record,
      state: 'starting',
      process: undefined,
      ending: undefined,
      signal: undefined,
    });
    this.#changes.fire();
  }

  attach(id: string, process: JavaProcess): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { pid, startToken } = process.identity;
    entry.record = { ...entry.record, pid, startToken };
    this.#watch(entry, process);
    this.#fire('started', entry);
  }

  markHealthy(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.state === 'healthy' || entry.process?.exit !== undefined) return;
    entry.state = 'healthy';
    this.#fire('healthy', entry);
  }

  /** Ends an instance in an orderly way; one that does not run is left as it is. */
  async end(id: string, graceMs: number): Promise<void> {
    await this.#finish(id, 'stopped', (process) => process.end(graceMs));
  }

  async kill(id: string): Promise<void> {
    await this.#finish(id, 'killed', (process) => process.kill());
  }

  remove(id: string): void {
    this.#entries.get(id)?.process?.dispose();
    this.#entries.delete(id);
    this.#changes.fire();
  }

  clear(): void {
    for (const entry of this.#entries.values()) entry.process?.dispose();
    this.#entries.clear();
    this.#changes.fire();
  }

  dispose(): void {
    for (const entry of this.#entries.values()) entry.process?.dispose();
    this.#entries.clear();
    this.#events.dispose();
    this.#changes.dispose();
  }

  async #finish(id: string, ending: Ending, act: (process: JavaProcess) => Promise<void>): Promise<void> {
    const entry = this.#entries.get(id);
    const process = this.running(id);
    if (entry === undefined || process === undefined) return;
    entry.ending = ending;
    await act(process);
    // The end was seen by the process itself; its listener runs a moment later and finds it done.
    this.#ended(entry, process, process.exit ?? { at: this.clock.now() });
  }

  async #loadOne(record: InstanceRecord): Promise<void> {
    const present = this.#entries.get(record.id);
    if (present?.record.uuid === record.uuid && present.process !== undefined) {
      if (present.process.exit === undefined && record.ended !== undefined) present.ending ??= endingOf(record);
      if (present.process.exit !== undefined && record.ended !== undefined) this.#settle(present, record);
      return;
    }
    present?.process?.dispose();
    const entry: Entry = { record, state: 'exited', process: undefined, ending: undefined, signal: undefined };
    this.#entries.set(record.id, entry);
    if (record.ended !== undefined) {
      entry.state = record.ended.how;
      return;
    }
    const process = await this.#adopt(record);
    if (process === undefined) {
      entry.record = { ...record, ended: { at: this.clock.now(), how: 'exited' } };
      return;
    }
    const { pid, startToken } = process.identity;
    entry.record = { ...record, pid, startToken };
    entry.state = 'healthy';
    this.#watch(entry, process);
    this.#fire('adopted', entry);
  }

  async #adopt(record: InstanceRecord): Promise<JavaProcess | undefined> {
    const mark = instanceMark(record.uuid);
    if (record.pid !== undefined && record.startToken !== undefined) {
      return JavaProcess.adopt({ pid: record.pid, startToken: record.startToken, mark }, this.table, this.clock);
    }
    const facts = (await this.table.find(mark)).find(({ commandLine }) => isJvmWith(mark, commandLine));
    if (facts === undefined) return undefined;
    return JavaProcess.adopt({ pid: facts.pid, startToken: facts.startToken, mark }, this.table, this.clock);
  }

  #watch(entry: Entry, process: JavaProcess): void {
    entry.process = process;
    void process.exited.then((exit) => this.#ended(entry, process, exit));
  }

  #ended(entry: Entry, process: JavaProcess, exit: ProcessExit): void {
    if (entry.process !== process || entry.record.ended !== undefined) return;
    const how = entry.ending ?? (exit.signal === 'SIGKILL' ? 'killed' : 'exited');
    entry.state = how;
    entry.signal = exit.signal;
    entry.record = {
      ...entry.record,
      ended: { at: exit.at, how, ...(exit.exitCode === undefined ? {} : { exitCode: exit.exitCode }) },
    };
    this.#fire(how === 'exited' ? 'died' : how, entry);
  }

  /** Another window ended it and said how, which we could only guess. */
  #settle(entry: Entry, record: InstanceRecord): void {
    if (record.ended === undefined) return;
    entry.record = record;
    entry.state = record.ended.how;
  }

  #fire(kind: InstanceEventKind, entry: Entry): void {
    this.#changes.fire();
    this.#events.fire({ kind, instance: snapshotOf(entry), at: this.clock.now() });
  }

  #sorted(): readonly Entry[] {
    const collator = new Intl.Collator('en', { numeric: true });
    return [...this.#entries.values()].sort((a, b) => collator.compare(a.record.id, b.record.id));
  }
}

function endingOf(record: InstanceRecord): Ending | undefined {
  return record.ended === undefined || record.ended.how === 'exited' ? undefined : record.ended.how;
}

function snapshotOf({ record, state, signal }: Entry): InstanceSnapshot {
  return {
    id: record.id,
    service: record.service,
    state,
    startedAt: record.startedAt,
    ...(record.pid === undefined || record.ended !== undefined ? {} : { pid: record.pid }),
    ...(record.flinkId === undefined ? {} : { flinkId: record.flinkId }),
    ...(record.ended === undefined ? {} : { endedAt: record.ended.at }),
    ...(record.ended?.exitCode === undefined ? {} : { exitCode: record.ended.exitCode }),
    ...(signal === undefined ? {} : { detail: signal }),
  };
}
