import * as z from 'zod/mini';
import { count, decode, identifier, mapped, optionalTime } from './decode';

/** One row of `GET /jobmanager/logs` and `/taskmanagers/:id/logs`. */
export interface LogFileInfo {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch; Flink says so from 1.18 on. */
  readonly changedAt?: number;
}

const logFiles = z.object({
  logs: z.array(
    mapped(
      (raw): LogFileInfo => ({
        name: raw.name,
        size: raw.size,
        ...(raw.mtime === undefined ? {} : { changedAt: raw.mtime }),
      }),
      z.object({ name: identifier, size: count, mtime: optionalTime }),
    ),
  ),
});

const threadDump = z.object({ threadInfos: z.array(z.object({ stringifiedThreadInfo: z.string() })) });

/** `GET /jobmanager/logs`, `GET /taskmanagers/:id/logs`. */
export function decodeLogFiles(answer: unknown): readonly LogFileInfo[] {
  return decode(logFiles, '/logs', answer).logs;
}

/** `GET /jobmanager/thread-dump`, `GET /taskmanagers/:id/thread-dump`: the texts of all threads, one after another. */
export function decodeThreadDump(answer: unknown): string {
  return decode(threadDump, '/thread-dump', answer)
    .threadInfos.map(({ stringifiedThreadInfo }) => stringifiedThreadInfo.trimEnd())
    .join('\n\n');
}
