import type { StartStep, StepProgress } from '../../../shared/model/environment';
import type { Clock } from '../../util/clock';
import { isAbort } from '../../util/errors';
import type { ProgressSink } from '../environment';

/** What a running step may say about itself. */
export type StepReport = (message: string | undefined, fraction?: number) => void;

/** The steps of a transition with their times, for a progress display and the snapshot. */
export class StepBoard {
  readonly #steps = new Map<StartStep, StepProgress>();
  readonly #began = new Map<StartStep, number>();

  constructor(
    private readonly clock: Clock,
    private readonly sink: ProgressSink,
    private readonly onChange: (steps: readonly StepProgress[]) => void,
  ) {}

  get steps(): readonly StepProgress[] {
    return [...this.#steps.values()];
  }

  /** Runs a step and shows its beginning, what it reports, and its end. */
  async run<T>(step: StartStep, act: (report: StepReport) => Promise<T>): Promise<T> {
    this.#began.set(step, this.clock.now());
    this.#set(step, 'running');
    try {
      const result = await act((message, fraction) => this.#set(step, 'running', message, fraction));
      this.#set(step, 'done', this.#steps.get(step)?.message);
      return result;
    } catch (error) {
      this.#set(step, isAbort(error) ? 'skipped' : 'failed');
      throw error;
    }
  }

  skip(step: StartStep, message?: string): void {
    this.#began.set(step, this.clock.now());
    this.#set(step, 'skipped', message);
  }

  #set(step: StartStep, state: StepProgress['state'], message?: string, fraction?: number): void {
    const elapsedMs = this.clock.now() - (this.#began.get(step) ?? this.clock.now());
    const progress: StepProgress = {
      step,
      state,
      elapsedMs,
      ...(message === undefined ? {} : { message }),
      ...(fraction === undefined ? {} : { fraction }),
    };
    this.#steps.set(step, progress);
    this.sink(progress);
    this.onChange(this.steps);
  }
}
