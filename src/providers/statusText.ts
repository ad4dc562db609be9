import * as l10n from '@vscode/l10n';
import { reasonTexts, verdictText } from '../core/ledger/ledgerText';
import { environmentNames } from '../core/environment/environmentSelection';
import { escapeMarkdown } from '../core/trees/markdown';
import type { EnvironmentSnapshot } from '../shared/model/environment';
import type { LedgerSummary } from '../shared/model/ledger';

/** What the status bar item says. */
export interface StatusText {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly accessibilityLabel: string;
  /** The background of the item is kept for what needs a person. */
  readonly tone: 'normal' | 'warning' | 'error';
}

/** One line on how the playground does, and why; `undefined` while there is none to speak of. */
export function describeStatus(snapshot: EnvironmentSnapshot, ledger: LedgerSummary): StatusText | undefined {
  const name = l10n.t('Flink Playground');
  const { message = '', remedy = '' } = snapshot.error ?? {};
  const status = (
    icon: string,
    words: string,
    more: readonly string[],
    tone: StatusText['tone'] = 'normal',
  ): StatusText => ({
    text: `$(${icon}) ${l10n.t('Flink: {0}', words)}`,
    tooltip: [
      `**${name}**`,
      environmentNames[snapshot.kind](),
      ...more.filter((line) => line !== '').map(escapeMarkdown),
    ].join('\n\n'),
    accessibilityLabel: `${name}: ${words}`,
    tone,
  });
  switch (snapshot.phase) {
    case 'absent':
      return undefined;
    case 'starting':
      return status('sync~spin', l10n.t('starting'), []);
    case 'stopping':
      return status('sync~spin', l10n.t('stopping'), []);
    case 'unknown':
      return status('question', l10n.t('not known'), [
        message === '' ? l10n.t('The playground could not be looked at.') : message,
        remedy,
      ]);
    case 'failed':
      return status('error', l10n.t('failed'), [message, remedy], 'error');
    case 'degraded':
      return status(
        'warning',
        l10n.t('degraded'),
        [missing(snapshot), message, remedy, ...ledgerLines(ledger)],
        'warning',
      );
    case 'running':
      break;
  }
  return status(
    verdictIcons[ledger.verdict],
    verdictWord(ledger),
    [versions(snapshot), ...ledgerLines(ledger)],
    ledger.verdict === 'FAIL' ? 'warning' : 'normal',
  );
}

const verdictIcons: Readonly<Record<LedgerSummary['verdict'], string>> = {
  PASS: 'pass',
  'PASS WITH DUPLICATES': 'pass',
  FAIL: 'warning',
  'CANNOT TELL': 'question',
};

function verdictWord({ verdict, totals }: LedgerSummary): string {
  if (verdict === 'CANNOT TELL' && totals.windows === 0) return l10n.t('counting');
  return verdict;
}

function ledgerLines(ledger: LedgerSummary): readonly string[] {
  return [verdictText(ledger), ...reasonTexts(ledger)];
}

function versions({ flinkVersion, kafkaVersion, endpoints }: EnvironmentSnapshot): string {
  if (flinkVersion === undefined) return '';
  if (kafkaVersion === undefined) return l10n.t('Flink {0} at {1}', flinkVersion, endpoints?.rest ?? '');
  return l10n.t('Flink {0} and Kafka {1} are running.', flinkVersion, kafkaVersion);
}

function missing({ services }: EnvironmentSnapshot): string {
  const names = services
    .flatMap(({ instances }) => instances)
    .filter(({ state }) => state === 'killed' || state === 'exited' || state === 'unhealthy')
    .map(({ id }) => id);
  return names.length === 0 ? '' : l10n.t('Not running as it should: {0}.', names.join(', '));
}
