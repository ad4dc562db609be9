import type { JobDetail, Subtask } from '../../shared/model/flink';
import type { TaskCounters, TaskRates } from '../../shared/model/jobReads';

/**
 * How far back a rate looks. Flink gathers the counters of tasks every 10 s unless configured (2 s in ours,
 * `metrics.fetcher.update-interval`), so that two reads may show the same counters and the next one twice the work.
 */
const spanMs = 12_000;
/** Two reads nearer than this tell of no rate. */
const shortestSpanMs = 900;
/** Flink takes the busy time from the time that has passed less the others, so that that of an idle task also falls a little. */
const jitterMs = 1000;

interface Reading {
  readonly at: number;
  readonly counters: TaskCounters;
}

/** Tasks whose counters were read, by whatever name. */
interface Counted {
  readonly counters: TaskCounters;
  readonly running: boolean;
  /** Over how many subtasks the counters are summed. */
  readonly parallelism: number;
}

/**
 * Rates from counters that are read again and again. They come with the answers that are read anyway, one call for a whole
 * job, where the metrics that Flink calls `…PerSecond` would be a call for each vertex, and average over a minute.
 */
export class CounterRates {
  readonly #readings = new Map<string, Reading[]>();

  /** Rates by name as far as they are known; what is not named is forgotten. `at`: when it was read, in milliseconds. */
  next(tasks: ReadonlyMap<string, Counted>, at: number): ReadonlyMap<string, TaskRates> {
    for (const name of this.#readings.keys()) if (tasks.get(name)?.running !== true) this.#readings.delete(name);
    const rates = new Map<string, TaskRates>();
    for (const [name, { counters, running, parallelism }] of tasks) {
      const found = running ? this.#read(name, { at, counters }, parallelism) : undefined;
      if (found !== undefined) rates.set(name, found);
    }
    return rates;
  }

  #read(name: string, now: Reading, parallelism: number): TaskRates | undefined {
    const readings = this.#readings.get(name) ?? [];
    this.#readings.set(name, readings);
    // Tasks that were started anew count from zero.
    if (fellBack(readings.at(-1)?.counters, now.counters)) readings.length = 0;
    readings.push(now);
    while (readings.length > 2 && now.at - (readings[1]?.at ?? now.at) >= spanMs) readings.shift();
    const first = readings[0] ?? now;
    return now.at - first.at < shortestSpanMs ? undefined : ratesBetween(first, now, parallelism);
  }
}

/** The same job with the rates of its vertices, as far as they are known. */
export function withVertexRates(detail: JobDetail, known: CounterRates, at: number): JobDetail {
  const rates = known.next(
    new Map(
      detail.vertices.map(({ id, counters, parallelism, tasks }) => [
        id,
        { counters, parallelism, running: tasks.RUNNING > 0 },
      ]),
    ),
    at,
  );
  return { ...detail, vertices: detail.vertices.map((vertex) => withRates(vertex, rates.get(vertex.id))) };
}

/** The same subtasks with their rates, as far as they are known. */
export function withSubtaskRates(subtasks: readonly Subtask[], known: CounterRates, at: number): readonly Subtask[] {
  const rates = known.next(
    new Map(
      subtasks.map(({ index, counters, state }) => [
        String(index),
        { counters, parallelism: 1, running: state === 'RUNNING' },
      ]),
    ),
    at,
  );
  return subtasks.map((subtask) => withRates(subtask, rates.get(String(subtask.index))));
}

function withRates<T extends object>(tasks: T, rates: TaskRates | undefined): T & { readonly rates?: TaskRates } {
  return rates === undefined ? tasks : { ...tasks, rates };
}

const onlyGrowing = ['recordsIn', 'recordsOut', 'bytesIn', 'bytesOut'] as const;
const nearlyGrowing = ['idleMs', 'busyMs'] as const;

function fellBack(before: TaskCounters | undefined, now: TaskCounters): boolean {
  if (before === undefined) return false;
  const fell = (counter: keyof TaskCounters, by: number): boolean =>
    (before[counter] ?? 0) - (now[counter] ?? before[counter] ?? 0) > by;
  return onlyGrowing.some((counter) => fell(counter, 0)) || nearlyGrowing.some((counter) => fell(counter, jitterMs));
}

const perSecond: readonly (readonly [keyof TaskRates, keyof TaskCounters])[] = [
  ['recordsInPerSecond', 'recordsIn'],
  ['recordsOutPerSecond', 'recordsOut'],
  ['bytesInPerSecond', 'bytesIn'],
  ['bytesOutPerSecond', 'bytesOut'],
];
const shares: readonly (readonly [keyof TaskRates, keyof TaskCounters])[] = [
  ['busy', 'busyMs'],
  ['backPressured', 'backPressuredMs'],
  ['idle', 'idleMs'],
];

/** Written for thousands of subtasks with each read: nothing is made but the result. */
function ratesBetween(first: Reading, last: Reading, parallelism: number): TaskRates {
  const rates: { -readonly [K in keyof TaskRates]: TaskRates[K] } = {};
  const elapsedMs = last.at - first.at;
  const subtasks = Math.max(1, parallelism);
  for (const [rate, counter] of perSecond) {
    const [from, to] = [first.counters[counter], last.counters[counter]];
    if (from !== undefined && to !== undefined) rates[rate] = ((to - from) * 1000) / elapsedMs;
  }
  for (const [share, counter] of shares) {
    const [from, to] = [first.counters[counter], last.counters[counter]];
    if (from === undefined || to === undefined) continue;
    // Flink's figure may be a little ahead of our clock.
    rates[share] = Math.min(1, Math.max(0, (to - from) / elapsedMs / subtasks));
  }
  return rates;
}
