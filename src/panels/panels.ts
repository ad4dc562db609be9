import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import {
  flameGraphPanelType,
  jobGraphPanelType,
  metricsPanelType,
  topicPanelType,
  windowPanelType,
} from '../commands/catalog';
import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import type { Notifications } from '../host/notifications';
import type { SettingsReader } from '../host/settings';
import type { FlameSubject } from './flameGraph';
import { FlameGraphs } from './flameGraphs';
import type { JobGraphOptions } from './jobGraph';
import { JobGraphs } from './jobGraphs';
import { MetricsPanels } from './metricsPanels';
import { TopicPanels } from './topicPanels';
import { WindowPanels } from './windowPanels';

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
  const topics = owned.add(new TopicPanels(services));
  const windows = owned.add(
    new WindowPanels({ ...services, showRecords: (topic, spotlight) => topics.open(topic, spotlight) }),
  );
  const graphs = owned.add(new JobGraphs({ ...services, reveal: revealVertex }));
  const flames = owned.add(new FlameGraphs(services));
  const metrics = owned.add(new MetricsPanels(services));
  const restorers: Readonly<Record<string, vscode.WebviewPanelSerializer>> = {
    [topicPanelType]: topics,
    [windowPanelType]: windows,
    [jobGraphPanelType]: graphs,
    [flameGraphPanelType]: flames,
    [metricsPanelType]: metrics,
  };
  return {
    openTopic: (topic) => topics.open(topic),
    checkWindows: (topic) => windows.open(topic),
    openGraph: (job, name) => graphs.open(job, name),
    openFlames: (subject) => flames.open(subject),
    openMetrics: () => metrics.open(),
    restore: async (type, panel, state) => {
      await restorers[type]?.deserializeWebviewPanel(panel, state);
    },
    dispose: () => owned.dispose(),
  };
}
