import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { KafkaPort } from '../src/core/kafka/kafkaPort';
import { createWorkerKafkaPort } from '../src/core/kafka/workerKafkaPort';
import { waitFor } from '../src/core/util/async';
import { Emitter } from '../src/core/util/emitter';
import { silentLogger } from '../src/core/util/logger';
import { connectPage, type MessagePort } from '../src/host/webviewBridge';
import { TopicTail } from '../src/panels/topicPanel';
import type { TopicPanelHost, TopicPanelPage } from '../src/shared/protocol/topicPanel';
import { engineDouble } from '../test/support/builders/engine';
import { instance, runningEnvironment } from '../test/support/builders/environment';
import { buildWebview, openWebview } from '../test/support/webviewPage';
import type { Surroundings } from './hostProtocol';
import { alone, worst, type Figure } from './measure';
import { TailBroker } from './tailBroker';

const topic = 'pouring';
const recordsASecond = 100_000;
const rounds = 3;
const roundMs = 5000;
/** From the first row on, before it is measured: the page is compiled meanwhile. */
const settleMs = 3000;
const capacity = 100_000;
const limits = { longTaskPercent: 1, messagesASecond: 10 } as const;

interface PageEnds {
  /** What the page said before somebody listened. */
  readonly outbox: unknown[];
  isOpen: boolean;
  longTaskMs: number;
}

declare const ends: PageEnds;
declare function toHost(message: unknown): Promise<void>;

/** Runs in the page: VS Code's side of it, which hands messages on, and a watch for tasks that the browser calls long. */
function bridge(): void {
  const ends: PageEnds = { outbox: [], isOpen: false, longTaskMs: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) ends.longTaskMs += duration;
  }).observe({ type: 'longtask' });
  Object.assign(globalThis, {
    ends,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => {
        if (ends.isOpen) void toHost(message);
        else ends.outbox.push(message);
      },
      getState: () => undefined,
      setState: () => undefined,
    }),
  });
}

/**
 * The page of a tail in Chromium while records pour into its topic: a real broker, the worker of the built extension, the host's
 * side of the panel, and the messages between them. A task of the page's main thread is long from 50 ms on, by the browser's own
 * count (Long Tasks API).
 */
export async function tailPaint({ launchBrowser }: Surroundings): Promise<readonly Figure[]> {
  const broker = await TailBroker.start();
  const kafka = createWorkerKafkaPort({
    workerFile: `${process.cwd()}/dist/kafkaWorker.js`,
    logger: silentLogger,
  });
  const browser = await launchBrowser();
  const pouring = new AbortController();
  try {
    await broker.createTopic(topic);
    const pace = { count: recordsASecond * 120, perSecond: recordsASecond };
    const poured = broker.produce(topic, 75, pace, pouring.signal);
    await waitFor(async () => ((await recordsIn(kafka, broker)) > recordsASecond ? true : undefined), {
      what: 'the records to pour',
      timeoutMs: 30_000,
      intervalMs: 100,
      signal: pouring.signal,
    });
    const services = [{ name: 'kafka' as const, instances: [instance({ service: 'kafka' })] }];
    const endpoints = { rest: '', brokers: [...broker.brokers] };
    const engine = { ...engineDouble({}, runningEnvironment({ endpoints, services })).engine, kafka };
    const web = await openWebview({
      browser,
      name: 'topicPanel',
      files: await buildWebview('topicPanel'),
      bridge,
      bridgeArgument: undefined,
    });
    const began = performance.now();
    const tail = new TopicTail({
      topic,
      engine,
      locale: 'en-US',
      capacity: () => capacity,
      maxValueLength: () => 1024,
      timeZone: () => 'utc',
      choice: { begin: 'latest', isolation: 'committed' },
      copy: () => Promise.resolve(),
      showDocument: () => Promise.resolve(),
      exportRows: () => Promise.resolve(),
      onPageError: (message) => console.error(message),
      onRestart: () => undefined,
    });
    const port = new PagePort(web.page);
    const host: TopicPanelHost = {
      ...tail.host,
      reportError: (message) => Promise.resolve(console.error(message)),
    };
    const connection = connectPage<TopicPanelPage, TopicPanelHost>(port, host, (error) => console.error(error));
    tail.state.onDidChange(({ next }) => void connection.page.stateChanged.asEvent(next));
    await port.open();
    await web.page.locator('[data-seq]:not([aria-busy])').first().waitFor();
    const firstRow = performance.now() - began;
    await pause(settleMs);
    const longShares: number[] = [];
    const messageRates: number[] = [];
    const recordRates: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = { total: tail.state.value.total, sent: port.sent, long: await longTaskMs(web.page) };
      const roundBegan = performance.now();
      await pause(roundMs);
      const seconds = (performance.now() - roundBegan) / 1000;
      longShares.push(((await longTaskMs(web.page)) - before.long) / seconds / 10);
      messageRates.push((port.sent - before.sent) / seconds);
      recordRates.push((tail.state.value.total - before.total) / seconds);
    }
    const problems = await web.problems();
    if (problems.length > 0) throw new Error(`The page complained: ${problems.join('; ')}`);
    connection.dispose();
    tail.dispose();
    pouring.abort();
    await poured;
    return [
      worst('tail.paint', '% of the time', longShares, limits.longTaskPercent),
      alone('tail.paint.messages', 'a second', 'to the page, answers included', messageRates, limits.messagesASecond),
      alone('tail.paint.records', 'records/s', `${recordsASecond} were written`, recordRates),
      alone('tail.firstRow', 'ms', 'from the tail asked for to a row painted, the page there already', [firstRow]),
    ];
  } finally {
    pouring.abort();
    await browser.close();
    kafka.dispose();
    await broker.dispose();
  }
}

/** The messages of a page, both ways, which Playwright carries. */
class PagePort implements MessagePort {
  sent = 0;
  readonly #received = new Emitter<unknown>();
  readonly onDidReceiveMessage = this.#received.event;

  constructor(private readonly page: Page) {}

  async postMessage(message: unknown): Promise<boolean> {
    this.sent += 1;
    await this.page.evaluate((message) => window.postMessage(message, '*'), message);
    return true;
  }

  /** From now on what the page says is heard, also what it has said already. */
  async open(): Promise<void> {
    await this.page.exposeFunction('toHost', (message: unknown) => this.#received.fire(message));
    await this.page.evaluate(() => {
      ends.isOpen = true;
      for (const message of ends.outbox.splice(0)) void toHost(message);
    });
  }
}

async function recordsIn(kafka: KafkaPort, { brokers }: TailBroker): Promise<number> {
  const topics = await kafka.describeTopics(brokers, AbortSignal.timeout(10_000));
  const partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
  return partitions.reduce((sum, { latest }) => sum + Number(latest), 0);
}

function longTaskMs(page: Page): Promise<number> {
  return page.evaluate(() => ends.longTaskMs);
}
