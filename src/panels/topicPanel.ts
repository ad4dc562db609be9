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
 * What is behind one topic panel: a tail that reads as long as the broker is there, and another when the playground comes back.
 * Until then what was read stays, to be filtered and exported as before. It answers the page; every argument is
 * checked, because a page shows hostile input.
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
      const session = this.#session;
      return session === undefined
        ? Promise.resolve([])
        : inRange(from, to, (begin, end) => session.rows(begin, end, fieldNames(fields)));
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
    record: async (seq: unknown) => (isSequence(seq) ? ((await this.#session?.record(seq)) ?? null) : null),
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
      const value = isSequence(seq) ? await this.#session?.value(seq) : undefined;
      if (value === undefined) return false;
      await this.options.copy(value);
      return true;
    },
  };
  readonly #owned = new DisposableStore();
  /** What is shown. Without a broker it has ended, and stays to be looked at until the next one is there. */
  #session: TailSession | undefined;
  /** What is said in place of a session's own state, while there is none that reads. */
  #instead: Pick<TailState, 'status' | 'message'> | undefined = { status: 'connecting' };
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
    this.state = this.#owned.add(new Store<TailState>(this.#stateNow()));
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
    else if (this.#instead !== undefined && this.#instead.status !== 'connecting') this.#say('connecting');
  }

  #readAnew(choice: TailChoice): void {
    this.#choice = choice;
    this.#session?.dispose();
    this.#session = undefined;
    // The page is told that no row is left before it is told of new ones, so it need not begin anew.
    this.#hadSession = false;
    if (this.#brokers === undefined) this.state.set(this.#stateNow());
    else void this.#open(this.#brokers);
  }

  async #open(brokers: readonly string[]): Promise<void> {
    this.#brokers = brokers;
    this.#opening += 1;
    const opening = this.#opening;
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
      this.#session?.dispose();
      this.#session = session;
      this.#instead = undefined;
      if (this.#filter !== undefined)
        session.setFilter(this.#filter).catch((error: unknown) => this.options.onPageError(messageOf(error)));
      session.state.onDidChange(() => {
        if (this.#session === session) this.state.set(this.#stateNow());
      });
      this.state.set(this.#stateNow());
      if (this.#hadSession) this.options.onRestart();
      this.#hadSession = true;
    } catch (error) {
      if (opening !== this.#opening) return;
      this.#say('failed', messageOf(error));
    }
  }

  /** The broker is gone: nothing more is read. */
  #end(): void {
    this.#brokers = undefined;
    this.#opening += 1;
    this.#say('ended', l10n.t('The playground is not running. Start it to see new records.'));
  }

  #close(): void {
    this.#opening += 1;
    this.#session?.dispose();
    this.#session = undefined;
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
    const session = this.#session;
    const record = await session?.record(seq);
    if (session === undefined || record === undefined || record.value.kind === 'null') return false;
    const { partition, offset, value } = record;
    const text = value.cut && value.kind !== 'hex' ? await session.value(seq) : value.text;
    if (text === undefined) return false;
    const name = `${this.options.topic}-${partition}-${offset}.${value.kind === 'json' ? 'json' : 'txt'}`;
    await this.options.showDocument(name, text);
    return true;
  }

  /** Says this in place of the session, which reads no more. */
  #say(status: TailState['status'], message?: string): void {
    // One that cannot end any more is interrupted, and says so by itself.
    if (this.#instead === undefined) this.#session?.end().catch(() => undefined);
    this.#instead = message === undefined ? { status } : { status, message };
    this.state.set(this.#stateNow());
  }

  #stateNow(): TailState {
    const { topic, capacity } = this.options;
    const none = { topic, status: 'connecting', first: 0, end: 0, total: 0, capacity: capacity(), rate: 0 } as const;
    const state: TailState = this.#session?.state.value ?? none;
    if (this.#instead === undefined) return state;
    const { message: _message, behind: _behind, openTransactions: _open, ...kept } = state;
    return { ...kept, rate: 0, ...this.#instead };
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
