import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { TailSession, TailStart } from '../core/kafka/kafkaPort';
import { Store } from '../core/state/store';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { messageOf } from '../core/util/errors';
import type { EnvironmentSnapshot } from '../shared/model/environment';
import { isUp } from '../shared/model/instances';
import type { TopicInfo } from '../shared/model/kafka';
import type {
  TailChoice,
  TailExportChunk,
  TailExportFormat,
  TailFilter,
  TailRow,
  TailSpotlight,
  TailState,
  TopicPanelHost,
  TopicPanelInit,
} from '../shared/protocol/topicPanel';
import { EndedTail, endedRows } from './endedTail';
import { fieldNames, isBucketCount, isSequence, parseChoice, parseExportFormat, parseFilter } from './topicPanelInput';
import { topicPanelStrings } from './topicPanelStrings';

/** A page may ask for this many rows at once, by the protocol. */
const maxRows = 500;
const describeTimeoutMs = 10_000;

export interface TopicTailOptions {
  readonly topic: string;
  readonly engine: Engine;
  readonly locale: string;
  readonly capacity: () => number;
  readonly maxValueLength: () => number;
  readonly timeZone: () => TopicPanelInit['timeZone'];
  /** What is read at first: what the page kept over a reload of the window. */
  readonly choice: TailChoice;
  readonly copy: (text: string) => Promise<void>;
  readonly showDocument: (name: string, text: string) => Promise<void>;
  /** Lets the person choose a file, and writes into it. Tells the person what came of it, and never rejects. */
  readonly exportRows: (format: TailExportFormat, chunks: () => AsyncIterable<TailExportChunk>) => Promise<void>;
  readonly onPageError: (message: string) => void;
  /** The records begin anew, so the page has to, too. */
  readonly onRestart: () => void;
}

/**
 * What is behind one topic panel: a tail that lives as long as the broker and the panel do, begun anew when the playground
 * comes back. Until then what was seen stays. It answers the page; every argument is checked, because a page shows hostile
 * input.
 */
export class TopicTail implements Disposable {
  readonly state: Store<TailState>;
  /** What the page can call. Arguments are typed as they come, whatever the protocol promises. */
  readonly host: Omit<TopicPanelHost, 'reportError'> = {
    ready: () =>
      Promise.resolve({
        state: this.state.value,
        timeZone: this.options.timeZone(),
        choice: this.#choice,
        filter: this.#filter ?? null,
        locale: this.options.locale,
        strings: topicPanelStrings(),
      }),
    rows: (from: unknown, to: unknown, fields: unknown) => {
      const source = this.#source;
      return source === undefined
        ? Promise.resolve([])
        : inRange(from, to, (begin, end) => source.rows(begin, end, fieldNames(fields)));
    },
    matches: (from: unknown, to: unknown, fields: unknown) => {
      const session = this.#session;
      return session === undefined
        ? Promise.resolve([])
        : inRange(from, to, (begin, end) => session.matches(begin, end, fieldNames(fields)));
    },
    setFilter: async (filter: unknown) => {
      this.#filter = parseFilter(filter);
      await this.#session?.setFilter(this.#filter);
    },
    record: async (seq: unknown) => (isSequence(seq) ? ((await this.#source?.record(seq)) ?? null) : null),
    partitions: () => this.#partitions(),
    fields: async () => (await this.#session?.fields()) ?? [],
    histogram: async (buckets: unknown, from: unknown, to: unknown) => {
      if (this.#session === undefined || !isBucketCount(buckets)) return null;
      const isRange = typeof from === 'number' && typeof to === 'number' && from < to;
      return this.#session.histogram(isRange ? { buckets, from, to } : { buckets });
    },
    pause: async (paused: unknown) => {
      await this.#session?.setPaused(paused === true);
    },
    clear: async () => {
      await this.#session?.clear();
      if (this.#session === undefined) this.#clearEnded();
    },
    read: (choice: unknown) => {
      this.#readAnew(parseChoice(choice));
      return Promise.resolve();
    },
    openValue: (seq: unknown) => (isSequence(seq) ? this.#openValue(seq) : Promise.resolve(false)),
    export: (format: unknown) => {
      const parsed = parseExportFormat(format);
      const session = this.#session;
      if (parsed !== undefined && session !== undefined) {
        void this.options.exportRows(parsed, () => session.export(parsed));
      }
      return Promise.resolve();
    },
    takeSpotlight: () => {
      const spotlight = this.#spotlight ?? null;
      this.#spotlight = undefined;
      return Promise.resolve(spotlight);
    },
    copyValue: async (seq: unknown) => {
      const value = isSequence(seq) ? await this.#source?.value(seq) : undefined;
      if (value === undefined) return false;
      await this.options.copy(value);
      return true;
    },
  };
  readonly #owned = new DisposableStore();
  #session: TailSession | undefined;
  /** A session of a broker that is gone, until its newest rows are taken out of it. */
  #leaving: TailSession | undefined;
  #ended: EndedTail | undefined;
  /** Outlives sessions: who filters does so until it is ended. */
  #filter: TailFilter | undefined;
  #choice: TailChoice;
  #spotlight: TailSpotlight | undefined;
  /** The brokers of which a tail was opened last; `undefined` while there are none. */
  #brokers: readonly string[] | undefined;
  /** A session was shown already, whose numbers the page knows. */
  #hadSession = false;
  /** Counts openings, so that one that was overtaken lets go of what it got. */
  #opening = 0;

  constructor(private readonly options: TopicTailOptions) {
    this.#choice = options.choice;
    this.state = this.#owned.add(new Store<TailState>(this.#stateWithout('connecting')));
    const { environment } = options.engine;
    this.#owned.add(environment.snapshot.onDidChange(() => this.#follow()));
    this.#owned.add({ dispose: () => this.#close() });
    this.#follow();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** What the page is to show next, which it takes when it is there. */
  setSpotlight(spotlight: TailSpotlight): void {
    this.#spotlight = spotlight;
  }

  get #source(): Pick<TailSession, 'rows' | 'value' | 'record'> | undefined {
    return this.#session ?? this.#leaving ?? this.#ended;
  }

  /** Opens the tail when a broker is there, and ends it when it goes away. */
  #follow(): void {
    const snapshot = this.options.engine.environment.snapshot.value;
    if (isGone(snapshot)) {
      if (this.state.value.status !== 'ended' || this.#brokers !== undefined) this.#end();
      return;
    }
    const brokers = snapshot.endpoints?.brokers ?? [];
    if (this.#brokers?.join() === brokers.join()) return;
    if (isReady(snapshot)) void this.#open(brokers);
    else if (this.#session === undefined && this.state.value.status !== 'connecting') this.#say('connecting');
  }

  #readAnew(choice: TailChoice): void {
    this.#choice = choice;
    this.#forgetEnded();
    // The page is told that no row is left before it is told of new ones, so it need not begin anew.
    this.#hadSession = false;
    if (this.#brokers === undefined) this.#clearEnded();
    else void this.#open(this.#brokers);
  }

  async #open(brokers: readonly string[]): Promise<void> {
    this.#brokers = brokers;
    this.#opening += 1;
    const opening = this.#opening;
    this.#session?.dispose();
    this.#session = undefined;
    this.#say('connecting');
    try {
      const { partitions, isolation } = this.#choice;
      const from = await this.#whereToBegin(brokers);
      const session = await this.options.engine.kafka.openTail({
        brokers,
        topic: this.options.topic,
        from,
        ...(partitions === undefined ? {} : { partitions }),
        isolation,
        capacity: this.options.capacity(),
        maxValueLength: this.options.maxValueLength(),
      });
      if (opening !== this.#opening || this.#owned.isDisposed) {
        session.dispose();
        return;
      }
      this.#forgetEnded();
      this.#session = session;
      if (this.#filter !== undefined)
        session.setFilter(this.#filter).catch((error: unknown) => this.options.onPageError(messageOf(error)));
      session.state.onDidChange(({ next }) => {
        if (this.#session === session) this.state.set(next);
      });
      this.state.set(session.state.value);
      if (this.#hadSession) this.options.onRestart();
      this.#hadSession = true;
    } catch (error) {
      if (opening !== this.#opening) return;
      this.#say('failed', messageOf(error));
    }
  }

  /** The broker is gone: ends the consumer, and keeps what was seen. */
  #end(): void {
    this.#brokers = undefined;
    this.#opening += 1;
    const session = this.#session;
    this.#session = undefined;
    const message = l10n.t('The playground is not running. Start it to see new records.');
    if (session === undefined) {
      this.#say('ended', message);
      return;
    }
    const { value } = session.state;
    const first = Math.max(value.first, value.end - endedRows);
    this.#forgetEnded();
    this.#leaving = session;
    this.state.set({ ...value, status: 'ended', message, first, rate: 0 });
    void this.#takeRows(session, { ...value, first });
  }

  async #takeRows(session: TailSession, range: TailState): Promise<void> {
    // A session that fails now leaves nothing, which is what the state then says.
    const ended = await EndedTail.of(session, range).catch(() => undefined);
    if (this.#leaving !== session) return;
    session.dispose();
    this.#leaving = undefined;
    this.#ended = ended;
    const { status, message } = this.state.value;
    this.#say(status, message);
  }

  #clearEnded(): void {
    this.#forgetEnded();
    const { status, message } = this.state.value;
    this.#say(status, message);
  }

  #forgetEnded(): void {
    this.#leaving?.dispose();
    this.#leaving = undefined;
    this.#ended = undefined;
  }

  #close(): void {
    this.#opening += 1;
    this.#session?.dispose();
    this.#session = undefined;
    this.#forgetEnded();
  }

  /** Unless chosen: from the beginning where everything fits, so that a quiet topic is not an empty page; else what comes. */
  async #whereToBegin(brokers: readonly string[]): Promise<TailStart> {
    const { begin } = this.#choice;
    if (typeof begin === 'object' && 'offset' in begin) return { offset: BigInt(begin.offset) };
    if (begin !== undefined) return begin;
    const topic = await this.#describe(brokers);
    return topic !== undefined && recordsIn(topic) <= BigInt(this.options.capacity()) ? 'earliest' : 'latest';
  }

  async #describe(brokers: readonly string[]): Promise<TopicInfo | undefined> {
    const topics = await this.options.engine.kafka.describeTopics(brokers, AbortSignal.timeout(describeTimeoutMs));
    return topics.find(({ name }) => name === this.options.topic);
  }

  async #partitions(): Promise<readonly number[]> {
    const topic = this.#brokers === undefined ? undefined : await this.#describe(this.#brokers);
    return topic === undefined ? [] : topic.partitions.map(({ id }) => id);
  }

  async #openValue(seq: number): Promise<boolean> {
    const source = this.#source;
    const record = await source?.record(seq);
    if (source === undefined || record === undefined || record.value.kind === 'null') return false;
    const { partition, offset, value } = record;
    const text = value.cut && value.kind !== 'hex' ? await source.value(seq) : value.text;
    if (text === undefined) return false;
    const name = `${this.options.topic}-${partition}-${offset}.${value.kind === 'json' ? 'json' : 'txt'}`;
    await this.options.showDocument(name, text);
    return true;
  }

  /** Tells a state while no session does; the rows of one that ended, or is about to, are still there. */
  #say(status: TailState['status'], message?: string): void {
    const { first, end, total } = this.state.value;
    const range = this.#leaving === undefined ? this.#ended?.range : { first, end, total };
    this.state.set({
      ...this.#stateWithout(status),
      ...range,
      ...(message === undefined ? {} : { message }),
    });
  }

  /** A state without rows. */
  #stateWithout(status: TailState['status']): TailState {
    const { topic, capacity } = this.options;
    return { topic, status, first: 0, end: 0, total: 0, capacity: capacity(), rate: 0 };
  }
}

/**
 * Nothing is left to read from: the playground was stopped, or all its processes died. A broker that died alone is not gone,
 * because it can be started again; a tail waits for it.
 */
function isGone({ kind, phase, endpoints, services }: EnvironmentSnapshot): boolean {
  if (endpoints === undefined || endpoints.brokers.length === 0) return true;
  if (kind === 'remote' || (phase !== 'absent' && phase !== 'failed')) return false;
  return !services.some(({ name, instances }) => name === 'kafka' && instances.some(isUp));
}

/** A broker answers and has its topics. Its address is known before that, as soon as a start has begun. */
function isReady({ phase, services, steps }: EnvironmentSnapshot): boolean {
  if (phase === 'starting') {
    return steps.some(({ step, state }) => step === 'topics' && (state === 'done' || state === 'skipped'));
  }
  const brokers = services.filter(({ name }) => name === 'kafka').flatMap(({ instances }) => instances);
  return brokers.length === 0 || brokers.some(isUp);
}

function recordsIn({ partitions }: TopicInfo): bigint {
  return partitions.reduce((sum, { earliest, latest }) => sum + BigInt(latest) - BigInt(earliest), 0n);
}

/** Asks for rows where the range is one, and for no more than the protocol allows. */
function inRange(
  from: unknown,
  to: unknown,
  ask: (from: number, to: number) => Promise<readonly TailRow[]>,
): Promise<readonly TailRow[]> {
  if (!isSequence(from) || !isSequence(to) || to <= from) return Promise.resolve([]);
  return ask(from, Math.min(to, from + maxRows));
}
