import type { StartStep, StepProgress } from '../../src/shared/model/environment';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const marks = { running: '…', done: '✓', skipped: '–', failed: '✗' } as const;

/** Prints the steps of a start: a line for each that ends, and on a terminal one line that changes for those under way. */
export class StepPrinter {
  readonly #running = new Map<StartStep, StepProgress>();
  readonly #ended = new Set<StartStep>();

  constructor(private readonly output: Output) {}

  show(progress: StepProgress): void {
    const { step, state } = progress;
    if (state === 'running') {
      this.#running.set(step, progress);
    } else if (!this.#ended.has(step)) {
      this.#ended.add(step);
      this.#running.delete(step);
      this.#clear();
      this.output.write(
        `${marks[state]} ${step.padEnd(10)} ${seconds(progress).padStart(7)}  ${progress.message ?? ''}\n`,
      );
    }
    if (this.output.isTTY !== true || this.#running.size === 0) return;
    this.#clear();
    this.output.write(`… ${[...this.#running.values()].map(shortly).join(', ')}`.slice(0, 110));
  }

  #clear(): void {
    if (this.output.isTTY === true) this.output.write('\r\u001B[K');
  }
}

function shortly({ step, message, fraction }: StepProgress): string {
  const percent = fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`;
  return `${step}${message === undefined ? '' : ` (${message})`}${percent}`;
}

function seconds({ elapsedMs }: StepProgress): string {
  return `${(elapsedMs / 1000).toFixed(1)} s`;
}
