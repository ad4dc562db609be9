import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod/mini';
import { delay } from '../../util/async';
import type { Clock } from '../../util/clock';
import { messageOf, PlaygroundError } from '../../util/errors';
import type { Logger } from '../../util/logger';
import { TransitionLock, type HeldLock } from './lock';
import type { ProcessTable } from './processTable';

const reservation = z.object({
  port: z.int().check(z.positive()),
  /** The playground that is being started, by its data folder. */
  holder: z.string(),
  pid: z.int().check(z.positive()),
  startToken: z.string(),
  at: z.number(),
});
const reservations = z.array(reservation);
type Reservation = z.infer<typeof reservation>;

/** A start takes less; one that takes longer has its ports open by then. */
const longestMs = 5 * 60_000;
const lockDeadlineMs = 3000;
const lockPollMs = 20;

export interface PortReservationsOptions {
  /** A folder that all playgrounds of the user have in common. */
  readonly directory: string;
  readonly holder: string;
  readonly table: ProcessTable;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Ports that are given away though nobody listens there yet: between the choice of a port and the moment its JVM listens lie
 * seconds, in which another playground would choose the same. What cannot be written down is not reserved, and no start fails of it.
 */
export class PortReservations {
  readonly #file: string;
  readonly #lock: TransitionLock;

  constructor(private readonly options: PortReservationsOptions) {
    const { directory, table, clock } = options;
    this.#file = join(directory, 'reserved.json');
    this.#lock = new TransitionLock(directory, table, () => clock.now());
  }

  /** Has ports chosen while nobody else chooses, and reserves them. `choose` is told which are given away to others. */
  async reserve<T>(
    choose: (taken: ReadonlySet<number>) => Promise<T>,
    portsOf: (chosen: T) => readonly number[],
    signal: AbortSignal,
  ): Promise<T> {
    const held = await this.#acquire(signal);
    if (held === undefined) return choose(new Set());
    try {
      const others = await this.#others();
      const chosen = await choose(new Set(others.map(({ port }) => port)));
      const own = await this.#own(portsOf(chosen));
      await this.#write([...others, ...own]);
      return chosen;
    } finally {
      await this.#release(held);
    }
  }

  /** Gives them back: by now somebody listens there, or nobody will. */
  async release(): Promise<void> {
    const held = await this.#acquire(new AbortController().signal);
    if (held === undefined) return;
    try {
      await this.#write(await this.#others());
    } finally {
      await this.#release(held);
    }
  }

  async #own(ports: readonly number[]): Promise<readonly Reservation[]> {
    const { holder, table, clock } = this.options;
    const startToken = (await table.read([process.pid])).get(process.pid)?.startToken ?? '';
    return ports.map((port) => ({ port, holder, pid: process.pid, startToken, at: clock.now() }));
  }

  /** Those of other playgrounds whose start may still be under way. */
  async #others(): Promise<readonly Reservation[]> {
    const { holder, table, clock } = this.options;
    const recent = (await this.#read()).filter(
      (each) => each.holder !== holder && Math.abs(clock.now() - each.at) < longestMs,
    );
    const living = await table.read([...new Set(recent.map(({ pid }) => pid))]);
    return recent.filter(({ pid, startToken }) => living.get(pid)?.startToken === startToken);
  }

  async #read(): Promise<readonly Reservation[]> {
    try {
      const read = z.safeParse(reservations, JSON.parse(await readFile(this.#file, 'utf8')));
      return read.success ? read.data : [];
    } catch {
      return [];
    }
  }

  async #write(all: readonly Reservation[]): Promise<void> {
    try {
      await writeFileAtomic(this.#file, JSON.stringify(all));
    } catch (error) {
      this.options.logger.warn(`Ports are not reserved: ${messageOf(error)}`);
    }
  }

  async #acquire(signal: AbortSignal): Promise<HeldLock | undefined> {
    const { clock, logger } = this.options;
    const deadline = clock.now() + lockDeadlineMs;
    for (;;) {
      try {
        return await this.#lock.acquire('start');
      } catch (error) {
        if (!PlaygroundError.is(error, 'busy') || clock.now() >= deadline) {
          logger.warn(`Ports are not reserved: ${messageOf(error)}`);
          return undefined;
        }
        await delay(lockPollMs, signal, clock);
      }
    }
  }

  async #release(held: HeldLock): Promise<void> {
    await held.release().catch((error: unknown) => {
      this.options.logger.warn(`The lock of the ports was not released: ${messageOf(error)}`);
    });
  }
}
