import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import type { Notifications } from '../host/notifications';
import type { SettingsReader } from '../host/settings';
import type { FlameSubject } from './flameGraph';
import { flameGraphs } from './flameGraphs';
import type { JobGraphOptions } from './jobGraph';
import { jobGraphs } from './jobGraphs';
import { metricsPanels, pinnedMetrics } from './metricsPanels';
import { showRecords, topicPanels } from './topicPanels';
import { windowPanels } from './windowPanels';

/** What the editor gives to the panels; built in `extension.ts`. */
export interface PanelServices {
  readonly extensionUri: vscode.Uri;
  readonly engines: LazyService<Engine>;
  readonly settings: SettingsReader;
  readonly notifications: Notifications;
  readonly showDocument: (name: string, text: string) => Promise<void>;
  /** Shows a vertex in the Jobs view. */
  readonly revealVertex: JobGraphOptions['reveal'];
  readonly logger: Logger;
  /** Of the person's language: this bundle has a copy of its own of what looks texts up. */
  readonly translations?: Readonly<Record<string, string>>;
}

/** The panels in editors. */
export interface Panels extends Disposable {
  openTopic(topic: string): Promise<void>;
  checkWindows(topic: string): Promise<void>;
  openGraph(job: string, name: string): Promise<void>;
  openFlames(subject: FlameSubject): Promise<void>;
  openMetrics(): Promise<void>;
  /** Fills a panel of one of our types that VS Code brings back after a reload of the window, with what its page kept. */
  restore(type: string, panel: vscode.WebviewPanel, state: unknown): Promise<void>;
}

/** All panels; a bundle of its own, loaded with the first of them. */
export function createPanels({ translations, revealVertex, ...services }: PanelServices): Panels {
  if (translations !== undefined) l10n.config({ contents: translations });
  const owned = new DisposableStore();
  const topics = owned.add(topicPanels(services));
  const windows = owned.add(
    windowPanels({ ...services, showRecords: (topic, spotlight) => showRecords(topics, topic, spotlight) }),
  );
  const graphs = owned.add(jobGraphs({ ...services, reveal: revealVertex }));
  const flames = owned.add(flameGraphs(services));
  const metrics = owned.add(metricsPanels(services));
  const restorers = [topics, windows, graphs, flames, metrics];
  return {
    openTopic: async (topic) => {
      await topics.open({ topic, choice: { isolation: 'committed' } });
    },
    checkWindows: async (topic) => {
      await windows.open(topic);
    },
    openGraph: async (job, name) => {
      await graphs.open({ job, name });
    },
    openFlames: async (vertex) => {
      await flames.open({ vertex, type: 'full' });
    },
    openMetrics: async () => {
      await metrics.open(pinnedMetrics);
    },
    restore: async (type, panel, state) => {
      await restorers.find((each) => each.type === type)?.deserializeWebviewPanel(panel, state);
    },
    dispose: () => owned.dispose(),
  };
}
