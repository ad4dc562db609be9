import { DisposableStore, type Disposable } from '../core/util/disposable';

/** What is held as long as a panel can be seen, and let go when it cannot. */
export class WhileSeen implements Disposable {
  #held: DisposableStore | undefined;

  /** @param begin called each time the panel comes into sight; adds what ends when it goes. */
  constructor(private readonly begin: (held: DisposableStore) => void) {}

  setVisible(visible: boolean): void {
    if (visible === (this.#held !== undefined)) return;
    this.#held?.dispose();
    this.#held = undefined;
    if (!visible) return;
    this.#held = new DisposableStore();
    this.begin(this.#held);
  }

  /** Lets go, makes a change, and begins anew where the panel can be seen. */
  restart(change: () => void): void {
    const visible = this.#held !== undefined;
    this.setVisible(false);
    change();
    this.setVisible(visible);
  }

  dispose(): void {
    this.setVisible(false);
  }
}
