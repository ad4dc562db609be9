import type { Clock } from '../../util/clock';
import { delay } from '../../util/async';
import { isAbort, messageOf } from '../../util/errors';
import type { Logger } from '../../util/logger';
import type { LogSink } from '../environment';
import type { ContainerFacts } from './containerRecords';
import type { ContainerRegistry } from './containerRegistry';
import type { EngineCli } from './engineCli';

/** Lines of the past that a follower begins with. */
const historyLines = 500;
/** An end of a container is told a moment after its stream ends. */
const settleMs = 250;
const firstRetryMs = 500;
const longestRetryMs = 15_000;

export interface FollowOptions {
  /** The engine's programs, found anew while there is no engine. */
  readonly cli: (signal: AbortSignal) => Promise<EngineCli>;
  readonly registry: ContainerRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Stream = 'stdout' | 'stderr';

/**
 * Follows the log of an instance over its ends and starts, also into the container that takes its place. `docker logs -f`
 * ends with its container; it is attached again from the time of the last line, and lines of that very time that were given
 * out already are left out, by stream, since the engine keeps order within a stream only.
 */
export async function followContainerLog(
  { cli, registry, clock, logger }: FollowOptions,
  instanceId: string,
  sink: LogSink,
  signal: AbortSignal,
): Promise<void> {
  const seen: Record<Stream, Position> = { stdout: new Position(), stderr: new Position() };
  let failures = 0;
  const give = (line: string, stream: Stream): void => {
    const { time, text } = stamped(line);
    // Without a time it is not the container's: the engine tells of its own trouble on standard error.
    if (time !== undefined && seen[stream].advance(time)) sink(text);
  };
  const read = async (container: ContainerFacts, ...follow: readonly string[]): Promise<void> => {
    const since = oldest(seen.stdout.time, seen.stderr.time);
    for (const position of Object.values(seen)) position.rewind();
    const from = since === undefined ? ['--tail', String(historyLines)] : ['--since', since];
    const outcome = await (
      await cli(signal)
    ).follow(['logs', '--timestamps', ...from, ...follow, container.id], give, signal);
    failures = outcome.exitCode === 0 ? 0 : failures + 1;
  };
  while (!signal.aborted) {
    try {
      const container = await present(registry, instanceId, signal);
      await read(container, '-f');
      await delay(failures === 0 ? settleMs : Math.min(firstRetryMs * 2 ** failures, longestRetryMs), signal, clock);
      if (goesOn(registry, instanceId, container)) continue;
      // The last lines before an end may be written after the stream was cut off.
      await read(container);
      await until(registry, () => (goesOn(registry, instanceId, container) ? true : undefined), signal);
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      failures++;
      logger.debug(`The log of ${instanceId} is not followed: ${messageOf(error)}`);
      await delay(Math.min(firstRetryMs * 2 ** failures, longestRetryMs), signal, clock).catch(() => undefined);
    }
  }
}

/** How far a stream was given out: the time of its last line, and how many lines of that very time there were. */
class Position {
  time: string | undefined;
  #lines = 0;
  #skip = 0;

  /** The stream is about to be read again from the time of the last line on. */
  rewind(): void {
    this.#skip = this.#lines;
  }

  /** True when a line of this time was not given out yet. */
  advance(time: string): boolean {
    if (this.time !== undefined && time < this.time) return false;
    if (time !== this.time) {
      this.time = time;
      this.#lines = 1;
      this.#skip = 0;
      return true;
    }
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    this.#lines++;
    return true;
  }
}

const timestamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z) ?/;
/** The engine keeps long lines in pieces of 16 KiB and stamps each. */
const pieceLength = 16_000;

/** The time that the engine put before a line. Nanoseconds are padded, so that times compare as text. */
function stamped(line: string): { readonly time?: string; readonly text: string } {
  const match = timestamp.exec(line);
  if (match === null) return { text: line };
  const [prefix, time = ''] = match;
  const rest = line.slice(prefix.length);
  const text = rest.length < pieceLength ? rest : rest.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /g, '');
  const fraction = time.slice(time.indexOf('.') + 1, -1);
  return { time: `${time.slice(0, 19)}.${fraction.padEnd(9, '0')}Z`, text };
}

function oldest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** The container of the instance, once there is one. */
async function present(registry: ContainerRegistry, id: string, signal: AbortSignal): Promise<ContainerFacts> {
  return until(registry, () => registry.container(id), signal);
}

/** True when the instance runs, in this container or in another. */
function goesOn(registry: ContainerRegistry, id: string, before: ContainerFacts): boolean {
  const now = registry.container(id);
  return now !== undefined && (now.id !== before.id || now.status === 'running');
}

/** Looks at each change of the registry. */
function until<T>(registry: ContainerRegistry, look: () => T | undefined, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const found = look();
    if (found !== undefined) {
      resolve(found);
      return;
    }
    const subscription = registry.onDidChange(() => {
      const value = look();
      if (value === undefined) return;
      end();
      resolve(value);
    });
    const onAbort = (): void => {
      end();
      reject(signal.reason as Error);
    };
    const end = (): void => {
      subscription.dispose();
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
