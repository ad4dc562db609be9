export interface MemoryFigures {
  /** The median of each quarter of the time. */
  readonly quartersMb: readonly number[];
  readonly peakMb: number;
  /** From the second quarter, when all that is kept is there, to the last. */
  readonly growthMb: number;
}

const quarters = 4;
const megabyte = 1024 * 1024;

/** The resident memory of this process, with its threads, over time. */
export class MemoryCourse {
  readonly #samples: number[] = [];

  /** Called as often as one likes; one sample a second is kept. */
  sample(seconds: number): void {
    if (this.#samples.length <= seconds) this.#samples.push(process.memoryUsage.rss() / megabyte);
  }

  figures(): MemoryFigures {
    const length = Math.ceil(this.#samples.length / quarters);
    const quartersMb = Array.from({ length: quarters }, (_, index) =>
      Math.round(median(this.#samples.slice(index * length, (index + 1) * length))),
    );
    return {
      quartersMb,
      peakMb: Math.round(Math.max(...this.#samples)),
      growthMb: (quartersMb.at(-1) ?? 0) - (quartersMb[1] ?? 0),
    };
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
