import * as l10n from '@vscode/l10n';
import type { LedgerCell } from '../shared/model/ledger';
import type { WindowPanelState, WindowPanelStrings } from '../shared/protocol/windowPanel';
import { formatCount } from '../shared/format/numbers';

/** The account as a Markdown document: the verdict, why, the totals, and the windows with words for what is not exact. */
export function windowReport(state: WindowPanelState, strings: WindowPanelStrings, locale: string): string {
  const { topic, sentence, reasons, windows, expected, totals, marks, late } = state;
  const number = (value: number): string => formatCount(value, locale);
  const pages = windows[0]?.cells.map(({ page }) => page) ?? [];
  const besides = (start: number, recovery: true | undefined): string => {
    const before = marks.filter((mark) => mark.window === start);
    if (before.length === 0) return recovery === true ? ` (${strings.recovery})` : '';
    return ` (${before.map(({ at, text }) => `${new Date(at).toISOString()}: ${escaped(text)}`).join('; ')})`;
  };
  const remarks = [...reasons, ...(late === undefined ? [] : [late.sentence])];
  const lines = [
    `# ${escaped(l10n.t('Window check of {0}', topic))}`,
    '',
    `**${escaped(sentence)}** ${strings.expectation.replace('{0}', number(expected))}.`,
    '',
    ...remarks.map((remark) => `- ${escaped(remark)}`),
    ...(remarks.length === 0 ? [] : ['']),
    row([strings.totalWindows, strings.totalExactWindows, strings.totalRun, ...statuses.map((name) => strings[name])]),
    row(Array.from({ length: 3 + statuses.length }, () => '---:')),
    row([
      ...[totals.windows, totals.exactWindows, totals.consecutiveExactWindows].map(number),
      ...statuses.map((name) => number(totals[name])),
    ]),
    '',
    row([strings.window, ...pages.map(escaped)]),
    row(['---', ...pages.map(() => '---:')]),
    ...windows.map(({ start, recovery, cells }) =>
      row([
        `${new Date(start).toISOString()}${besides(start, recovery)}`,
        ...cells.map((cell) => cellText(cell, strings, number)),
      ]),
    ),
    '',
  ];
  return lines.join('\n');
}

const statuses = ['exact', 'short', 'over', 'missing', 'notGenerated', 'conflicting', 'unknown'] as const;

function cellText(
  { status, count, records }: LedgerCell,
  strings: WindowPanelStrings,
  number: (n: number) => string,
): string {
  if (count === undefined) return strings[status];
  if (status === 'exact') return number(count);
  return `${number(count)} (${strings[status]}${records > 1 ? `, × ${records}` : ''})`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Names of topics and pages are hostile input, and a bar would end a cell. */
function escaped(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]<>()#+!|~-]/g, String.raw`\$&`);
}
