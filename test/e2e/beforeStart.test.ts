import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { InstalledExtension } from '../support/installedExtension';
import type { Workbench } from '../support/vscodeWorkbench';

const soon = { timeout: 30_000, interval: 100 };

/** Writes down what it is asked, and answers as an engine without containers does. */
const recorder = `#!/bin/sh
echo "$*" >> "$0.log"
case "$*" in
  "version "*) echo 20.10.24 ;;
  "compose version "*) echo 2.26.1 ;;
  *" config") echo 'name: theirs' && echo 'services: { jobmanager: {}, taskmanager: {}, kafka: {} }' ;;
  "context inspect"*) echo unix:///var/run/docker.sock ;;
  "inspect "*) echo '[]' ;;
  "events "*) exec sleep 600 ;;
esac
`;

/** A folder of somebody else's, opened by the installed package: what its settings say is theirs, and what is run is not. */
describe('a workspace that is not trusted', () => {
  let directory: string;
  let composeFile: string;
  let docker: string;
  let installed: InstalledExtension;
  let workbench: Workbench;

  const asked = (): string => (existsSync(`${docker}.log`) ? readFileSync(`${docker}.log`, 'utf8') : '');
  const restricted = (): ReturnType<ReturnType<Workbench['view']>['welcome']> =>
    workbench.view('Cluster').welcome().filter({ hasText: 'This workspace is in Restricted Mode' });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'flink-playground-trust-'));
    const workspace = join(directory, 'workspace');
    composeFile = join(workspace, 'compose.yaml');
    docker = join(directory, 'docker');
    writeFileSync(docker, recorder);
    chmodSync(docker, 0o755);
    mkdirSync(join(workspace, '.vscode'), { recursive: true });
    writeFileSync(composeFile, 'services: { jobmanager: {}, taskmanager: {}, kafka: {} }');
    writeFileSync(
      join(workspace, '.vscode/settings.json'),
      JSON.stringify({
        'flinkPlayground.compose.file': composeFile,
        'flinkPlayground.compose.project': 'of-the-workspace',
      }),
    );
    installed = await InstalledExtension.start({
      directory,
      log: 'restricted-server.log',
      viewport: { width: 1280, height: 800 },
      asksForTrust: true,
      settings: {
        'flinkPlayground.environment': 'compose',
        'flinkPlayground.compose.command': `${docker} compose`,
      },
    });
    ({ workbench } = installed);
    await workbench.openContainer('Flink Playground');
  });

  beforeEach(() => {
    onTestFailed(() => workbench.screenshot('failed-restricted'));
  });

  afterAll(() => installed.end());

  it('is told of in the Cluster view, with what is ignored and that Start works', async () => {
    await expect.poll(() => restricted().isVisible(), soon).toBe(true);
    await expect.poll(() => restricted().textContent(), soon).toMatch(/its compose file.*Start works as always/);
  });

  it('has no say in which compose file and which project are looked at', async () => {
    await expect.poll(asked, soon).toContain('label=com.docker.compose.project=flink-playground');
    expect(asked()).not.toContain(composeFile);
    expect(asked()).not.toContain('config_files');
    expect(asked()).not.toContain('of-the-workspace');
  });

  it('has it once it is trusted, and nothing is said any more', async () => {
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).first().click({ timeout: soon.timeout });
    await expect.poll(() => restricted().isVisible(), soon).toBe(false);
    const trustEditor = workbench.page.locator('.monaco-modal-editor-block');
    await trustEditor.locator('.codicon-close').first().click({ timeout: soon.timeout });
    await trustEditor.waitFor({ state: 'hidden', timeout: soon.timeout });
    await workbench.runCommand('Flink Playground: Refresh');
    await expect.poll(asked, soon).toContain('config_files');
  });

  it('and any other leaves the choice of the environment to the person, who finds it where nothing runs', async () => {
    const welcome = workbench.view('Cluster').welcome();
    await welcome.getByText('select an environment').first().click({ timeout: soon.timeout });
    await workbench.page
      .locator('.quick-input-list')
      .getByRole('option')
      .filter({ hasText: 'Local Processes' })
      .first()
      .waitFor({ timeout: soon.timeout });
    await workbench.pick('Local Processes');
    await expect
      .poll(() => welcome.allTextContents(), soon)
      .toContainEqual(expect.stringContaining('Docker is not needed'));
  });
});
