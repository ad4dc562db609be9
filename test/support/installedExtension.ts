import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { killByArgument } from '../../scripts/lib/leftovers.mjs';
import { startServer, type VscodeServer } from '../../scripts/lib/vscodeServer.mjs';
import { launchBrowser } from './browser';
import { Workbench, type Theme } from './vscodeWorkbench';

const root = join(import.meta.dirname, '../..');
const results = join(root, 'test-results/e2e');

/** What an editor needs that shows nothing but the extension. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'remote.autoForwardPorts': false,
};

export interface InstalledExtensionOptions {
  /** A folder of the run's own; the opened one is `workspace` in it, and what is there already stays. */
  readonly directory: string;
  /** The name of the server's log among the results. */
  readonly log: string;
  readonly viewport: { readonly width: number; readonly height: number };
  /** Beside those of an editor that keeps quiet and of a data folder of the run's own. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly asksForTrust?: boolean;
  /** Written into the settings of the workspace before it is opened. */
  readonly theme?: Theme;
}

/** The packed extension, installed in a VS Code server of its own whose window is open in a browser. */
export class InstalledExtension {
  private constructor(
    readonly workbench: Workbench,
    readonly server: VscodeServer,
    private readonly directory: string,
    private readonly browser: Browser,
  ) {}

  static async start({
    directory,
    log,
    viewport,
    settings,
    asksForTrust = false,
    theme,
  }: InstalledExtensionOptions): Promise<InstalledExtension> {
    const workspace = join(directory, 'workspace');
    mkdirSync(workspace, { recursive: true });
    const manifest: { name: string; version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const server = await startServer({
      directory,
      vsix: join(root, `${manifest.name}-${manifest.version}.vsix`),
      asksForTrust,
      settings: { ...quiet, 'flinkPlayground.local.dataDirectory': join(directory, 'data'), ...settings },
      logFile: join(results, log),
    });
    const browser = await launchBrowser();
    const workbench = new Workbench(await browser.newPage({ viewport }), workspace, results);
    if (theme !== undefined) workbench.setTheme(theme);
    await workbench.open(server.url(workspace, [['skipWelcome', 'true']]));
    return new InstalledExtension(workbench, server, directory, browser);
  }

  /** Ends the browser, the server and all processes that have the run's folder on their command line, and removes that. */
  async end(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    const left = killByArgument(this.directory);
    rmSync(this.directory, { recursive: true, force: true });
    if (left > 0) console.error(`${left} processes were left running and were killed.`);
  }
}
