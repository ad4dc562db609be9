import { RecordRing } from '../src/core/kafka/recordRing';
import { readBatches } from '../src/core/kafka/records/recordBatch';
import { RecordMatcher } from '../src/core/kafka/view/recordMatcher';
import { decodeWindowRecord } from '../src/core/ledger/decodeWindowRecord';
import { WindowLedger } from '../src/core/ledger/windowLedger';
import { batchBytes } from '../test/support/recordBatches';
import { alone, median, worst, type Figure } from './measure';

const rows = 100_000;
const rounds = 3;
/** Single runs vary with the collector and with what else the machine does: a round is the median of several. */
const runsPerRound = 9;
const pages = ['/help', '/index', '/shop', '/jobs', '/about', '/news'];
const mostMs = { 75: 15, 1024: 100 } as const;
const leastDecoded = 4_000_000;
const leastFromBytes = 700_000;
const windows = 100_000;
const windowMs = 15_000;

/** A text filter over all that a tail keeps, in the worker's own code, without the worker: a sixth, all, or none of the rows match. */
export function filter(): Promise<readonly Figure[]> {
  return Promise.resolve(
    ([75, 1024] as const).flatMap((size) => {
      const ring = filled(size);
      const wait = (text: string): number => {
        const matcher = new RecordMatcher({ text });
        const spent = cpuMs();
        for (let seq = ring.first; seq < ring.end;) {
          const run = ring.runFrom(seq);
          matcher.scan(ring, run, () => undefined);
          seq = run.to;
        }
        return cpuMs() - spent;
      };
      const measured = (text: string): readonly number[] => {
        wait(text);
        return medians(() => wait(text));
      };
      const limit = mostMs[size];
      return [
        worst(`filter.${size}.sixth`, 'CPU ms', measured('/SHOP'), limit),
        worst(`filter.${size}.all`, 'CPU ms', measured('Page'), limit),
        worst(`filter.${size}.none`, 'CPU ms', measured('absent'), limit),
      ];
    }),
  );
}

/** The account of windows: judging records that are decoded, and the way from their bytes. */
export function ledger(): Promise<readonly Figure[]> {
  const decoded = pages.flatMap((page) => ({ page, count: 1000 }));
  const account = (): WindowLedger =>
    new WindowLedger({ windowMs, expectedCount: 1000, pages, eventTime: true, startedMidTopic: false });
  const rates = (count: number, run: () => void): readonly number[] => {
    run();
    return medians(() => {
      const spent = cpuMs();
      run();
      return (count * 1000) / (cpuMs() - spent);
    });
  };
  const judged = rates(windows * pages.length, () => {
    const of = account();
    for (let window = 0; window < windows; window += 1) {
      const windowStart = window * windowMs;
      for (const { page, count } of decoded) {
        of.recordWindow({ windowStart, windowEnd: windowStart + windowMs, page, count }, windowStart);
      }
    }
    of.summary();
  });
  const encoder = new TextEncoder();
  const iso = (at: number): string => new Date(at).toISOString();
  const bytes = Array.from({ length: 20_000 }, (_, window) =>
    pages.map((page) => {
      const from = window * windowMs;
      return encoder.encode(
        JSON.stringify({ windowStart: iso(from), windowEnd: iso(from + windowMs), page, count: 1000 }),
      );
    }),
  ).flat();
  const read = rates(bytes.length, () => {
    const of = account();
    for (const value of bytes) {
      const record = decodeWindowRecord(value);
      if (record !== undefined) of.recordWindow(record, 0);
    }
    of.summary();
  });
  return Promise.resolve([
    alone('ledger.decoded', 'records a CPU second', `at least ${leastDecoded} were asked for`, judged),
    alone('ledger.fromBytes', 'records a CPU second', `at least ${leastFromBytes} were asked for`, read),
  ]);
}

function filled(size: 75 | 1024): RecordRing {
  const ring = new RecordRing({ capacity: rows, byteCapacity: 128 * 1024 * 1024 });
  const perBatch = 500;
  for (let first = 0; first < rows; first += perBatch) {
    const records = Array.from({ length: perBatch }, (_, index) => {
      const page = pages[index % pages.length] ?? '';
      return { value: `{"page":"${page}","n":${first + index}}`.padEnd(size, 'x'), timestamp: first + index };
    });
    for (const batch of readBatches(batchBytes(records, { baseOffset: BigInt(first) }))) {
      ring.append(first % 2, { baseOffset: BigInt(first), firstDelta: 0, cursor: () => batch.cursor() });
    }
  }
  return ring;
}

function medians(run: () => number): readonly number[] {
  return Array.from({ length: rounds }, () => median(Array.from({ length: runsPerRound }, run)));
}

/** What this thread used of a processor so far: all of the work is its, and a busy machine does not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
