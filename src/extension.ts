import * as vscode from 'vscode';
import * as l10n from '@vscode/l10n';
import { commandId, commandNames, extensionPrefix, panelTypes, type CommandMap } from './commands/catalog';
import type { Engine } from './core/engineApi';
import { Store } from './core/state/store';
import { DisposableStore } from './core/util/disposable';
import type { Logger } from './core/util/logger';
import { registerCommands, type CommandHandlers } from './host/commandRegistry';
import { Configuration } from './host/config';
import { ContextKeys } from './host/contextKeys';
import { describeError } from './host/describeError';
import { ReadOnlyDocuments } from './host/documents';
import { LazyService } from './host/lazyService';
import { createLogger } from './host/log';
import { LogChannels } from './host/logChannels';
import type { SettingName, SettingsReader } from './host/settings';
import { editorNotifications } from './host/notifications';
import { openTerminal } from './host/terminals';
import { revealFolder } from './host/revealFolder';
import { editorInput } from './host/userInput';
import type { Panels } from './panels/panels';
import { clusterView } from './providers/clusterView';
import { engineSettings } from './providers/engineSettings';
import { announceCaughtUp } from './providers/caughtUpNotices';
import { announceGaps } from './providers/gapNotices';
import { jobsView } from './providers/jobsView';
import { keepPins } from './providers/keepPins';
import { followEnvironment } from './providers/lifecycle';
import { statusBar } from './providers/statusBar';
import { savepointsView } from './providers/savepointsView';
import { topicsView } from './providers/topicsView';

/** VS Code ends the extension host about five seconds after it asked; the answer has to come before. */
const stopOnExitMs = 4500;
const firstLookMs = 30_000;
const saidThatItKeepsRunning = 'saidThatItKeepsRunning';

let end: () => Promise<void> = () => Promise.resolve();

/** Builds and registers everything, and does nothing else: no file is read and no process started before somebody asks. */
export function activate(context: vscode.ExtensionContext): void {
  const translations = vscode.l10n.bundle;
  if (translations !== undefined) l10n.config({ contents: translations });
  const owned = new DisposableStore();
  context.subscriptions.push(owned);

  // VS Code disposes the subscriptions as soon as it has called `deactivate`; what an orderly stop needs has to last longer.
  const last = new DisposableStore();
  const channel = last.add(vscode.window.createOutputChannel('Flink Playground', { log: true }));
  const logger = createLogger(channel);
  const configuration = owned.add(new Configuration(extensionPrefix));
  const settings = configuration.get;
  const contextKeys = new ContextKeys((name, value) => {
    void vscode.commands.executeCommand('setContext', `${extensionPrefix}.${name}`, value);
  });
  const showLog = (): void => channel.show(true);
  const documents = owned.add(new ReadOnlyDocuments());
  const logs = owned.add(new LogChannels());

  const engines = last.add(
    new LazyService<Engine>(async () => {
      const { createEngine } = await import('./core/engine');
      const engine = createEngine({
        distDirectory: vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath,
        settings: () => engineSettings(settings, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath),
        logger,
        extensionFolders: [vscode.Uri.joinPath(context.extensionUri, '..').fsPath],
        ...(translations === undefined ? {} : { translations }),
      });
      try {
        await engine.environment.refresh(AbortSignal.timeout(firstLookMs));
      } catch (error) {
        logger.error('What runs could not be looked at.', error);
      }
      return engine;
    }),
  );
  owned.add(
    engines.current.onDidChange(({ next }) => {
      if (next === undefined) return;
      owned.add(followEnvironment(next, contextKeys));
      owned.add(statusBar(next, extensionPrefix));
      owned.add(announceGaps(next, editorNotifications));
      owned.add(keepPins(next.metrics, context.workspaceState));
      owned.add(announceCaughtUp(next, editorNotifications));
    }),
  );
  owned.add(
    configuration.onDidChange((name) => {
      if (name === 'local.javaHome') contextKeys.set('java', 'unknown');
      if (name === 'refresh.interval') engines.current.value?.cluster.poke();
      followSettings(name, settings, engines.current.value, logger);
    }),
  );
  end = async () => {
    try {
      if (settings('local.onExit') === 'stop') await stopAtExit(engines.current.value);
    } finally {
      last.dispose();
    }
  };

  const views = {
    engines,
    locale: vscode.env.language,
    onFailure: (error: unknown) => {
      contextKeys.set('phase', 'unknown');
      logger.error('The engine could not be loaded.', error);
    },
  };
  const showInternal = owned.add(new Store(false));
  for (const view of [clusterView, savepointsView]) owned.add(view(views));
  const jobs = owned.add(
    jobsView(views, (jar) => void vscode.commands.executeCommand(commandId('job.submit'), { jar })),
  );
  owned.add(topicsView({ ...views, showInternal }));
  const panels = owned.add(
    new LazyService<Panels>(async () => {
      const { createPanels } = await import('./panels/panels');
      return createPanels({
        extensionUri: context.extensionUri,
        engines,
        settings,
        notifications: editorNotifications,
        showDocument: (name, text) => documents.show(name, text),
        revealVertex: (job, vertex, show) => jobs.revealVertex(job, vertex, show),
        logger,
        ...(translations === undefined ? {} : { translations }),
      });
    }),
  );
  for (const type of panelTypes) {
    owned.add(
      vscode.window.registerWebviewPanelSerializer(type, {
        deserializeWebviewPanel: async (panel, state) => (await panels.get()).restore(type, panel, state),
      }),
    );
  }

  const loadHandlers = async (): Promise<CommandHandlers<CommandMap>> => {
    const { commandHandlers } = await import('./commands/handlers');
    return commandHandlers({
      engines,
      settings,
      contextKeys,
      logger,
      notifications: editorNotifications,
      input: editorInput,
      locale: vscode.env.language,
      shell: process.platform === 'win32' ? 'powershell' : 'posix',
      versions: {
        extension: String(context.extension.packageJSON['version']),
        vscode: vscode.version,
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
      },
      showInternal,
      showLog,
      showDocument: (name, text) => documents.show(name, text),
      openTopic: async (topic) => (await panels.get()).openTopic(topic),
      checkWindows: async (topic) => (await panels.get()).checkWindows(topic),
      openMetrics: async () => (await panels.get()).openMetrics(),
      openGraph: async (job, name) => (await panels.get()).openGraph(job, name),
      openFlames: async (subject) => (await panels.get()).openFlames(subject),
      openTerminal,
      openSettings,
      openExternal: (address) => void vscode.env.openExternal(vscode.Uri.parse(address)),
      openLog: (title, follow, onFailure) => logs.open(title, follow, onFailure),
      copy: async (text) => vscode.env.clipboard.writeText(text),
      reveal: revealFolder,
      sayItKeepsRunning: () => sayItKeepsRunning(context),
      saveChoice: (choice) => configuration.update('environment', choice),
      stop: async () => {
        await vscode.commands.executeCommand(commandId('stop'), { onError: 'throw' });
      },
      ...(translations === undefined ? {} : { translations }),
    });
  };
  owned.add(
    registerCommands(extensionPrefix, commandNames, loadHandlers, {
      register: (id, callback) => vscode.commands.registerCommand(id, callback),
      notifications: editorNotifications,
      logger,
      showLog,
      showDetail: (_title, text) => {
        documents.show('details.log', text).catch((error: unknown) => logger.error(describeError(error).message));
      },
      onFailure: (_command, { kind }) => {
        if (kind === 'java') contextKeys.set('java', 'missing');
      },
    }),
  );
}

/** Settings that say which environment is looked at, or what a remote one is, count at once. */
function followSettings(name: SettingName, settings: SettingsReader, engine: Engine | undefined, logger: Logger): void {
  if (engine === undefined) return;
  const signal = AbortSignal.timeout(firstLookMs);
  const report = (error: unknown): void => logger.error('A change of the settings could not be followed.', error);
  if (name === 'environment') engine.environments.select(settings('environment'), signal).catch(report);
  if (name === 'remote.restUrl' || name === 'remote.brokers') engine.environment.refresh(signal).catch(report);
}

/** Gives a playground that is to end with the window its orderly stop. */
export function deactivate(): Promise<void> {
  return end();
}

async function stopAtExit(engine: Engine | undefined): Promise<void> {
  const signal = AbortSignal.timeout(stopOnExitMs);
  await engine?.environments.stopKind('local', { deleteData: false, quick: true }, signal);
}

/** Nothing of ours runs unknown: said once, after the first start of all. */
function sayItKeepsRunning(context: vscode.ExtensionContext): void {
  if (context.globalState.get(saidThatItKeepsRunning) === true) return;
  void context.globalState.update(saidThatItKeepsRunning, true);
  const setting = `${extensionPrefix}.local.onExit`;
  const stopTitle = l10n.t('Change Setting');
  editorNotifications.info(
    l10n.t(
      'The playground keeps running when the editor closes, and the next window finds it. Stop Playground ends it.',
    ),
    [
      {
        title: stopTitle,
        run: () => openSettings(setting),
      },
    ],
  );
}

function openSettings(prefix: string): void {
  void vscode.commands.executeCommand('workbench.action.openSettings', prefix);
}
