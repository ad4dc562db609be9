import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { RecordedVersion } from './flinkFixtures';

/** One answer about a running job. */
export interface RunningJobAnswer {
  /** Which look it belongs to, from 0; one every two seconds. */
  readonly tick: number;
  /** When it came, milliseconds since the epoch. */
  readonly at: number;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** Metrics that were asked for beside what the views read. */
export const recordedMetrics = {
  job: ['numRestarts', 'uptime', 'lastCheckpointSize'],
  vertex: ['0.numRecordsIn', '1.numRecordsOutPerSecond', '0.currentInputWatermark', '7.none'],
} as const;

export function runningJobFile(version: RecordedVersion): string {
  return fileURLToPath(new URL(`../../fixtures/flink/runningJob-${version}.jsonl.gz`, import.meta.url));
}

/** In the order in which they came; written by `test/record/runningJob.test.ts`. */
export function runningJobAnswers(version: RecordedVersion): readonly RunningJobAnswer[] {
  const lines = gunzipSync(readFileSync(runningJobFile(version)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as RunningJobAnswer);
}
