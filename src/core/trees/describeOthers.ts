import * as l10n from '@vscode/l10n';
import type { EnvironmentKind, OtherEnvironment } from '../../shared/model/environment';
import { escapeMarkdown, tooltip } from './markdown';
import type { TreeNode } from './node';
import { nodeId } from './nodeIds';
import { phaseWords } from './phases';

/** Whole texts, because a name in the middle of one has another form in other languages. */
const labels: Readonly<Record<EnvironmentKind, () => string>> = {
  local: () => l10n.t('Elsewhere: local processes'),
  compose: () => l10n.t('Elsewhere: Docker Compose'),
  remote: () => l10n.t('Elsewhere: remote cluster'),
};

/**
 * Environments that are up without being looked at, each with the way back: what runs is never out of sight.
 * @param selectCommand the id of the command that selects an environment
 */
export function describeOthers(others: readonly OtherEnvironment[], selectCommand: string): readonly TreeNode[] {
  return others.map(({ kind, phase }) => ({
    id: nodeId(['other', kind]),
    kind: 'other',
    label: labels[kind](),
    description: phaseWords[phase](),
    icon: { codicon: 'info', color: 'charts.blue' },
    tooltip: tooltip(escapeMarkdown(labels[kind]()), [escapeMarkdown(l10n.t('Select it to look at it.'))]),
    command: { id: selectCommand, args: [{ environment: kind, running: 'keep' }] },
  }));
}
