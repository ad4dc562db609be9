import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../shared/format/duration';
import type { InstanceEvent, InstanceSnapshot } from '../../shared/model/environment';
import type { Environment, LogSink } from '../environment/environment';
import { systemClock, type Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import { cleanLine } from './cleanText';

/** The last lines of a process come a moment after its end is known, and sooner than the first ones of another in its place. */
const settleMs = 100;

/** What of an environment a log is followed by. */
export type LoggingEnvironment = Pick<Environment, 'followLogs' | 'onInstanceEvent' | 'snapshot'>;

/**
 * Follows the log of an instance over kills and restarts until the signal is aborted: its lines as they may be shown, and between
 * them a line for each gap, with the time that it took.
 * @throws what `followLogs` throws.
 */
export async function followInstance(
  environment: LoggingEnvironment,
  instanceId: string,
  sink: LogSink,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  const stamps = new GapStamps(instanceOf(environment, instanceId), sink, clock);
  const subscription = environment.onInstanceEvent((event) => {
    if (event.instance.id === instanceId) stamps.note(event);
  });
  try {
    await environment.followLogs(instanceId, (line) => sink(cleanLine(line)), signal);
  } finally {
    subscription.dispose();
    stamps.dispose();
  }
}

function instanceOf({ snapshot }: LoggingEnvironment, id: string): InstanceSnapshot | undefined {
  return snapshot.value.services.flatMap(({ instances }) => instances).find((instance) => instance.id === id);
}

/** Writes a line where an instance ended, and one where it began again. */
class GapStamps implements Disposable {
  readonly #timers = new DisposableStore();
  readonly #waiting: { readonly due: number; readonly words: string }[] = [];
  #endedAt: number | undefined;
  #startedAt: number | undefined;
  /** No stamp comes before the one of an earlier event. */
  #lastDue = 0;

  constructor(
    instance: InstanceSnapshot | undefined,
    private readonly sink: LogSink,
    private readonly clock: Clock,
  ) {
    this.#endedAt = instance?.endedAt;
    this.#startedAt = instance?.startedAt;
  }

  note({ kind, instance, at }: InstanceEvent): void {
    switch (kind) {
      case 'killed':
        this.#end(l10n.t('{0} was killed', instance.id), instance.endedAt ?? at);
        return;
      case 'stopped':
        this.#end(l10n.t('{0} was stopped', instance.id), instance.endedAt ?? at);
        return;
      case 'died':
        this.#end(
          instance.exitCode === undefined
            ? l10n.t('{0} ended', instance.id)
            : l10n.t('{0} ended with exit code {1}', instance.id, instance.exitCode),
          instance.endedAt ?? at,
        );
        return;
      case 'started':
      case 'adopted':
        this.#begin(instance, at);
        return;
      case 'healthy':
    }
  }

  dispose(): void {
    this.#timers.dispose();
  }

  #end(words: string, at: number): void {
    this.#endedAt = at;
    this.#write(words, settleMs);
  }

  #begin({ id, startedAt }: InstanceSnapshot, at: number): void {
    const began = startedAt ?? at;
    const before = this.#startedAt;
    // One that is adopted again, by a window that looked anew, has not restarted.
    if (before !== undefined && began <= before) return;
    this.#startedAt = began;
    const gap = this.#endedAt === undefined ? undefined : Math.max(0, began - this.#endedAt);
    this.#endedAt = undefined;
    if (gap !== undefined) this.#write(l10n.t('{0} restarted after {1}', id, formatDuration(gap)), 0);
    else this.#write(before === undefined ? l10n.t('{0} started', id) : l10n.t('{0} restarted', id), 0);
  }

  #write(words: string, delayMs: number): void {
    const now = this.clock.now();
    this.#lastDue = Math.max(now + delayMs, this.#lastDue);
    const due = this.#lastDue;
    this.#waiting.push({ due, words });
    this.#timers.add(this.clock.schedule(due - now, () => this.#writeUntil(due)));
  }

  /** Timers of the same moment may ring in any order; the lines keep theirs. */
  #writeUntil(due: number): void {
    for (let next = this.#waiting[0]; next !== undefined && next.due <= due; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.sink(`──── ${next.words} ────`);
    }
  }
}
