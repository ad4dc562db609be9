import type { LedgerCell, LedgerSummary } from '../../src/shared/model/ledger';

interface Output {
  write(text: string): unknown;
}

/** Prints a line for each window that closes, with the count of every page, and the verdict when it changes. */
export class WindowPrinter {
  #printedUpTo = Number.NEGATIVE_INFINITY;
  #verdict = '';

  constructor(private readonly output: Output) {}

  show({ recent, verdict }: LedgerSummary): void {
    let closed = false;
    for (const { start, end, cells, closed: isClosed } of recent) {
      if (!isClosed || end <= this.#printedUpTo) continue;
      closed = true;
      this.#printedUpTo = end;
      this.output.write(`  ${time(start)} – ${time(end)}  ${cells.map(cellText).join('  ')}\n`);
    }
    if (!closed || verdict === this.#verdict) return;
    this.#verdict = verdict;
    this.output.write(`  ${verdict}\n`);
  }
}

function cellText({ page, count, status }: LedgerCell): string {
  return `${page} ${count ?? '–'}${status === 'exact' ? '' : ` (${status})`}`;
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toTimeString().slice(0, 8);
}
