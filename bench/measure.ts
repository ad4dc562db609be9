import { readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';

/** What one run of one side gave. */
export interface Sample {
  /** In the comparison's unit. */
  readonly value: number;
  /** CPU seconds of everything the run started, itself included. */
  readonly cpuSeconds: number;
}

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** What a user would use instead, in words. */
  readonly baseline: string;
  readonly rounds: number;
  readonly ours: () => Promise<Sample>;
  readonly theirs: () => Promise<Sample>;
}

/** A line of `bench/results/latest.json`. `ratio` is ours / theirs; "unstable" where the rounds do not agree. */
export interface Figure {
  readonly name: string;
  readonly ours: number | 'unstable';
  readonly theirs: number | 'unstable' | null;
  readonly baseline: string;
  readonly unit: string;
  readonly ratio: number | 'unstable' | null;
  /** The largest ratio of a round: what a limit says of figures that are unstable is true when it is below. */
  readonly worst?: number;
  readonly cpuSeconds?: { readonly ours: number; readonly theirs: number; readonly ratio: number };
  /** What was asked for: the ratio or, without a baseline, the figure may not exceed it. */
  readonly limit?: number;
}

const largestSpread = 0.25;
const largestForeignShare = 0.25;
const repeats = 3;
const ticksPerSecond = 100;

/**
 * Runs two sides in turn, A B B A …, and compares them round by round, so that a machine whose speed drifts does not decide.
 * A run during which other processes used much of the machine is repeated.
 */
export async function compare(comparison: Comparison): Promise<Figure> {
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  for (let round = 0; round < comparison.rounds; round++) {
    const oursFirst = round % 2 === 0;
    if (oursFirst) ours.push(await undisturbed(comparison.ours));
    theirs.push(await undisturbed(comparison.theirs));
    if (!oursFirst) ours.push(await undisturbed(comparison.ours));
  }
  const ratios = ours.map((sample, round) => sample.value / (theirs[round]?.value ?? Number.NaN));
  const cpuRatios = ours.map((sample, round) => sample.cpuSeconds / (theirs[round]?.cpuSeconds ?? Number.NaN));
  const stable = spread(ratios) <= largestSpread;
  return {
    name: comparison.name,
    ours: round(median(ours.map(({ value }) => value))),
    theirs: round(median(theirs.map(({ value }) => value))),
    baseline: comparison.baseline,
    unit: comparison.unit,
    ratio: stable ? round(median(ratios)) : 'unstable',
    worst: round(Math.max(...ratios)),
    cpuSeconds: {
      ours: round(median(ours.map(({ cpuSeconds }) => cpuSeconds))),
      theirs: round(median(theirs.map(({ cpuSeconds }) => cpuSeconds))),
      ratio: round(median(cpuRatios)),
    },
  };
}

/** A figure that stands alone: the median of samples, or "unstable" when they do not agree. */
export function alone(name: string, unit: string, baseline: string, values: readonly number[], limit?: number): Figure {
  return {
    name,
    ours: spread(values) > largestSpread ? 'unstable' : round(median(values)),
    theirs: null,
    baseline,
    unit,
    ratio: null,
    ...(limit === undefined ? {} : { limit }),
  };
}

/** A figure whose limit holds for each sample: the largest of them, so that no spread needs judging. */
export function worst(name: string, unit: string, values: readonly number[], limit: number): Figure {
  return {
    name,
    ours: round(Math.max(...values)),
    theirs: null,
    baseline: `what was asked for; median ${round(median(values))}`,
    unit,
    ratio: null,
    limit,
  };
}

/**
 * How much more a quantity is with us than without: the difference of the medians. It is unstable when either side is; the
 * difference of two near numbers says nothing about that.
 */
export function above(
  name: string,
  unit: string,
  baseline: string,
  ours: readonly number[],
  theirs: readonly number[],
  limit: number,
): Figure {
  const stable = [ours, theirs].every((values) => spread(values) <= largestSpread);
  return {
    name,
    ours: stable ? round(median(ours) - median(theirs)) : 'unstable',
    theirs: null,
    baseline: `${baseline}: ${round(median(theirs))}`,
    unit,
    ratio: null,
    limit,
  };
}

async function undisturbed(run: () => Promise<Sample>): Promise<Sample> {
  let sample: Sample | undefined;
  for (let attempt = 0; attempt < repeats; attempt++) {
    const before = busySeconds();
    const began = performance.now();
    sample = await run();
    const elapsed = (performance.now() - began) / 1000;
    const foreign = busySeconds() - before - sample.cpuSeconds;
    if (foreign / (elapsed * cpus().length) <= largestForeignShare) return sample;
  }
  if (sample === undefined) throw new Error('No run was made.');
  return sample;
}

/** Seconds that all processors together were busy since the system started; 0 where the system does not say. */
function busySeconds(): number {
  try {
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
      readFileSync('/proc/stat', 'utf8').split('\n')[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
    return (user + nice + system + irq + softirq) / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** CPU seconds used so far by a process and the children it has waited for; 0 when it is gone. */
export function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticksPerSecond;
  } catch {
    return 0;
  }
}

/** The processes on whose command line the text stands. */
export function pidsWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The whole range over the median. */
function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
