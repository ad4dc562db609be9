import type { TailFilter, TailState, TopicPanelHost } from '../../../src/shared/protocol/topicPanel';
import { isSameFilter } from './filterChoice';
import type { KeptRange } from './rowGeometry';

/**
 * Which filter counts. The numbers of matches begin anew with each filter, so between asking for one and the first state that
 * knows of it nothing is shown by the numbers of the state.
 */
export class FilterControl {
  #applied: TailFilter | null = null;
  /** Counts filters, and so what the numbers of the list stand for. */
  #epoch = 0;
  #pending: 'answer' | 'state' | undefined;

  constructor(
    private readonly host: () => Pick<TopicPanelHost, 'setFilter'>,
    private readonly changed: () => void,
  ) {}

  /** The filter that is shown or will be. */
  get applied(): TailFilter | null {
    return this.#applied;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** The host has a filter already. */
  begin(filter: TailFilter | null): void {
    this.#applied = filter;
  }

  /** @throws what the host throws. */
  async set(filter: TailFilter | null): Promise<void> {
    if (isSameFilter(filter, this.#applied)) return;
    this.#applied = filter;
    this.#epoch += 1;
    const epoch = this.#epoch;
    this.#pending = filter === null ? undefined : 'answer';
    this.changed();
    await this.host().setFilter(filter);
    if (this.#epoch === epoch && this.#pending === 'answer') this.#pending = 'state';
  }

  /** A state came; those that come after the answer know of the filter. */
  see(state: TailState): void {
    if (this.#pending === 'state' || (this.#pending !== undefined && state.end === 0)) this.#pending = undefined;
  }

  /** The rows that are shown, by the numbers of the list: those of matches, or of rows where there is no filter. */
  rangeOf(state: TailState): KeptRange {
    return this.isMatching(state) ? (state.matches ?? state) : state;
  }

  isMatching(state: TailState): boolean {
    return this.#applied !== null && state.matches !== undefined;
  }
}
