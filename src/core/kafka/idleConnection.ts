import type { Clock } from '../util/clock';
import type { Disposable } from '../util/disposable';

/** What kafkajs' clients have in common. */
interface Connectable {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

const idleMs = 30_000;

/** A client that connects on first use, and after half a minute without use asks its owner to be closed. */
export class IdleConnection<C extends Connectable> {
  #connected: Promise<void> | undefined;
  #idle: Disposable | undefined;
  #uses = 0;
  #closed = false;

  constructor(
    private readonly client: C,
    private readonly clock: Clock,
    private readonly onIdle: () => void,
  ) {}

  async run<T>(use: (client: C) => Promise<T>): Promise<T> {
    this.#uses += 1;
    this.#idle?.dispose();
    try {
      this.#connected ??= this.client.connect();
      await this.#connected;
      return await use(this.client);
    } finally {
      this.#uses -= 1;
      if (this.#uses === 0) {
        if (this.#closed) void this.#disconnect();
        else this.#idle = this.clock.schedule(idleMs, this.onIdle);
      }
    }
  }

  /** Disconnects; what is under way is let finish, and the connection ends with it. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#idle?.dispose();
    if (this.#uses === 0) await this.#disconnect();
  }

  /** A client of kafkajs that is disconnected while it connects or works would connect again. */
  async #disconnect(): Promise<void> {
    if (this.#connected === undefined) return;
    await this.#connected.catch(() => undefined);
    await this.client.disconnect().catch(() => undefined);
  }
}
