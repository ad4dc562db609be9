import { delay } from '../../util/async';
import type { Clock } from '../../util/clock';
import type { Disposable } from '../../util/disposable';
import { isAbort, messageOf, PlaygroundError } from '../../util/errors';
import type { Logger } from '../../util/logger';
import { decodeEvent, labels } from './containerRecords';
import type { ContainerRegistry } from './containerRegistry';
import type { EngineCli } from './engineCli';
import { meaningfulLine } from './engineErrors';

export interface EngineWatchOptions {
  readonly cli: EngineCli;
  readonly project: string;
  readonly registry: ContainerRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told when the engine is seen, with no error, and when it is not. */
  readonly onEngine: (error: PlaygroundError | undefined) => void;
  /** Told after each listing of the containers. */
  readonly onListed: () => void;
}

const firstBackoffMs = 1000;
const longestBackoffMs = 15_000;
/** A stream that lasted so long was attached. */
const steadyMs = 30_000;
/** Several events come at once when a container starts or ends; they need one listing. */
const listDelayMs = 40;
/** A stream takes a moment to be attached; what happened in it is asked for once more. */
const overlapSeconds = 2;

/** Those on which something is done; health checks alone would make three events each otherwise. */
const watchedActions = [
  'create',
  'start',
  'restart',
  'kill',
  'die',
  'oom',
  'pause',
  'unpause',
  'rename',
  'destroy',
  'health_status',
];

/**
 * Follows a project by the engine's one stream of events, and lists its containers when an event says that there is more to
 * know. While the stream is down it is attached again with growing distance; that is the only polling there is.
 */
export class EngineWatch implements Disposable {
  readonly #ended = new AbortController();
  readonly #following: Promise<void>;
  #listing: Promise<void> | undefined;
  #again = false;
  #delayed: Disposable | undefined;
  #failures = 0;
  #wake: () => void = () => undefined;

  constructor(private readonly options: EngineWatchOptions) {
    this.#following = this.#follow();
  }

  /** Settles when the stream has ended after a `dispose`. */
  get ended(): Promise<void> {
    return this.#following;
  }

  /**
   * Lists the containers now; one that is under way is followed by another, for what changed meanwhile.
   * @throws PlaygroundError as the listing ended.
   */
  async list(signal: AbortSignal): Promise<void> {
    await this.#list(AbortSignal.any([signal, this.#ended.signal]));
  }

  /** Attaches a stream that is down now instead of later. */
  retry(): void {
    this.#wake();
  }

  dispose(): void {
    this.#ended.abort();
    this.#delayed?.dispose();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#attach(signal);
        await this.#pause(signal);
      } catch (error) {
        if (isAbort(error) || signal.aborted) return;
        this.options.logger.error('The watch of the container engine failed', error);
      }
    }
  }

  /** Follows the stream until it ends. */
  async #attach(signal: AbortSignal): Promise<void> {
    const { cli, project, clock, logger } = this.options;
    // While the engine is away one question is enough to see it.
    if (this.#failures > 0 && !(await this.#sees(signal))) {
      this.#failures++;
      return;
    }
    const attachedAt = clock.now();
    const since = Math.floor(attachedAt / 1000) - overlapSeconds;
    const args = [
      'events',
      '--since',
      String(since),
      '--filter',
      'type=container',
      '--filter',
      `label=${labels.project}=${project}`,
      ...(cli.programs.generation === 'podman'
        ? []
        : watchedActions.flatMap((action) => ['--filter', `event=${action}`])),
      '--format',
      '{{json .}}',
    ];
    const stream = cli.follow(args, (line, from) => (from === 'stdout' ? this.#onLine(line) : undefined), signal);
    // A stream says nothing when it is attached: that the engine answers is seen by the listing.
    const listed = this.#sees(signal);
    const outcome = await stream;
    const seen = await listed;
    signal.throwIfAborted();
    this.#failures = clock.now() - attachedAt > steadyMs ? 1 : this.#failures + 1;
    logger.info(`The stream of the container engine ended: ${meaningfulLine(outcome)}`);
    // Why it ended is often not said there: whether the engine is gone is seen by asking it something.
    if (seen) await this.#sees(signal);
  }

  /** Lists the containers. @returns false when the engine did not tell them, which it was told of. */
  async #sees(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#list(signal);
      return true;
    } catch (error) {
      if (isAbort(error)) throw error;
      this.options.logger.debug(`The containers were not listed: ${messageOf(error)}`);
      return false;
    }
  }

  #onLine(line: string): void {
    const event = decodeEvent(line);
    if (event === undefined) return;
    const wantsList = this.options.registry.apply(event);
    // A listing under way may have looked before this happened: what it says of it would be of the past.
    if (this.#listing !== undefined) this.#again = true;
    if (!wantsList) return;
    this.#delayed ??= this.options.clock.schedule(listDelayMs, () => {
      this.#delayed = undefined;
      this.#sees(this.#ended.signal).catch(() => undefined);
    });
  }

  async #list(signal: AbortSignal): Promise<void> {
    if (this.#listing !== undefined) {
      this.#again = true;
      await this.#listing;
      return;
    }
    this.#listing = this.#listUntilQuiet(signal);
    try {
      await this.#listing;
    } finally {
      this.#listing = undefined;
    }
  }

  async #listUntilQuiet(signal: AbortSignal): Promise<void> {
    const { cli, project, registry, onEngine, onListed } = this.options;
    do {
      this.#again = false;
      try {
        const containers = await cli.containers(project, signal);
        registry.replace(containers);
      } catch (error) {
        if (!isAbort(error) && PlaygroundError.is(error)) this.#down(error);
        throw error;
      }
      onEngine(undefined);
      onListed();
    } while (this.#again);
  }

  #down(error: PlaygroundError): void {
    if (!this.#ended.signal.aborted) this.options.onEngine(error);
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    const distance = Math.min(firstBackoffMs * 2 ** Math.min(this.#failures - 1, 10), longestBackoffMs);
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    try {
      await delay(distance, AbortSignal.any([signal, woken.signal]), clock);
    } catch {
      signal.throwIfAborted();
    } finally {
      this.#wake = () => undefined;
    }
  }
}
