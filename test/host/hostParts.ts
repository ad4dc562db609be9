import * as assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { ReadOnlyDocuments } from '../../src/host/documents';
import { LogChannels } from '../../src/host/logChannels';
import { openTerminal } from '../../src/host/terminals';
import { ours } from './extension';
import { hasPage, seesText } from './page';

async function until(what: string, holds: () => boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `${what} did not happen in time.`);
    await delay(50);
  }
}

/** Parts of the host that the extension puts together, without the extension: it registers the same documents itself. */
describe('parts of the host', () => {
  before(() => assert.equal(ours().isActive, false, 'These tests come before the real activation.'));

  it('open a terminal with the folders of the command line client first on its path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flink-playground-terminal-'));
    const printed = join(folder, 'printed');
    const terminal = openTerminal({
      name: 'Flink CLI (test)',
      program: { command: '/bin/sh', args: ['-c', `printf '%s' "$FLINK_CONF_DIR:$PATH" > '${printed}'; sleep 60`] },
      environment: { FLINK_CONF_DIR: '/conf of the test' },
      searchPath: ['/bin of the test'],
      greeting: 'flink is bound to the test.',
    });
    try {
      assert.ok(vscode.window.terminals.some(({ name }) => name === 'Flink CLI (test)'));
      await until('The shell', () => existsSync(printed) && readFileSync(printed, 'utf8') !== '');
      assert.match(readFileSync(printed, 'utf8'), /^\/conf of the test:\/bin of the test:.+/);
    } finally {
      terminal.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('open texts as documents that cannot be edited, in the language of their name', async () => {
    const documents = new ReadOnlyDocuments();
    try {
      for (const [name, language] of [
        ['commands.sh', 'shellscript'],
        ['commands.ps1', 'powershell'],
        ['taskmanager-1-flink.log', 'log'],
        ['jobmanager-flink.log.1', 'log'],
      ] as const) {
        await documents.show(name, `# ${name}\ncurl http://127.0.0.1:8081/jobs\n`);
        const document = vscode.window.activeTextEditor?.document;
        assert.equal(document?.getText(), `# ${name}\ncurl http://127.0.0.1:8081/jobs\n`);
        assert.equal(document.languageId, language, name);
        assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), undefined);
      }
    } finally {
      documents.dispose();
    }
  });

  it('show a log in a channel while its source writes, and end it with the channels', async function () {
    if (!hasPage()) this.skip();
    const channels = new LogChannels();
    let ended = false;
    channels.open(
      'A followed log',
      (sink, signal) => {
        sink('2026-11-23 06:37:02,123 WARN  Checkpoints - A line of the followed log.');
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended = true;
            resolve();
          });
        });
      },
      (error) => assert.fail(String(error)),
    );
    await seesText('A line of the followed log.');
    channels.dispose();
    assert.equal(ended, true);
  });
});
