import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstalledExtension } from '../../support/installedExtension';
import { eachStandsOnTheOnesBefore, seen, soon, within } from '../../support/installedSteps';
import type { Workbench } from '../../support/vscodeWorkbench';

const startMs = 150_000;
const operationMs = 60_000;
/** Until the windows that were open across an operation are closed and counted. */
const windowsMs = 90_000;

/** *Upgrading & Rescaling a Job* of the tutorial, by clicking, over real Flink and Kafka. */
describe('savepoints in VS Code', () => {
  let directory: string;
  let installed: InstalledExtension;
  let workbench: Workbench;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'flink-playground-e2e-'));
    mkdirSync(join(directory, 'workspace'));
    copyFileSync(
      join('playground', 'job', 'target', 'click-event-count-2.0.jar'),
      join(directory, 'workspace', 'dropped.jar'),
    );
    installed = await InstalledExtension.start({
      directory,
      log: 'savepoints-server.log',
      viewport: { width: 1680, height: 1000 },
      settings: { 'flinkPlayground.environment': 'local' },
      theme: 'Light Modern',
    });
    ({ workbench } = installed);
    await workbench.openContainer('Flink Playground');
  });

  eachStandsOnTheOnesBefore(() => workbench);

  afterAll(async () => {
    try {
      await workbench.runCommand('Flink Playground: Stop Playground and Delete Data…');
      await workbench.answerDialog('Stop and Delete Data');
      const welcome = workbench.view('Cluster').welcome().getByRole('button', { name: 'Start Playground' });
      await welcome.waitFor({ timeout: 60_000 });
    } finally {
      await installed.end();
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
    await workbench.screenshotInEachTheme('savepoints');
  });

  it('deletes one after asking', async () => {
    const before = (await savepoints()).length;
    await workbench.view('Savepoints').clickInline(/^Savepoint Click Event Count/, 'Delete Savepoint…');
    await workbench.answerDialog('Delete Savepoint');
    await expect.poll(async () => (await savepoints()).length, soon).toBe(before - 1);
  });

  it('asks how to run a jar that is dropped on the jobs', async () => {
    await workbench.dragFile('dropped.jar', 'Flink Playground', 'Jobs');
    await expect.poll(seen(workbench.quickInput('Submit dropped.jar')), soon).toBe(true);
    await workbench.screenshot('jar-dropped');
    await workbench.closeQuickInput();
  });

  async function savepoints(): Promise<readonly string[]> {
    return (await workbench.view('Savepoints').rows()).filter((row) => row.startsWith('Savepoint '));
  }
});
