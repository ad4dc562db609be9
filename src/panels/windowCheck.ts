import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { LedgerSession } from '../core/kafka/kafkaPort';
import { reasonTexts, verdictText } from '../core/ledger/ledgerText';
import { writtenTime } from '../core/ledger/decodeWindowRecord';
import type { LedgerContract } from '../core/ledger/contracts';
import { playground } from '../core/playground';
import { Poller } from '../core/state/poller';
import { Store, type ReadableStore } from '../core/state/store';
import { systemClock, type Clock } from '../core/util/clock';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { messageOf } from '../core/util/errors';
import { noTotals, type LateRecords, type LedgerSummary, type LedgerWindow } from '../shared/model/ledger';
import type { TailSpotlight } from '../shared/protocol/topicPanel';
import type { PictureFormat, WindowPanelHost, WindowPanelInit, WindowPanelState } from '../shared/protocol/windowPanel';
import { learnKeys } from './learnKeys';
import { pictureBytes } from './pictureBytes';
import { caughtUpText, shownMarks } from './windowMarks';
import { WhileSeen } from './whileSeen';
import { windowPanelStrings } from './windowPanelStrings';
import { shownRates } from './windowRates';
import { windowReport } from './windowReport';

export interface WindowCheckOptions {
  readonly topic: string;
  readonly engine: Engine;
  /** Absent for the topic of the playground's own job, which is counted all the time. */
  readonly contract: LedgerContract | undefined;
  readonly locale: string;
  readonly timeZone: () => WindowPanelInit['timeZone'];
  readonly showRecords: (topic: string, spotlight: TailSpotlight) => Promise<void>;
  readonly showDocument: (name: string, text: string) => Promise<void>;
  /** Asks where to, and writes. */
  readonly savePicture: (name: string, format: PictureFormat, bytes: Uint8Array) => Promise<void>;
  /** What the person asked for did not work. */
  readonly onFailure: (error: unknown) => void;
  readonly onPageError: (message: string) => void;
  readonly clock?: Clock;
}

/** A quarter of an hour of the playground's windows, four times. */
const shownWindows = 240;
const readIntervalMs = 1000;
const longestPage = 1000;
const lateIntervalMs = 10_000;
/** The topic that the playground's job reads. */
const ourInput = 'input';
/** The field of the playground's own records. */
const ourStart = 'windowStart';

interface Source {
  readonly summary: ReadableStore<LedgerSummary>;
  windows(count: number): Promise<readonly LedgerWindow[]>;
}

/** What is behind a panel of the window check: an account of the topic that goes on while the panel is open. */
export class WindowCheck implements Disposable {
  readonly state: Store<WindowPanelState>;
  readonly host: Omit<WindowPanelHost, 'reportError'>;
  readonly #owned = new DisposableStore();
  readonly #clock: Clock;
  #source: Source | undefined;
  /** What belongs to the brokers of now. */
  #session = new DisposableStore();
  #brokers: string | undefined;
  #opening = 0;
  #timer: Disposable | undefined;
  /** What is watched only while the panel can be seen. */
  readonly #looking = new WhileSeen((looking) => this.#look(looking));
  #late: LateRecords | undefined;

  constructor(private readonly options: WindowCheckOptions) {
    this.#clock = options.clock ?? systemClock;
    this.state = this.#owned.add(new Store<WindowPanelState>(this.#stateWithout(l10n.t('CANNOT TELL yet.'), [])));
    this.host = this.#createHost();
    this.#owned.add({ dispose: () => this.#close() });
    this.#owned.add(this.#looking);
    if (options.contract === undefined) {
      const { ledger } = options.engine;
      this.#follow({ summary: ledger, windows: (count) => options.engine.ledgerWindows(count) });
    } else {
      const { snapshot } = options.engine.environment;
      this.#owned.add(snapshot.onDidChange(() => this.#followBrokers()));
      this.#followBrokers();
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** A panel that cannot be seen has no rates read, and nothing of the job's metrics. */
  setVisible(visible: boolean): void {
    this.#looking.setVisible(visible);
  }

  #look(looking: DisposableStore): void {
    const { engine } = this.options;
    looking.add(engine.topics.watch());
    looking.add(engine.topics.state.onDidChange(() => this.#schedule(readIntervalMs)));
    looking.add(engine.ledgerMarks.onDidChange(() => this.#schedule(0)));
    const late = looking.add(
      new Poller({ poll: (signal) => this.#readLate(signal), intervalMs: () => lateIntervalMs, clock: this.#clock }),
    );
    late.start();
  }

  async #readLate(signal: AbortSignal): Promise<void> {
    const { environment, inspector } = this.options.engine;
    const runs = environment.snapshot.value.endpoints !== undefined;
    try {
      this.#late = runs ? await inspector.lateRecords(signal) : undefined;
    } catch (error) {
      // What is not known any more is not shown as if it were.
      this.#late = undefined;
      throw error;
    } finally {
      if (!signal.aborted) this.#schedule(readIntervalMs);
    }
  }

  #createHost(): WindowCheck['host'] {
    const { options } = this;
    return {
      ready: () =>
        Promise.resolve({
          state: this.state.value,
          timeZone: options.timeZone(),
          locale: options.locale,
          strings: windowPanelStrings(),
        }),
      showRecords: async (start: unknown, page: unknown) => {
        if (typeof start !== 'number' || !Number.isSafeInteger(start)) return;
        if (typeof page !== 'string' || page.length > longestPage) return;
        await options.showRecords(options.topic, this.#spotlight(start, page));
      },
      exportMarkdown: async () => {
        const text = windowReport(this.state.value, windowPanelStrings(), options.locale);
        await options.showDocument(`windows-${options.topic}.md`, text);
      },
      exportPicture: (format: unknown, data: unknown) => {
        const bytes = pictureBytes(format, data);
        // A dialog stands open longer than a page waits for an answer.
        if (bytes !== undefined) {
          options
            .savePicture(`windows-${options.topic}`, format as PictureFormat, bytes)
            .catch((error: unknown) => options.onFailure(error));
        }
        return Promise.resolve();
      },
    };
  }

  /** The records of a cell: those with the window's start that hold the page. */
  #spotlight(start: number, page: string): TailSpotlight {
    const time = new Date(start);
    const known = !Number.isNaN(time.getTime());
    const text = known ? writtenTime(start, this.#source?.summary.value.timeForm ?? 'iso') : String(start);
    const field = { name: this.options.contract?.contract.start ?? ourStart, text };
    const shown = known ? time.toISOString().slice(11, 19) : text;
    return { label: `${page} ${shown}`, filter: { text: page, field } };
  }

  #followBrokers(): void {
    const brokers = this.options.engine.environment.snapshot.value.endpoints?.brokers ?? [];
    if (brokers.join() === this.#brokers) return;
    this.#brokers = brokers.join();
    this.#close();
    if (brokers.length === 0) {
      this.state.set(this.#stateWithout(l10n.t('CANNOT TELL yet.'), [l10n.t('The topic is not being read.')]));
      return;
    }
    void this.#open(brokers);
  }

  async #open(brokers: readonly string[]): Promise<void> {
    const { contract, engine, topic } = this.options;
    if (contract === undefined) return;
    this.#opening += 1;
    const opening = this.#opening;
    const isOvertaken = (): boolean => opening !== this.#opening || this.#owned.isDisposed;
    try {
      const abort = new AbortController();
      this.#session.add({ dispose: () => abort.abort() });
      const pages =
        contract.keys ??
        (await learnKeys(engine.kafka, { brokers, topic, field: contract.contract.key }, abort.signal));
      if (isOvertaken()) return;
      const session: LedgerSession = await engine.kafka.openLedger({
        brokers,
        topic,
        windowMs: contract.windowMs,
        expectedCount: contract.expectedCount,
        pages,
        contract: contract.contract,
        from: 'earliest',
        eventTime: true,
        recoveries: [],
      });
      if (isOvertaken()) {
        session.dispose();
        return;
      }
      this.#session.add(session);
      this.#follow(session);
    } catch (error) {
      if (!isOvertaken()) this.state.set(this.#stateWithout(l10n.t('CANNOT TELL yet.'), [messageOf(error)]));
    }
  }

  #follow(source: Source): void {
    this.#source = source;
    this.#session.add(source.summary.onDidChange(() => this.#schedule(readIntervalMs)));
    this.#schedule(0);
  }

  /** Windows are asked for once a second at most. */
  #schedule(delayMs: number): void {
    this.#timer ??= this.#clock.schedule(delayMs, () => {
      void this.#read();
    });
  }

  async #read(): Promise<void> {
    const source = this.#source;
    this.#timer = undefined;
    try {
      const windows = (await source?.windows(shownWindows)) ?? [];
      if (source !== undefined && source === this.#source)
        this.state.set(this.#describe(source.summary.value, windows));
    } catch (error) {
      this.options.onPageError(messageOf(error));
    }
  }

  #describe(summary: LedgerSummary, windows: readonly LedgerWindow[]): WindowPanelState {
    return {
      topic: this.options.topic,
      expected: this.#expected,
      verdict: summary.verdict,
      sentence: verdictText(summary),
      reasons: reasonTexts(summary),
      totals: summary.totals,
      windows,
      ...this.#beside(windows),
    };
  }

  /** What is known beside the counts. */
  #beside(windows: readonly LedgerWindow[]): Pick<WindowPanelState, 'marks' | 'rates' | 'caughtUp' | 'late'> {
    const { engine, topic, contract } = this.options;
    const marks = engine.ledgerMarks.value;
    const caughtUp = caughtUpText(marks);
    const late = this.#late;
    const spanMs = contract?.windowMs ?? playground.window.sizeMs;
    return {
      marks: shownMarks(marks, windows),
      rates: [...(contract === undefined ? [ourInput] : []), topic].map((each) =>
        shownRates(each, engine.topics.course(each), spanMs),
      ),
      ...(caughtUp === undefined ? {} : { caughtUp }),
      ...(late === undefined ? {} : { late: { dropped: late.dropped, sentence: lateText(late) } }),
    };
  }

  get #expected(): number {
    return this.options.contract?.expectedCount ?? playground.window.count;
  }

  #stateWithout(sentence: string, reasons: readonly string[]): WindowPanelState {
    const { topic } = this.options;
    const expected = this.#expected;
    return {
      topic,
      expected,
      verdict: 'CANNOT TELL',
      sentence,
      reasons,
      totals: noTotals,
      windows: [],
      marks: [],
      rates: [],
    };
  }

  #close(): void {
    this.#opening += 1;
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#source = undefined;
    this.#session.dispose();
    this.#session = new DisposableStore();
  }
}

function lateText({ dropped, operators }: LateRecords): string {
  const names = operators.join(', ');
  if (dropped === 0) return l10n.t('{0} dropped no late record since it last started.', names);
  if (dropped === 1)
    return l10n.t('{0} dropped 1 late record since it last started: its window was counted without it.', names);
  return l10n.t(
    '{0} dropped {1} late records since it last started: their windows were counted without them.',
    names,
    dropped,
  );
}
