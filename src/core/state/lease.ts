import { toDisposable, type Disposable } from '../util/disposable';

/** How many hold a thing, so that work is done for it only while somebody does. */
export class LeaseCount {
  #held = 0;

  /** `changed` is called after each lease that begins or ends. */
  constructor(private readonly changed: () => void) {}

  get isHeld(): boolean {
    return this.#held > 0;
  }

  /** Takes a lease; disposing it gives it back, once. */
  take(): Disposable {
    this.#held++;
    this.changed();
    return toDisposable(() => {
      this.#held--;
      this.changed();
    });
  }
}
