import type {
  TailExportChunk,
  TailExportFormat,
  TailFilter,
  TailHistogram,
  TailRecord,
  TailRow,
  TailState,
} from '../../shared/protocol/topicPanel';
import { Store } from '../state/store';
import type { HistogramRange, TailRequest, TailSession } from './kafkaPort';
import type { Call, RemoteSession } from './remoteSession';
import type { TailResumeData, WorkerFunctions } from './workerProtocol';

/** A tail as the extension host has it; it outlives the worker that serves it. */
export class RemoteTail implements TailSession, RemoteSession {
  readonly state: Store<TailState>;
  #resume: TailResumeData | undefined;
  #paused = false;
  #filter: TailFilter | undefined;
  /** False between the end of a worker and the opening in the next, which does not know the session before. */
  #open = false;
  #hasEnded = false;

  constructor(
    private readonly id: number,
    private readonly request: TailRequest,
    private readonly call: Call,
    private readonly closed: () => void,
  ) {
    const { topic, capacity } = request;
    this.state = new Store<TailState>({ topic, status: 'connecting', first: 0, end: 0, total: 0, capacity, rate: 0 });
  }

  async open(call: Call): Promise<void> {
    const { brokers, partitions, ...request } = this.request;
    const chosen = partitions === undefined ? {} : { partitions: [...partitions] };
    await call('openTail', this.id, { ...request, ...chosen, brokers: [...brokers] }, this.#resume);
    this.#open = true;
    if (this.#paused) await call('setPaused', this.id, true);
    if (this.#filter !== undefined) await call('setFilter', this.id, plainFilter(this.#filter));
  }

  update(state: TailState, positions: TailResumeData['positions']): void {
    if (positions.length > 0) this.#resume = { positions, seq: state.end, total: state.total };
    this.state.set(state);
  }

  interrupted(): void {
    this.#open = false;
    const { matches: _matches, ...state } = this.state.value;
    const lost = { ...state, first: state.end, rate: 0 };
    if (this.#hasEnded || state.status === 'ended') {
      // It had only its records, which are gone: there is nothing to open again.
      this.closed();
      this.state.set({ ...lost, status: 'ended' });
    } else {
      this.state.set(state.status === 'failed' ? lost : { ...lost, status: 'reconnecting' });
    }
  }

  async rows(from: number, to: number, fields?: readonly string[]): Promise<readonly TailRow[]> {
    return this.#open ? this.call('rows', this.id, from, to, fields && [...fields]) : [];
  }

  async matches(from: number, to: number, fields?: readonly string[]): Promise<readonly TailRow[]> {
    return this.#open ? this.call('matches', this.id, from, to, fields && [...fields]) : [];
  }

  async setFilter(filter: TailFilter | undefined): Promise<void> {
    this.#filter = filter;
    if (this.#open) await this.call('setFilter', this.id, plainFilter(filter));
  }

  async record(seq: number): Promise<TailRecord | undefined> {
    return this.#open ? this.call('record', this.id, seq) : undefined;
  }

  async fields(): Promise<readonly string[]> {
    return this.#open ? this.call('fields', this.id) : [];
  }

  async histogram(range: HistogramRange): Promise<TailHistogram> {
    if (this.#open) return this.call('histogram', this.id, range);
    return { from: 0, to: 1, counts: Array.from({ length: range.buckets }, () => 0) };
  }

  async *export(format: TailExportFormat): AsyncGenerator<TailExportChunk> {
    const number = await this.call('startExport', this.id, format);
    try {
      for (;;) {
        const chunk = await this.call('nextExport', this.id, number);
        yield chunk;
        if (chunk.done === chunk.total) return;
      }
    } finally {
      this.call('endExport', this.id, number).catch(() => undefined);
    }
  }

  async value(seq: number): Promise<string | undefined> {
    return this.#open ? this.call('value', this.id, seq) : undefined;
  }

  async setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    if (this.#open) await this.call('setPaused', this.id, paused);
  }

  async clear(): Promise<void> {
    if (this.#open) await this.call('clear', this.id);
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    if (this.#open) await this.call('end', this.id);
    else this.interrupted();
  }

  dispose(): void {
    this.closed();
    this.state.dispose();
  }
}

function plainFilter(filter: TailFilter | undefined): Parameters<WorkerFunctions['setFilter']>[1] {
  if (filter === undefined) return undefined;
  const { partitions, ...rest } = filter;
  return partitions === undefined ? rest : { ...rest, partitions: [...partitions] };
}
