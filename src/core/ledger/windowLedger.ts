import type {
  CellStatus,
  GenerationGap,
  LedgerCell,
  LedgerRange,
  LedgerSummary,
  LedgerWindow,
  WindowRecord,
} from '../../shared/model/ledger';
import { SpanSet } from './spanSet';
import { WindowCell } from './windowCell';
import { WindowTally } from './windowTally';

export interface WindowLedgerOptions {
  readonly windowMs: number;
  /** What every page must count in every window. */
  readonly expectedCount: number;
  readonly pages: readonly string[];
  /** False when the job counts by the clock: counts are shown, not judged. */
  readonly eventTime: boolean;
  /** True when reading began somewhere in the topic, so that the first window may have been seen in part only. */
  readonly startedMidTopic: boolean;
  /** How many windows with records are kept one by one, at least 3; of older ones only totals remain. */
  readonly keptWindows?: number;
}

interface KeptWindow {
  /** The window's start divided by its length. */
  readonly index: number;
  /** By page, in the order of `#pages`. */
  readonly cells: readonly WindowCell[];
  pagesSeen: number;
}

/** Windows of which nothing was seen; `to` is exclusive. */
interface Hole {
  readonly from: number;
  readonly to: number;
}

/**
 * Windows whose missing pages prove nothing: those where reading began, or where records were lost. It ends before the first
 * window seen whole from the anchor on, the window of the first record that came after. Where reading began it ends two windows
 * after the anchor at the latest, so that a page that never comes is not excused for ever.
 */
interface Uncertainty {
  readonly from: number;
  /** Exclusive. */
  to: number;
  anchor: number | undefined;
}

/** A repeat further than this from every known recovery, in milliseconds either way, is not explained by it. */
export const recoveryReachMs = 120_000;

const defaultKeptWindows = 4096;
const recentWindows = 12;
const keptRecoveries = 1000;
const keptHoles = 256;
const keptUncertainties = 16;

/**
 * The account of a topic of window counts: what is known, per window and page, of clicks counted.
 *
 * Records come in any order, because partitions are read side by side and a recovered job writes windows again. A count is
 * final when it comes (there is no allowed lateness), so a cell is judged at its first record. A window is *closed* when all
 * pages were seen, or when it was settled ({@link WindowLedger.settle}): from then on a page without a record is missing. That
 * a later window was seen proves nothing by itself, because its record may only have been read from another partition earlier.
 * A record that comes after that still counts and corrects cell and totals, as long as the window is among those kept; if it
 * is not, it could not be compared, and the verdict says so. Windows between two seen ones of which nothing came are missing
 * too, unless the generator recorded that it skipped them.
 *
 * Work per record is constant; memory is bounded by the windows kept. All judging is done when the summary is asked for.
 */
export class WindowLedger {
  readonly #pages: readonly string[];
  readonly #pageIndex: ReadonlyMap<string, number>;
  readonly #keptWindows: number;
  readonly #byIndex = new Map<number, KeptWindow>();
  /** In order of event time. */
  readonly #kept: KeptWindow[] = [];
  readonly #retired = new WindowTally();
  readonly #retiredHoles: Hole[] = [];
  #newestRetired: number | undefined;
  /** Windows below this index are closed, whatever was seen of them. */
  #closedBelow = Number.NEGATIVE_INFINITY;
  readonly #gaps = new SpanSet();
  readonly #recoveries = new SpanSet();
  /** The newest of them, as they were told. */
  readonly #recoveryTimes: number[] = [];
  readonly #uncertain: Uncertainty[] = [];
  #truncated = false;
  #lostRecords = false;
  #undecodable = 0;
  #tooOld = 0;
  #summary: LedgerSummary | undefined;

  constructor(private readonly options: WindowLedgerOptions) {
    this.#pages = Array.from(new Set(options.pages)).sort();
    this.#pageIndex = new Map(this.#pages.map((page, index) => [page, index]));
    this.#keptWindows = Math.max(3, options.keptWindows ?? defaultKeptWindows);
    if (options.startedMidTopic) this.#beUncertainFrom(Number.NEGATIVE_INFINITY);
  }

  /**
   * @param arrivedAt when the broker took the record (or, where that is not known, when it was read), milliseconds since the epoch.
   * @returns the number of its window since the epoch, `undefined` when the record could not be counted.
   */
  recordWindow(record: WindowRecord, arrivedAt: number): number | undefined {
    this.#summary = undefined;
    const index = record.windowStart / this.options.windowMs;
    const page = this.#pageIndex.get(record.page);
    const wellFormed = Number.isSafeInteger(index) && record.windowEnd - record.windowStart === this.options.windowMs;
    if (page === undefined || !wellFormed) {
      this.#undecodable += 1;
      return undefined;
    }
    if (this.#newestRetired !== undefined && index <= this.#newestRetired) {
      this.#tooOld += 1;
      return undefined;
    }
    const window = this.#byIndex.get(index) ?? this.#insert(index);
    const cell = window.cells[page];
    if (cell === undefined) return undefined;
    if (cell.records === 0) {
      window.pagesSeen += 1;
      if (window.pagesSeen === this.#pages.length) this.#endUncertainty(index);
    }
    cell.record(record.count, arrivedAt);
    return index;
  }

  /** The newest window of which a record was seen, by its number since the epoch: a mark for {@link settle}. */
  get newest(): number | undefined {
    return this.#kept.at(-1)?.index;
  }

  /**
   * Closes windows: all records that were written before the first one of the window `mark` have been told by now, if there
   * were any. The window before `mark` stays open, because a job writes the pages of a window side by side.
   *
   * @returns false when nothing is closed by it that was not closed before.
   */
  settle(mark: number): boolean {
    if (mark - 1 <= this.#closedBelow) return false;
    this.#summary = undefined;
    this.#closedBelow = mark - 1;
    return true;
  }

  /** A stretch that the generator skipped; it may become known after the windows around it. */
  recordGap(gap: GenerationGap): void {
    this.#summary = undefined;
    this.#gaps.add(Math.ceil(gap.from / this.options.windowMs), Math.floor(gap.to / this.options.windowMs));
  }

  recordUndecodable(): void {
    this.#summary = undefined;
    this.#undecodable += 1;
  }

  /**
   * A failure, restore or restart of the job, in milliseconds since the epoch. Tell of both ends of an outage; the order and
   * the moment of telling do not matter.
   */
  noteRecovery(at: number): void {
    this.#summary = undefined;
    const around = Math.round(at);
    this.#recoveries.add(around - recoveryReachMs, around + recoveryReachMs + 1);
    this.#recoveryTimes.push(around);
    if (this.#recoveryTimes.length > keptRecoveries) this.#recoveryTimes.shift();
  }

  /** Records were deleted before they could be read: at the beginning of the reading, or now in the middle of it. */
  noteTruncated(): void {
    this.#summary = undefined;
    this.#truncated = true;
    const newest = this.#kept.at(-1);
    if (newest !== undefined) this.#lostRecords = true;
    this.#beUncertainFrom(newest === undefined ? Number.NEGATIVE_INFINITY : newest.index - 1);
  }

  /** The account up to now; the same object until something new is told. */
  summary(): LedgerSummary {
    this.#summary ??= this.#summarize();
    return this.#summary;
  }

  /**
   * The windows that were written from `from` to `to` by the clock (milliseconds since the epoch), those of which nothing came,
   * and the last one written before: the one that a job repeats when it goes on from where it was.
   *
   * @returns undefined when no window was written in that time.
   */
  across(from: number, to: number): LedgerRange | undefined {
    const windows = this.#kept;
    const before = windows.findLastIndex((window) => writtenAt(window) < from);
    const last = windows.findLastIndex((window) => writtenAt(window) <= to);
    const range = windows.slice(Math.max(0, before), last + 1);
    const [first] = range;
    const end = range.at(-1);
    if (first === undefined || end === undefined || last <= before) return undefined;
    const tally = new WindowTally();
    this.#addWindows(tally, range, undefined);
    const { verdict, reasons } = tally.verdict({
      eventTime: this.options.eventTime,
      startedMidTopic: this.options.startedMidTopic,
      truncated: this.#truncated && tally.totals.unknown > 0,
      lostRecords: this.#lostRecords,
      undecodable: 0,
      tooOld: 0,
    });
    return {
      start: first.index * this.options.windowMs,
      end: (end.index + 1) * this.options.windowMs,
      pages: this.#pages.length,
      closed: range.every(
        (window, at) =>
          this.#isClosed(window.index, window) &&
          this.#areHolesClosed(range[at - 1]?.index ?? window.index, window.index),
      ),
      verdict,
      reasons,
      totals: tally.totals,
    };
  }

  #summarize(): LedgerSummary {
    const tally = this.#retired.copy();
    for (const hole of this.#retiredHoles) this.#addHole(tally, hole);
    this.#addWindows(tally, this.#kept, this.#newestRetired);
    const { verdict, reasons } = tally.verdict({
      eventTime: this.options.eventTime,
      startedMidTopic: this.options.startedMidTopic,
      truncated: this.#truncated,
      lostRecords: this.#lostRecords,
      undecodable: this.#undecodable,
      tooOld: this.#tooOld,
    });
    return {
      verdict,
      reasons,
      totals: { ...tally.totals, undecodable: this.#undecodable },
      recent: this.windows(recentWindows),
    };
  }

  /** Adds windows in order of event time, with the holes between them and after the window `before`. */
  #addWindows(tally: WindowTally, windows: readonly KeptWindow[], before: number | undefined): void {
    let previous = before;
    for (const window of windows) {
      if (previous !== undefined && window.index > previous + 1) {
        tally.breakRun();
        this.#addHole(tally, { from: previous + 1, to: Math.min(window.index, this.#skippedBelow) });
      }
      this.#addWindow(tally, window);
      previous = window.index;
    }
  }

  /** Nothing is awaited of a window below this index when it was skipped: that needs no settling. */
  get #skippedBelow(): number {
    return Math.max(this.#closedBelow, (this.newest ?? Number.NEGATIVE_INFINITY) - 1);
  }

  #isClosed(index: number, window: KeptWindow | undefined): boolean {
    if (window?.pagesSeen === this.#pages.length || index < this.#closedBelow) return true;
    return index < this.#skippedBelow && this.#gaps.has(index);
  }

  /** Nothing is awaited any more of the windows between two. */
  #areHolesClosed(previous: number, next: number): boolean {
    if (next <= this.#closedBelow) return true;
    return this.#gaps.countWithin(previous + 1, next) >= next - previous - 1;
  }

  readonly #isNearRecovery = (at: number): boolean => this.#recoveries.has(Math.round(at));

  #statusOf(index: number, closed: boolean, cell: WindowCell | undefined): CellStatus {
    if (cell !== undefined && cell.records > 0) return cell.judge(this.options.expectedCount);
    if (!closed) return 'open';
    if (this.#gaps.has(index)) return 'notGenerated';
    return this.#isUncertain(index) ? 'unknown' : 'missing';
  }

  #addWindow(tally: WindowTally, window: KeptWindow): void {
    const closed = this.#isClosed(window.index, window);
    const { totals } = tally;
    let exact = 0;
    let known = 0;
    let repeated = 0;
    if (closed) {
      for (const cell of window.cells) {
        const status = this.#statusOf(window.index, closed, cell);
        if (status === 'exact') exact += 1;
        if (status !== 'unknown') known += 1;
        if (status !== 'open' && status !== 'duplicated') totals[status] += 1;
        if (status === 'conflicting') {
          if (cell.isSplit(this.options.expectedCount)) tally.splits += 1;
        } else if (cell.records > 1) {
          const unexplained = cell.unexplainedRepeats(this.#isNearRecovery);
          totals.unexplainedDuplicates += unexplained;
          totals.duplicates += cell.records - 1 - unexplained;
          if (unexplained > 0) repeated += 1;
        }
      }
    }
    const all = this.#pages.length;
    tally.endWindow({ closed, exact: closed && exact === all, known: known > 0, repeated: closed && repeated === all });
  }

  #addHole(tally: WindowTally, hole: Hole): void {
    if (hole.to <= hole.from) return;
    const skipped = this.#gaps.countWithin(hole.from, hole.to);
    const closed = Math.max(hole.from, Math.min(hole.to, this.#closedBelow));
    let uncertain = 0;
    for (const { from, to } of this.#uncertain) {
      const begin = Math.max(from, hole.from);
      const end = Math.min(to, closed);
      if (end > begin) uncertain += end - begin - this.#gaps.countWithin(begin, end);
    }
    const missing = closed - hole.from - this.#gaps.countWithin(hole.from, closed) - uncertain;
    const pages = this.#pages.length;
    tally.totals.windows += missing + uncertain;
    tally.judgedWindows += missing;
    tally.totals.missing += missing * pages;
    tally.totals.unknown += uncertain * pages;
    tally.totals.notGenerated += skipped * pages;
  }

  /** The newest windows, oldest first, at most so many; those between them of which nothing was seen are among them. */
  windows(count: number): readonly LedgerWindow[] {
    const newest = this.#kept.at(-1);
    const oldest = this.#kept[0];
    if (newest === undefined || oldest === undefined) return [];
    const windows: LedgerWindow[] = [];
    let writtenBefore: number | undefined;
    for (let index = Math.max(oldest.index, newest.index - count + 1); index <= newest.index; index += 1) {
      const window = this.#byIndex.get(index);
      const closed = this.#isClosed(index, window);
      const start = index * this.options.windowMs;
      const cells = this.#pages.map((page, at) => this.#describeCell(index, closed, page, window?.cells[at]));
      const written = window === undefined ? undefined : writtenAt(window);
      const recovery = this.#hasRecovery(writtenBefore, written) ? { recovery: true as const } : {};
      const writing = written === undefined ? {} : { writtenAt: written };
      windows.push({ start, end: start + this.options.windowMs, closed, ...recovery, ...writing, cells });
      writtenBefore = written ?? writtenBefore;
    }
    return windows;
  }

  #hasRecovery(from: number | undefined, to: number | undefined): boolean {
    if (from === undefined || to === undefined) return false;
    return this.#recoveryTimes.some((at) => at > from && at <= to);
  }

  #describeCell(index: number, closed: boolean, page: string, cell: WindowCell | undefined): LedgerCell {
    const status = this.#statusOf(index, closed, cell);
    if (cell === undefined || cell.records === 0) return { page, status, records: 0 };
    return { page, status, count: cell.count, records: cell.records };
  }

  #insert(index: number): KeptWindow {
    const window: KeptWindow = { index, cells: this.#pages.map(() => new WindowCell()), pagesSeen: 0 };
    let at = this.#kept.length;
    while (at > 0 && (this.#kept[at - 1]?.index ?? index) > index) at -= 1;
    this.#kept.splice(at, 0, window);
    this.#byIndex.set(index, window);
    const beginning = this.#uncertain.at(-1);
    if (beginning !== undefined && beginning.anchor === undefined) {
      beginning.anchor = index;
      if (beginning.from === Number.NEGATIVE_INFINITY) beginning.to = index + 2;
    }
    if (this.#kept.length > this.#keptWindows) this.#retireOldest();
    return window;
  }

  #retireOldest(): void {
    const window = this.#kept.shift();
    if (window === undefined) return;
    this.#byIndex.delete(window.index);
    this.settle(window.index + 2);
    if (this.#newestRetired !== undefined && window.index > this.#newestRetired + 1) {
      this.#retired.breakRun();
      this.#retiredHoles.push({ from: this.#newestRetired + 1, to: window.index });
      const oldest = this.#retiredHoles.length > keptHoles ? this.#retiredHoles.shift() : undefined;
      if (oldest !== undefined) this.#addHole(this.#retired, oldest);
    }
    this.#addWindow(this.#retired, window);
    this.#newestRetired = window.index;
  }

  #isUncertain(index: number): boolean {
    return this.#uncertain.some(({ from, to }) => index >= from && index < to);
  }

  #beUncertainFrom(index: number): void {
    const last = this.#uncertain.at(-1);
    if (last !== undefined && last.anchor === undefined) return;
    this.#uncertain.push({ from: index, to: Number.POSITIVE_INFINITY, anchor: undefined });
    if (this.#uncertain.length <= keptUncertainties) return;
    const [first, second] = this.#uncertain;
    if (first !== undefined && second !== undefined) {
      this.#uncertain.splice(0, 2, { from: first.from, to: second.to, anchor: second.anchor });
    }
  }

  #endUncertainty(wholeWindow: number): void {
    for (const uncertainty of this.#uncertain) {
      const { anchor, to } = uncertainty;
      if (anchor !== undefined && wholeWindow >= anchor && wholeWindow < to) uncertainty.to = wholeWindow;
    }
  }
}

/** When the first record of a window came, milliseconds since the epoch. */
function writtenAt({ cells }: KeptWindow): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const cell of cells) if (cell.records > 0) earliest = Math.min(earliest, cell.firstArrival);
  return earliest;
}
