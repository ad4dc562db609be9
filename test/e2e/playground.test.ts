import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pidsByArgument } from '../../scripts/lib/leftovers.mjs';
import { InstalledExtension } from '../support/installedExtension';
import { eachStandsOnTheOnesBefore, seen, soon, within } from '../support/installedSteps';
import type { Workbench } from '../support/vscodeWorkbench';

/** From the click until the job's tasks all run; the first start of all downloads the jars. */
const startMs = 150_000;
/** Three windows of 15 s, what was left of the one before, and their way through Flink. */
const windowsMs = 90_000;
const recoveryMs = 60_000;

/** The first steps of the tutorial, by the installed package in a real VS Code, over real Flink and Kafka. */
describe('the playground in VS Code', () => {
  let directory: string;
  let installed: InstalledExtension;
  let workbench: Workbench;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'flink-playground-e2e-'));
    installed = await InstalledExtension.start({
      directory,
      log: 'server.log',
      viewport: { width: 1680, height: 920 },
      settings: { 'flinkPlayground.environment': 'local' },
      theme: 'Light Modern',
    });
    ({ workbench } = installed);
  });

  eachStandsOnTheOnesBefore(() => workbench);

  afterAll(async () => {
    try {
      await workbench.runCommand('Flink Playground: Stop Playground and Delete Data…');
      await workbench.answerDialog('Stop and Delete Data');
      await workbench.view('Cluster').welcome().getByText('Docker is not needed').waitFor({ timeout: 60_000 });
    } finally {
      await installed.end();
    }
  });

  it('welcomes the person', async () => {
    await workbench.openContainer('Flink Playground');
    await expect.poll(seen(workbench.view('Cluster').welcome().getByText('Docker is not needed')), soon).toBe(true);
    await workbench.screenshotInEachTheme('welcome');
  });

  it('starts by the button of the welcome', async () => {
    const cluster = workbench.view('Cluster');
    await cluster.clickWelcome('Start Playground');
    await expect.poll(seen(cluster.row(/^Flink Playground, starting/)), within(30_000)).toBe(true);
    await workbench.screenshot('starting');
    const running = cluster.row(/^Flink Playground, running, Flink 2\.2\.1, Kafka 4\.2\.2/);
    await expect.poll(seen(running), within(startMs)).toBe(true);
  });

  it('shows every service running', async () => {
    const cluster = workbench.view('Cluster');
    for (const service of ['JobManager', 'TaskManagers', 'taskmanager-1', 'Kafka', 'Click-event generator']) {
      await expect.poll(seen(cluster.row(new RegExp(`^${service}, .*running`))), soon).toBe(true);
    }
  });

  it('shows the job, and its vertices when it is expanded', async () => {
    const jobs = workbench.view('Jobs');
    await expect.poll(seen(jobs.row(/^Job Click Event Count, running/)), within(30_000)).toBe(true);
    await jobs.expand(/^Job Click Event Count/);
    await expect.poll(seen(jobs.row(/^Vertex .*parallelism 2, running/)), soon).toBe(true);
  });

  it('draws the graph of the job, and shows in the tree which vertex is chosen there', async () => {
    const jobs = workbench.view('Jobs');
    await jobs.clickInline(/^Vertices/, 'Show Job Graph');
    const vertices = workbench.webview().getByRole('option');
    await expect.poll(() => vertices.count(), soon).toBe(4);
    const counter = vertices.filter({ hasText: 'ClickEvent Counter' });
    await expect.poll(() => counter.innerText(), within(30_000)).toMatch(/\d+\/s in.*\d+ % busy.*Watermark \d{4}-/s);
    await counter.click();
    const chosen = jobs.row(/^Vertex ClickEvent Counter/);
    await expect.poll(() => chosen.getAttribute('aria-selected'), soon).toBe('true');
    await workbench.screenshotInEachTheme('graph');
  });

  it('shows what the threads of that vertex are doing as a flame graph', async () => {
    await workbench.webview().getByRole('button', { name: 'Show Flame Graph' }).click();
    const frames = workbench.webview().getByRole('treeitem', { name: /^StreamTask\./ });
    await expect.poll(seen(frames.first()), within(30_000)).toBe(true);
    await workbench.screenshotInEachTheme('flames');
  });

  it('pins metrics of the job, which are in the tree and in the metrics panel', async () => {
    const jobs = workbench.view('Jobs');
    await jobs.collapse(/^Vertices/);
    await jobs.clickInline(/^Metrics/, 'Pin Metric…');
    await workbench.pickMany('numberOfCompletedCheckpoints', 'lastCheckpointDuration');
    await expect.poll(seen(jobs.row(/^numberOfCompletedCheckpoints, \d+/)), soon).toBe(true);
    await jobs.clickInline(/^Metrics/, 'Show Metrics Panel');
    const panel = workbench.webview();
    for (const name of ['numberOfCompletedCheckpoints', 'lastCheckpointDuration']) {
      await expect.poll(seen(panel.getByRole('region', { name })), soon).toBe(true);
    }
  });

  it('answers a query for metrics with a document', async () => {
    await workbench.view('Jobs').clickMenu(/^Job Click Event Count/, 'Query Metrics…');
    await workbench.pick('The job as a whole');
    await workbench.pickMany('numRestarts', 'lastCheckpointSize');
    const text = async (): Promise<string> => (await workbench.editorLines()).join('');
    await expect
      .poll(text, soon)
      .toMatch(/"id": "lastCheckpointSize",\s*"value": "\d+".*"id": "numRestarts",\s*"value": "0"/);
    await workbench.screenshot('query-metrics');
  });

  it('shows the topics', async () => {
    const topics = workbench.view('Kafka Topics');
    await expect.poll(seen(topics.row(/^Topic input, 2 partitions/)), soon).toBe(true);
    await expect.poll(seen(topics.row(/^Topic output, 2 partitions/)), soon).toBe(true);
  });

  it('tails the output, where every count is 1000', async () => {
    await workbench.view('Kafka Topics').clickInline(/^Topic output/, 'Tail Topic…');
    const panel = workbench.webview();
    await expect.poll(seen(panel.getByRole('columnheader', { name: 'count' })), within(windowsMs)).toBe(true);
    const counts = panel.locator('[data-seq] .cell:last-child');
    await expect.poll(() => counts.count(), within(windowsMs)).toBeGreaterThanOrEqual(18);
    const texts = await counts.allTextContents();
    expect(texts.map((text) => text.trim())).toEqual(texts.map(() => '1000'));
    await workbench.dismissNotifications();
    await workbench.screenshotInEachTheme('running');
  });

  it('filters the output as one types', async () => {
    const panel = workbench.webview();
    const filter = panel.getByRole('searchbox', { name: 'Filter' });
    await filter.fill('/SHOP');
    await expect.poll(seen(panel.locator('mark').first()), soon).toBe(true);
    const keys = await panel.locator('[data-seq] .cell:nth-child(4)').allTextContents();
    expect(new Set(keys.map((key) => key.trim()))).toEqual(new Set(['/shop']));
    await workbench.screenshot('filtered');
    await filter.fill('');
  });

  it('shows which subtask sits in which slot, while a TaskManager is expanded', async () => {
    const cluster = workbench.view('Cluster');
    // The tree draws only the rows that its part of the side bar has room for.
    await cluster.collapse(/^Flink Playground, /);
    await cluster.expand(/^JobManager/);
    await expect.poll(seen(cluster.row(/^Version, Flink 2\.2\.1 · Java \d+/)), soon).toBe(true);
    await cluster.collapse(/^JobManager/);
    await cluster.expand(/^taskmanager-1/);
    await expect.poll(seen(cluster.row(/^Slot 2, Job Click Event Count, 4 tasks/)), soon).toBe(true);
    await cluster.expand(/^Slot 1/);
    await expect.poll(seen(cluster.row(/^Source: .*\(1\/2\), running/)), soon).toBe(true);
    await workbench.screenshotInEachTheme('slots');
    await cluster.collapse(/^taskmanager-1/);
  });

  it('shows in the status bar what was counted', async () => {
    await expect.poll(seen(workbench.statusBarItem(/Flink/).first()), soon).toBe(true);
  });

  it('shows the log of a TaskManager in the Output panel', async () => {
    await workbench.view('Cluster').clickInline(/^taskmanager-1, running/, 'Show Logs…');
    await expect.poll(logSays(/^\d{4}-\d\d-\d\d [\d:]+,\d{3} (INFO|WARN) /), soon).toBe(true);
    await workbench.screenshotInEachTheme('logs');
  });

  it('kills a TaskManager after asking, and sees the job restart in tree, graph and timeline', async () => {
    const cluster = workbench.view('Cluster');
    const jobs = workbench.view('Jobs');
    for (const title of ['Savepoints', 'Kafka Topics']) await workbench.view(title).fold();
    await workbench.closePanel();
    await jobs.clickMenu(/^Job Click Event Count/, 'Show Job Graph');
    await jobs.expand(/^Timeline/);
    const graph = workbench.webview().getByRole('status');
    await expect.poll(() => graph.innerText(), soon).toBe('running');
    await cluster.clickInline(/^taskmanager-1, running/, 'Kill TaskManager…');
    await workbench.answerDialog('Kill TaskManager');
    await expect.poll(seen(cluster.row(/^taskmanager-1, killed/)), soon).toBe(true);
    const restarting = jobs.row(/^Job Click Event Count, (restarting|recovering|waiting for )/);
    await expect.poll(seen(restarting), within(30_000)).toBe(true);
    await expect.poll(() => graph.innerText(), soon).toMatch(/^(restarting|recovering|waiting for slots)$/);
    await expect.poll(seen(jobs.row(/, restarting.*, TaskManager taskmanager-1 was killed/)), soon).toBe(true);
    await workbench.screenshotInEachTheme('killed');
  });

  it('starts it again, and sees the job recover in tree, graph and timeline', async () => {
    const cluster = workbench.view('Cluster');
    await cluster.clickInline(/^taskmanager-1, killed/, 'Start TaskManager…');
    await expect.poll(seen(cluster.row(/^taskmanager-1, running/)), within(recoveryMs)).toBe(true);
    const jobs = workbench.view('Jobs');
    await expect.poll(seen(jobs.row(/^Job Click Event Count, running/)), within(recoveryMs)).toBe(true);
    await expect.poll(() => workbench.webview().getByRole('status').innerText(), soon).toBe('running');
    await expect.poll(seen(jobs.row(/, restarting, .*, all tasks ran again after [\d.]+ s/)), soon).toBe(true);
    await expect.poll(seen(jobs.row(/, restored from checkpoint \d+/)), soon).toBe(true);
    await workbench.screenshotInEachTheme('timeline');
  });

  it('tells in a document what happened to the job, with the cause', async () => {
    await workbench.view('Jobs').clickInline(/^Timeline/, 'Open Timeline');
    const text = async (): Promise<string> => (await workbench.editorLines()).join('\n');
    await expect.poll(text, soon).toMatch(/restarting · [\d.]+ s · TaskManager taskmanager-1 was killed/);
    expect(await text()).toMatch(/\d checkpoints completed/);
    await workbench.screenshot('timeline-document');
    // By now the pinned metrics have a course to be seen.
    await workbench.runCommand('Flink Playground: Show Metrics Panel');
    await expect.poll(seen(workbench.webview().getByRole('region').first()), soon).toBe(true);
    await workbench.screenshotInEachTheme('metrics');
  });

  it('checks that every page of every window was counted, also through the failure', async () => {
    await workbench.runCommand('Flink Playground: Check Windows');
    const panel = workbench.webview();
    const verdict = panel.getByRole('status').filter({ hasText: /^\s*PASS/ });
    await expect.poll(seen(verdict), within(recoveryMs)).toBe(true);
    await expect.poll(seen(panel.locator('td.recovery').first()), within(recoveryMs)).toBe(true);
    const killed = panel.getByRole('columnheader', { name: /taskmanager-1 was killed/ });
    await expect.poll(seen(killed), soon).toBe(true);
    await expect
      .poll(seen(panel.getByRole('img', { name: /^input, Records a second: [3-5]\d\d\/s/ })), soon)
      .toBe(true);
    await expect.poll(seen(panel.getByText('ClickEvent_Counter dropped no late record')), soon).toBe(true);
    await workbench.screenshotInEachTheme('windows');
    await panel
      .getByRole('gridcell', { name: /\/shop: 1,000, exact/ })
      .first()
      .click();
    const records = workbench.webview().locator('[data-seq]');
    await expect.poll(() => records.count(), soon).toBe(1);
    await workbench.screenshot('records-of-a-cell');
  });

  it('scales TaskManagers to three and back to one, where the job goes on', async () => {
    const cluster = workbench.view('Cluster');
    for (const count of [3, 1]) {
      // A second press while the first one is still being watched is taken for the first.
      await expect
        .poll(async () => {
          await cluster.clickMenu(/^TaskManagers, /, 'Scale TaskManagers…');
          return workbench.pick(String(count)).then(
            () => true,
            () => false,
          );
        }, within(recoveryMs))
        .toBe(true);
      const scaled = cluster.row(new RegExp(`^TaskManagers, ${count} of ${count} running`));
      await expect.poll(seen(scaled), within(recoveryMs)).toBe(true);
      await workbench.screenshot(`scaled-to-${count}`);
    }
    const running = workbench.view('Jobs').row(/^Job Click Event Count, running/);
    await expect.poll(seen(running), within(recoveryMs)).toBe(true);
    expect(processes()).toHaveLength(4);
  });

  it('finds the playground again after its extension host was killed', async () => {
    const before = processes();
    expect(before.length).toBeGreaterThanOrEqual(4);
    for (const pid of installed.server.extensionHosts()) process.kill(pid, 'SIGKILL');
    await workbench.reload();
    const cluster = workbench.view('Cluster');
    await expect.poll(seen(cluster.row(/^Flink Playground, running/)), within(30_000)).toBe(true);
    await expect.poll(seen(workbench.view('Jobs').row(/^Job Click Event Count, running/)), soon).toBe(true);
    expect(processes()).toEqual(before);
    await workbench.screenshot('adopted');
  });

  it('stops and keeps the state', async () => {
    await workbench.runCommand('Flink Playground: Stop Playground');
    const kept = workbench.view('Cluster').welcome().getByText('its state is kept');
    await expect.poll(seen(kept), within(60_000)).toBe(true);
    await workbench.screenshot('stopped');
    expect(processes()).toEqual([]);
    const panel = workbench.webview();
    await expect.poll(seen(panel.locator('.banner')), soon).toBe(true);
    expect(await panel.locator('[data-seq]').allInnerTexts()).toEqual([expect.stringMatching(/\/shop\s+1000$/)]);
  });

  const logSays = (text: RegExp) => async (): Promise<boolean> =>
    (await workbench.outputLines()).some((line) => text.test(line));

  /** The JVMs of this playground. */
  function processes(): readonly number[] {
    return pidsByArgument('-Dflink.playground.instance=', directory);
  }
});
