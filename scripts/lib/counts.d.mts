export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed: the name of a test and the first line of what it failed with. */
  failures: readonly string[];
}

export function none(): Counts;
export function oneFailure(what: string): Counts;
export function sum(a: Counts, b: Counts): Counts;

/** The closing line that other programs read. */
export function closingLine(counts: Counts): string;

/** How a run ends, for programs that read the output: a line for each failure that is known by name, and the closing line. */
export function closingLines(counts: Counts): string;

/** A program that failed without a failed test, or ran nothing, counts as one failure. */
export function judged(counts: Counts, exitCode: number): Counts;

/** Of the file of vitest's JSON reporter. */
export function fromVitest(file: string): Counts;

/** Of the file that the suite in the extension host writes. */
export function fromMocha(file: string): Counts;

/** Of the surefire reports under a folder and its modules that are not older than `since`, milliseconds since the epoch. */
export function fromSurefire(folder: string, since: number): Counts;
