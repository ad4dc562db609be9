import { createBirpc } from 'birpc';
import * as l10n from '@vscode/l10n';
import { parentPort, workerData as rawWorkerData } from 'node:worker_threads';
import { messageOf, PlaygroundError } from '../../util/errors';
import type { TailRow } from '../../../shared/protocol/topicPanel';
import type { Disposable } from '../../util/disposable';
import type { Logger } from '../../util/logger';
import { createInProcessKafkaPort } from '../inProcessKafkaPort';
import type { LedgerFeed } from '../ledgerFeed';
import type { Tail } from '../tail';
import type { RowExport } from '../view/rowExport';
import {
  receiver,
  workerData,
  workerMethods,
  type HostFunctions,
  type Reply,
  type WorkerFunctions,
} from '../workerProtocol';

/** The entry point of the worker thread: the Kafka port of this thread, served over the thread's message port. */

/** Host functions as birpc calls them: events, without an answer. */
type Host = { readonly [K in keyof HostFunctions]: (...args: Parameters<HostFunctions[K]>) => void };

interface Open {
  readonly session: Tail | LedgerFeed;
  readonly listener: Disposable;
  /** Exports that are under way. */
  readonly exports: Map<number, RowExport>;
}

function main(): void {
  const port = parentPort;
  if (port === null) throw new Error('The Kafka worker runs in a worker thread only.');
  const { l10nContents } = workerData.parse(rawWorkerData);
  if (l10nContents !== undefined) l10n.config({ contents: l10nContents });

  const opened = new Map<number, Open>();
  let lastExport = 0;
  let receive: (name: string) => ((...args: unknown[]) => Promise<Reply>) | undefined = () => undefined;
  const host = createBirpc<Host>(
    {},
    {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
      post: (message: unknown) => port.postMessage(message),
      on: (listen) => port.on('message', listen),
      eventNames: ['tailState', 'ledgerSummary', 'log'],
      resolver: (name) => receive(name),
      bind: 'functions',
    },
  );
  const logger = forwardingLogger((level, text) => {
    void host.log(level, text);
  });
  // kafkajs reports a crash in a function that nobody awaits; whatever escapes must not end the thread and its sessions.
  process.on('unhandledRejection', (reason) => logger.warn('A rejection was not handled', reason));
  const kafka = createInProcessKafkaPort({ logger });
  const never = new AbortController().signal;

  const openOf = (id: number): Open => {
    const open = opened.get(id);
    if (open === undefined) throw new PlaygroundError('notFound', 'This tail is closed.');
    return open;
  };
  const tailOf = (id: number): Tail => {
    const { session } = openOf(id);
    if (!('rows' in session)) throw new PlaygroundError('notFound', 'This tail is closed.');
    return session;
  };

  const functions: WorkerFunctions = {
    clusterId: (brokers) => kafka.clusterId(brokers, never),
    describeTopics: async (brokers) =>
      (await kafka.describeTopics(brokers, never)).map((topic) => ({ ...topic, partitions: [...topic.partitions] })),
    ensureTopics: async (brokers, topics) => {
      await kafka.ensureTopics(brokers, topics, never);
      return undefined;
    },
    createTopic: async (brokers, topic) => {
      await kafka.createTopic(brokers, topic, never);
      return undefined;
    },
    deleteTopic: async (brokers, topic) => {
      await kafka.deleteTopic(brokers, topic, never);
      return undefined;
    },
    topicSettings: async (brokers, topic) => [...(await kafka.topicSettings(brokers, topic, never))],
    groups: async (brokers) => [...(await kafka.groups(brokers, never))],
    openTail: async (id, request, resume) => {
      const tail = await kafka.openTail(
        request,
        resume && { ...resume, positions: new Map([[request.topic, new Map(resume.positions)]]) },
      );
      const tell = (): void => {
        const { openTransactions, ...state } = tail.state.value;
        const open = openTransactions === undefined ? {} : { openTransactions: [...openTransactions] };
        void host.tailState(id, { ...state, ...open }, Array.from(tail.positions.get(request.topic) ?? []));
      };
      opened.set(id, { session: tail, listener: tail.state.onDidChange(tell), exports: new Map() });
      tell();
      return undefined;
    },
    openLedger: async (id, request) => {
      const feed = await kafka.openLedger(request);
      const tell = (): void => {
        void host.ledgerSummary(id, feed.summary.value);
      };
      opened.set(id, { session: feed, listener: feed.summary.onDidChange(tell), exports: new Map() });
      tell();
      return undefined;
    },
    rows: async (id, from, to, fields) => (await tailOf(id).rows(from, to, fields)).map(plainRow),
    matches: async (id, from, to, fields) => (await tailOf(id).matches(from, to, fields)).map(plainRow),
    setFilter: async (id, filter) => {
      await tailOf(id).setFilter(filter);
      return undefined;
    },
    record: async (id, seq) => {
      const record = await tailOf(id).record(seq);
      return record && { ...record, headers: [...record.headers] };
    },
    fields: async (id) => [...(await tailOf(id).fields())],
    histogram: async (id, range) => {
      const { counts, matched, ...times } = await tailOf(id).histogram(range);
      return { ...times, counts: [...counts], ...(matched === undefined ? {} : { matched: [...matched] }) };
    },
    startExport: (id, format) => {
      const number = (lastExport += 1);
      openOf(id).exports.set(number, tailOf(id).startExport(format));
      return Promise.resolve(number);
    },
    nextExport: (id, number) => {
      const rows = openOf(id).exports.get(number);
      if (rows === undefined) throw new PlaygroundError('notFound', 'This export is over.');
      return Promise.resolve(rows.next());
    },
    endExport: (id, number) => {
      opened.get(id)?.exports.delete(number);
      return Promise.resolve(undefined);
    },
    value: (id, seq) => tailOf(id).value(seq),
    setPaused: async (id, paused) => {
      await tailOf(id).setPaused(paused);
      return undefined;
    },
    clear: async (id) => {
      await tailOf(id).clear();
      return undefined;
    },
    end: async (id) => {
      await tailOf(id).end();
      return undefined;
    },
    noteRecovery: (id, at) => {
      const session = opened.get(id)?.session;
      if (session !== undefined && 'noteRecovery' in session) session.noteRecovery(at);
      return Promise.resolve(undefined);
    },
    across: (id, from, to) => {
      const session = opened.get(id)?.session;
      return session !== undefined && 'across' in session ? session.across(from, to) : Promise.resolve(undefined);
    },
    windows: async (id, count) => {
      const session = opened.get(id)?.session;
      return session !== undefined && 'windows' in session ? [...(await session.windows(count))] : [];
    },
    close: async (id) => {
      const open = opened.get(id);
      opened.delete(id);
      open?.listener.dispose();
      await open?.session.close();
      return undefined;
    },
    shutdown: async () => {
      await kafka.close();
      return undefined;
    },
  };
  receive = receiver(workerMethods, functions);
}

/** A row with lists that may be changed, as a message has them. */
function plainRow({ fields, ...row }: TailRow): Omit<TailRow, 'fields'> & { fields?: (string | null)[] } {
  return fields === undefined ? row : { ...row, fields: [...fields] };
}

function forwardingLogger(write: (...entry: Parameters<HostFunctions['log']>) => void): Logger {
  const withError = (message: string, error: unknown): string =>
    error === undefined
      ? message
      : `${message}: ${(error instanceof Error ? error.stack : undefined) ?? messageOf(error)}`;
  const logger: Logger = {
    trace: (message) => write('trace', message),
    debug: (message) => write('debug', message),
    info: (message) => write('info', message),
    warn: (message, error) => write('warn', withError(message, error)),
    error: (message, error) => write('error', withError(message, error)),
    child: () => logger,
  };
  return logger;
}

main();
