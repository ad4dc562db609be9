import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { killByArgument } from '../../scripts/lib/leftovers.mjs';
import { startServer, type VscodeServer } from '../../scripts/lib/vscodeServer.mjs';
import { launchBrowser } from '../support/browser';
import { Workbench, type Theme } from '../support/vscodeWorkbench';

const root = join(import.meta.dirname, '../..');
const results = join(root, 'test-results/e2e');
const startMs = 150_000;
const operationMs = 60_000;
/** Until the windows that were open across an operation are closed and counted. */
const windowsMs = 90_000;

const seen = (locator: Locator) => (): Promise<boolean> => locator.isVisible();
const within = (timeout: number): { readonly timeout: number; readonly interval: number } => ({
  timeout,
  interval: 100,
});
const soon = within(20_000);

/** *Upgrading & Rescaling a Job* of the tutorial, by clicking, over real Flink and Kafka. */
describe('savepoints in VS Code', () => {
  let directory: string;
  let server: VscodeServer;
  let browser: Browser;
  let workbench: Workbench;
  let failed = false;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'flink-playground-e2e-'));
    const workspace = join(directory, 'workspace');
    mkdirSync(workspace);
    const manifest: { name: string; version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    server = await startServer({
      directory,
      vsix: join(root, `${manifest.name}-${manifest.version}.vsix`),
      settings: {
        'flinkPlayground.environment': 'local',
        'flinkPlayground.local.dataDirectory': join(directory, 'data'),
        'workbench.startupEditor': 'none',
        'workbench.tips.enabled': false,
        'workbench.secondarySideBar.defaultVisibility': 'hidden',
        'chat.disableAIFeatures': true,
        'remote.autoForwardPorts': false,
      },
      logFile: join(results, 'savepoints-server.log'),
    });
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1680, height: 1000 } });
    workbench = new Workbench(page, workspace, results);
    workbench.setTheme('Light Modern');
    await workbench.open(server.url(workspace, [['skipWelcome', 'true']]));
    await workbench.openContainer('Flink Playground');
  });

  beforeEach(({ skip }) => {
    // Each step stands on the ones before it.
    if (failed) skip('an earlier step failed');
    onTestFailed(async ({ task }) => {
      failed = true;
      await workbench.screenshot(`failed-${task.name.replaceAll(/\W+/g, '-')}`);
    });
  });

  afterAll(async () => {
    try {
      await workbench.runCommand('Flink Playground: Stop Playground and Delete Data…');
      await workbench.answerDialog('Stop and Delete Data');
      const welcome = workbench.view('Cluster').welcome().getByRole('button', { name: 'Start Playground' });
      await welcome.waitFor({ timeout: 60_000 });
    } finally {
      await browser.close();
      await server.stop();
      const left = killByArgument(directory);
      rmSync(directory, { recursive: true, force: true });
      if (left > 0) console.error(`${left} processes were left running and were killed.`);
    }
  });

  it('says what a savepoint is for while there is none', async () => {
    await workbench.view('Cluster').clickWelcome('Start Playground');
    const running = workbench.view('Jobs').row(/^Job Click Event Count, running/);
    await expect.poll(seen(running), within(startMs)).toBe(true);
    await workbench.dismissNotifications();
    const welcome = workbench.view('Savepoints').welcome().getByText('keeps the whole state of a job');
    await expect.poll(seen(welcome), soon).toBe(true);
  });

  it('takes one with two key presses, and shows it', async () => {
    await workbench.view('Jobs').clickInline(/^Job Click Event Count, running/, 'Trigger Savepoint…');
    await workbench.acceptQuickInput('Savepoint of Click Event Count');
    const savepoint = workbench.view('Savepoints').row(/^Savepoint Click Event Count, .*parallelism 2/);
    await expect.poll(seen(savepoint), within(operationMs)).toBe(true);
    await expect.poll(seen(workbench.view('Jobs').row(/^Operations, 1/)), soon).toBe(true);
    await workbench.restPointer();
  });

  it('stops the job with a savepoint', async () => {
    await workbench.view('Jobs').clickInline(/^Job Click Event Count, running/, 'Stop Job with Savepoint…');
    await workbench.acceptQuickInput('Stop Click Event Count with a savepoint');
    const stopped = workbench.view('Jobs').row(/^Job Click Event Count, finished/);
    await expect.poll(seen(stopped), within(operationMs)).toBe(true);
    await expect.poll(async () => (await savepoints()).length, soon).toBe(2);
    await workbench.screenshot('savepoint-stopped');
  });

  it('restores it from there', async () => {
    await workbench.restPointer();
    await workbench.view('Savepoints').clickInline(/^Savepoint Click Event Count/, 'Restore Job from Savepoint…');
    await workbench.acceptQuickInput('Restore Click Event Count from a savepoint');
    const running = workbench.view('Jobs').row(/^Job Click Event Count, running/);
    await expect.poll(seen(running), within(operationMs)).toBe(true);
    await expect.poll(async () => (await savepoints())[0], soon).toMatch(/restored once/);
  });

  it('rescales it, with TaskManagers added first', async () => {
    await workbench.restPointer();
    await workbench.view('Jobs').clickInline(/^Job Click Event Count, running/, 'Rescale Job…');
    await workbench.acceptQuickInput('Rescale Click Event Count', '3');
    await workbench.acceptQuickInput('Slots are missing');
    await expect.poll(seen(workbench.view('Cluster').row(/^taskmanager-2, .*running/)), within(operationMs)).toBe(true);
    await expect.poll(async () => (await savepoints()).length, within(operationMs)).toBe(3);
    const rescaled = workbench.view('Jobs').row(/^Job Click Event Count, running/);
    await expect.poll(seen(rescaled), within(operationMs)).toBe(true);
  });

  it('proves that no window was lost', async () => {
    await workbench.view('Jobs').expand(/^Operations/);
    const proof = workbench
      .view('Jobs')
      .row(/^Rescale of Click Event Count, done, .*No window lost: 6 pages × \d+ windows/);
    await expect.poll(seen(proof), within(windowsMs)).toBe(true);
    await expect.poll(seen(workbench.statusBarItem(/PASS/).first()), soon).toBe(true);
    await inEachTheme('savepoints');
  });

  it('deletes one after asking', async () => {
    const before = (await savepoints()).length;
    await workbench.view('Savepoints').clickInline(/^Savepoint Click Event Count/, 'Delete Savepoint…');
    await workbench.answerDialog('Delete Savepoint');
    await expect.poll(async () => (await savepoints()).length, soon).toBe(before - 1);
  });

  async function savepoints(): Promise<readonly string[]> {
    return (await workbench.view('Savepoints').rows()).filter((row) => row.startsWith('Savepoint '));
  }

  async function inEachTheme(name: string): Promise<void> {
    const themes: Readonly<Record<string, Theme>> = {
      dark: 'Dark Modern',
      'high-contrast': 'Default High Contrast',
      light: 'Light Modern',
    };
    for (const [suffix, theme] of Object.entries(themes)) {
      await workbench.useTheme(theme);
      await workbench.restPointer();
      await workbench.screenshot(`${name}-${suffix}`);
    }
  }
});
