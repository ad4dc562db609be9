import { createBirpc, type BirpcReturn } from 'birpc';
import * as l10n from '@vscode/l10n';
import { Worker } from 'node:worker_threads';
import type { LedgerRange, LedgerReason, LedgerSummary, LedgerWindow } from '../../shared/model/ledger';
import type { ConsumerGroupInfo, TopicInfo, TopicSetting, TopicSpec } from '../../shared/model/kafka';
import { WindowLedger } from '../ledger/windowLedger';
import { Store } from '../state/store';
import { delay } from '../util/async';
import { systemClock, type Clock } from '../util/clock';
import { PlaygroundError } from '../util/errors';
import type { Logger } from '../util/logger';
import { abortable } from '../util/abortable';
import type { KafkaPort, LedgerRequest, LedgerSession, TailRequest, TailSession } from './kafkaPort';
import type { Answer, Arguments, Call, Method, RemoteSession } from './remoteSession';
import { RemoteTail } from './remoteTail';
import { hostMethods, receiver, unwrap, workerMethods, type HostFunctions } from './workerProtocol';

export interface WorkerKafkaPortOptions {
  /** The built `kafkaWorker.js`. */
  readonly workerFile: string;
  readonly logger: Logger;
  /** The JSON text of the bundle of translations, for messages that are made in the worker. */
  readonly l10nContents?: string;
  readonly clock?: Clock;
}

const callTimeoutMs = 45_000;
const shutdownMs = 900;
const keptRecoveries = 1000;
/** Reasons that a session gives for its own reading; only the last of them holds. */
const doubts = new Set<LedgerReason['code']>(['notConnected', 'catchingUp', 'noNewWindows']);
const restartMs = { first: 250, longest: 10_000, calmAfter: 60_000 };

/**
 * The port to a worker thread, started with the first call. When the worker dies it is started again while there are sessions;
 * they go on at the next offset, without the records that the dead worker held. After `dispose` the worker has a second to end.
 */
export function createWorkerKafkaPort(options: WorkerKafkaPortOptions): KafkaPort {
  return new WorkerKafkaPort(options);
}

class WorkerKafkaPort implements KafkaPort {
  readonly #sessions = new Map<number, RemoteSession>();
  readonly #disposing = new AbortController();
  readonly #clock: Clock;
  #link: WorkerLink | undefined;
  #nextSession = 0;
  #crashes = 0;
  #startedAt = 0;

  constructor(private readonly options: WorkerKafkaPortOptions) {
    this.#clock = options.clock ?? systemClock;
  }

  clusterId(brokers: readonly string[], signal: AbortSignal): Promise<string> {
    return abortable(this.#call('clusterId', [...brokers]), signal);
  }

  describeTopics(brokers: readonly string[], signal: AbortSignal): Promise<readonly TopicInfo[]> {
    return abortable(this.#call('describeTopics', [...brokers]), signal);
  }

  async ensureTopics(brokers: readonly string[], topics: readonly TopicSpec[], signal: AbortSignal): Promise<void> {
    const specs = topics.map(({ name, partitions, config }) => ({ name, partitions, config: { ...config } }));
    await abortable(this.#call('ensureTopics', [...brokers], specs), signal);
  }

  async createTopic(brokers: readonly string[], topic: TopicSpec, signal: AbortSignal): Promise<void> {
    const { name, partitions, config } = topic;
    await abortable(this.#call('createTopic', [...brokers], { name, partitions, config: { ...config } }), signal);
  }

  async deleteTopic(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<void> {
    await abortable(this.#call('deleteTopic', [...brokers], topic), signal);
  }

  topicSettings(brokers: readonly string[], topic: string, signal: AbortSignal): Promise<readonly TopicSetting[]> {
    return abortable(this.#call('topicSettings', [...brokers], topic), signal);
  }

  groups(brokers: readonly string[], signal: AbortSignal): Promise<readonly ConsumerGroupInfo[]> {
    return abortable(this.#call('groups', [...brokers]), signal);
  }

  async openTail(request: TailRequest): Promise<TailSession> {
    const id = this.#newId();
    const tail = new RemoteTail(id, request, this.#call, () => this.#closeSession(id));
    await this.#openSession(id, tail);
    return tail;
  }

  async openLedger(request: LedgerRequest): Promise<LedgerSession> {
    const id = this.#newId();
    const ledger = new RemoteLedger(id, request, this.#call, () => this.#closeSession(id));
    await this.#openSession(id, ledger);
    return ledger;
  }

  dispose(): void {
    this.#disposing.abort();
    const link = this.#link;
    this.#link = undefined;
    this.#sessions.clear();
    if (link !== undefined) void link.shutdown();
  }

  #newId(): number {
    this.#nextSession += 1;
    return this.#nextSession;
  }

  async #openSession(id: number, session: RemoteSession): Promise<void> {
    this.#sessions.set(id, session);
    try {
      await session.open(this.#call);
    } catch (error) {
      // A worker that dies meanwhile is replaced, and the session is opened in the next one.
      if (PlaygroundError.is(error, 'process') && !this.#disposing.signal.aborted) return;
      this.#sessions.delete(id);
      throw error;
    }
  }

  /** Has nobody to tell of a failure: when the worker is gone, so is the session. */
  #closeSession(id: number): void {
    this.#sessions.delete(id);
    this.#link?.call('close', id).catch(() => undefined);
  }

  readonly #call: Call = async <M extends Method>(method: M, ...args: Arguments<M>): Promise<Answer<M>> => {
    const answer = await this.#connect().call(method, ...args);
    return answer;
  };

  #connect(): WorkerLink {
    if (this.#disposing.signal.aborted) throw new PlaygroundError('internal', 'The Kafka port is disposed.');
    if (this.#link === undefined) {
      this.#startedAt = this.#clock.now();
      const link: WorkerLink = new WorkerLink(this.options, this.#hostFunctions(), (error) => {
        if (this.#link === link) this.#crashed(error);
      });
      this.#link = link;
    }
    return this.#link;
  }

  #hostFunctions(): HostFunctions {
    return {
      tailState: (id, state, positions) => {
        const session = this.#sessions.get(id);
        if (session instanceof RemoteTail) session.update(state, positions);
        return Promise.resolve(undefined);
      },
      ledgerSummary: (id, summary) => {
        const session = this.#sessions.get(id);
        if (session instanceof RemoteLedger) session.update(summary);
        return Promise.resolve(undefined);
      },
      log: (level, text) => {
        this.options.logger[level](text);
        return Promise.resolve(undefined);
      },
    };
  }

  #crashed(error: unknown): void {
    this.options.logger.error('The Kafka worker ended unexpectedly', error);
    this.#link = undefined;
    this.#crashes = this.#clock.now() - this.#startedAt > restartMs.calmAfter ? 1 : this.#crashes + 1;
    for (const session of this.#sessions.values()) session.interrupted();
    if (this.#sessions.size > 0) void this.#restart();
  }

  async #restart(): Promise<void> {
    const { signal } = this.#disposing;
    try {
      await delay(Math.min(restartMs.longest, restartMs.first * 2 ** (this.#crashes - 1)), signal, this.#clock);
      await Promise.all(Array.from(this.#sessions.values(), (session) => session.open(this.#call)));
    } catch (error) {
      if (!signal.aborted) this.options.logger.warn('A Kafka session could not be opened again', error);
    }
  }
}

/** One worker thread and the calls to it. */
class WorkerLink {
  readonly #worker: Worker;
  readonly #rpc: BirpcReturn<Record<string, (...args: unknown[]) => unknown>, object, false>;
  #ended = false;

  constructor(
    { workerFile, l10nContents }: WorkerKafkaPortOptions,
    functions: HostFunctions,
    crashed: (error: unknown) => void,
  ) {
    this.#worker = new Worker(workerFile, {
      name: 'kafka',
      workerData: l10nContents === undefined ? {} : { l10nContents },
    });
    const receive = receiver(hostMethods, functions);
    this.#rpc = createBirpc<Record<string, (...args: unknown[]) => unknown>, object, false>(
      {},
      {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
        post: (message: unknown) => this.#worker.postMessage(message),
        on: (listen) => this.#worker.on('message', listen),
        resolver: (name) => receive(name),
        proxify: false,
        timeout: callTimeoutMs,
        onTimeoutError: (method) => {
          throw new PlaygroundError('timeout', l10n.t('Kafka did not answer in time.'), { detail: method });
        },
      },
    );
    const end = (error: unknown): void => {
      if (this.#ended) return;
      this.#ended = true;
      const failure = new PlaygroundError('process', l10n.t('The connection to Kafka was interrupted.'), {
        cause: error,
      });
      this.#rpc.$close(failure);
      crashed(error);
    };
    this.#worker.on('error', end);
    this.#worker.on('exit', (code) => end(new Error(`The Kafka worker exited with code ${code}.`)));
  }

  async call<M extends Method>(method: M, ...args: Arguments<M>): Promise<Answer<M>> {
    if (this.#ended) throw new PlaygroundError('process', l10n.t('The connection to Kafka was interrupted.'));
    const reply: unknown = await this.#rpc.$call(method, ...args);
    return unwrap<Answer<M>>(method, workerMethods[method].answer as never, reply);
  }

  /** Lets the worker leave its groups, and ends it. */
  async shutdown(): Promise<void> {
    this.#ended = true;
    const timeout = AbortSignal.timeout(shutdownMs);
    await abortable(Promise.resolve(this.#rpc.$call('shutdown')), timeout).catch(() => undefined);
    this.#rpc.$close();
    await this.#worker.terminate();
  }
}

class RemoteLedger implements LedgerSession, RemoteSession {
  readonly summary: Store<LedgerSummary>;
  /** The newest of those that were known at first and those that were noted since, for the next worker. */
  #recoveries: readonly number[];

  constructor(
    private readonly id: number,
    private readonly request: LedgerRequest,
    private readonly call: Call,
    private readonly closed: () => void,
  ) {
    this.#recoveries = request.recoveries.slice(-keptRecoveries);
    const empty = new WindowLedger({ ...request, startedMidTopic: false }).summary();
    this.summary = new Store<LedgerSummary>({ ...empty, reasons: [...empty.reasons, { code: 'notConnected' }] });
  }

  async open(call: Call): Promise<void> {
    const { brokers, pages, ...request } = this.request;
    const recoveries = [...this.#recoveries];
    await call('openLedger', this.id, { ...request, brokers: [...brokers], pages: [...pages], recoveries });
  }

  update(summary: LedgerSummary): void {
    this.summary.set(summary);
  }

  interrupted(): void {
    this.summary.update((summary) => ({
      ...summary,
      verdict: summary.verdict === 'FAIL' ? 'FAIL' : 'CANNOT TELL',
      reasons: [...summary.reasons.filter(({ code }) => !doubts.has(code)), { code: 'notConnected' }],
    }));
  }

  noteRecovery(atMs: number): void {
    this.#recoveries = [...this.#recoveries, atMs].slice(-keptRecoveries);
    this.call('noteRecovery', this.id, atMs).catch(() => undefined);
  }

  across(fromMs: number, toMs: number): Promise<LedgerRange | undefined> {
    return this.call('across', this.id, fromMs, toMs);
  }

  windows(count: number): Promise<readonly LedgerWindow[]> {
    return this.call('windows', this.id, count);
  }

  dispose(): void {
    this.closed();
    this.summary.dispose();
  }
}
