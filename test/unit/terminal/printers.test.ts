import { describe, expect, it } from 'vitest';
import { StepPrinter } from '../../../scripts/terminal/stepPrinter';
import { WindowPrinter } from '../../../scripts/terminal/windowPrinter';
import { noTotals, type LedgerCell, type LedgerSummary, type LedgerWindow } from '../../../src/shared/model/ledger';

class Paper {
  text = '';

  constructor(readonly isTTY = false) {}

  write(text: string): void {
    this.text += text;
  }
}

describe('StepPrinter', () => {
  it('prints a line for each step that ends, once', () => {
    const paper = new Paper();
    const printer = new StepPrinter(paper);
    printer.show({ step: 'kafka', state: 'running', elapsedMs: 100 });
    printer.show({ step: 'kafka', state: 'done', message: 'port 9092 open', elapsedMs: 1830 });
    printer.show({ step: 'kafka', state: 'done', message: 'port 9092 open', elapsedMs: 1830 });
    printer.show({ step: 'zookeeper', state: 'skipped', elapsedMs: 0 });
    printer.show({ step: 'job', state: 'failed', message: 'refused', elapsedMs: 90 });
    expect(paper.text).toBe(
      '✓ kafka        1.8 s  port 9092 open\n– zookeeper    0.0 s  \n✗ job          0.1 s  refused\n',
    );
  });

  it('shows what is under way on a terminal, in one line that goes away', () => {
    const paper = new Paper(true);
    const printer = new StepPrinter(paper);
    printer.show({ step: 'download', state: 'running', message: '12 of 69 MB', fraction: 0.17, elapsedMs: 900 });
    expect(paper.text).toBe('\r\u001B[K… download (12 of 69 MB) 17 %');
    printer.show({ step: 'download', state: 'done', elapsedMs: 1000 });
    expect(paper.text.split('\r\u001B[K').at(-1)).toBe('✓ download     1.0 s  \n');
  });
});

describe('WindowPrinter', () => {
  function cell(page: string, status: LedgerCell['status'], count?: number): LedgerCell {
    return { page, status, records: count === undefined ? 0 : 1, ...(count === undefined ? {} : { count }) };
  }

  function window(start: number, closed: boolean, ...cells: readonly LedgerCell[]): LedgerWindow {
    return { start, end: start + 15_000, closed, cells };
  }

  function summary(verdict: LedgerSummary['verdict'], ...recent: readonly LedgerWindow[]): LedgerSummary {
    return { verdict, reasons: [], totals: noTotals, recent };
  }

  it('prints a window when it closed, once, and what is wrong with a count', () => {
    const paper = new Paper();
    const printer = new WindowPrinter(paper);
    const open = window(0, false, cell('/help', 'open', 1000));
    const closed = window(0, true, cell('/help', 'exact', 1000), cell('/news', 'short', 998), cell('/shop', 'missing'));
    printer.show(summary('CANNOT TELL', open));
    expect(paper.text).toBe('');
    printer.show(summary('FAIL', closed));
    printer.show(summary('FAIL', closed, window(15_000, false)));
    expect(paper.text).toMatch(
      /^ {2}\d\d:\d\d:00 – \d\d:\d\d:15 {2}\/help 1000 {2}\/news 998 \(short\) {2}\/shop – \(missing\)\n {2}FAIL\n$/,
    );
  });

  it('says the verdict again only when it changed', () => {
    const paper = new Paper();
    const printer = new WindowPrinter(paper);
    printer.show(summary('PASS', window(0, true, cell('/help', 'exact', 1000))));
    printer.show(summary('PASS', window(15_000, true, cell('/help', 'exact', 1000))));
    expect(paper.text.match(/PASS/g)).toHaveLength(1);
  });
});
