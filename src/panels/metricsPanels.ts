import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import { commandId, metricsPanelType } from '../commands/catalog';
import { saveFile } from '../host/saveFile';
import type { SettingsReader } from '../host/settings';
import type { MetricsPage } from '../shared/protocol/metricsPanel';
import { MetricsPanel } from './metricsPanel';
import { PanelSet, type PanelSetServices } from './panelSet';

export interface MetricsPanelServices extends PanelSetServices {
  readonly settings: SettingsReader;
}

/** What the one panel is of. */
export const pinnedMetrics = 'metrics';

export type MetricsPanels = PanelSet<typeof pinnedMetrics, MetricsPanel, MetricsPage>;

/** The one panel with the course of the pinned metrics. */
export function metricsPanels({ settings, ...services }: MetricsPanelServices): MetricsPanels {
  return new PanelSet(services, {
    type: metricsPanelType,
    page: 'metricsPanel',
    icon: 'metrics',
    keyOf: (subject) => subject,
    titleOf: () => l10n.t('Metrics'),
    inLog: () => 'the metrics',
    restored: () => pinnedMetrics,
    make: (_, { engine, onFailure }) =>
      new MetricsPanel({
        engine,
        locale: vscode.env.language,
        timeZone: () => settings('time.zone'),
        pin: async () => {
          await vscode.commands.executeCommand(commandId('metric.pin'));
        },
        save: (csv) => saveFile('metrics', 'csv', Buffer.from(csv)),
        onFailure,
      }),
    send: (page, { state }) => page.stateChanged.asEvent(state.value),
  });
}
