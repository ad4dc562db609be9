import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from '../../src/core/util/async';
import { ReadOnlyDocuments } from '../../src/host/documents';
import { LogChannels } from '../../src/host/logChannels';
import { openTerminal } from '../../src/host/terminals';
import { ours } from './extension';

/** The text of every output channel that the editor shows as a log. */
function shownLogs(): string {
  const logs = vscode.workspace.textDocuments.filter(
    ({ uri, languageId }) => uri.scheme === 'output' && languageId === 'log',
  );
  return logs.map((document) => document.getText()).join('\n');
}

/** Parts of the host that the extension puts together, without the extension: it registers the same documents itself. */
describe('parts of the host', () => {
  before(() => assert.equal(ours().isActive, false, 'These tests come before the real activation.'));

  it('open a terminal with the folders of the command line client first on its path', () => {
    const terminal = openTerminal({
      name: 'Flink CLI (test)',
      environment: { FLINK_CONF_DIR: '/conf of the test' },
      searchPath: ['/bin of the test'],
      greeting: 'flink is bound to the test.',
    });
    try {
      assert.ok(vscode.window.terminals.some(({ name }) => name === 'Flink CLI (test)'));
      const { env, message }: vscode.TerminalOptions = terminal.creationOptions;
      assert.equal(env?.['FLINK_CONF_DIR'], '/conf of the test');
      assert.equal(env['PATH'], `/bin of the test:${process.env['PATH']}`);
      assert.equal(message, 'flink is bound to the test.');
    } finally {
      terminal.dispose();
    }
  });

  it('open texts as documents that cannot be edited, in the language of their name', async () => {
    const documents = new ReadOnlyDocuments();
    try {
      for (const [name, language] of [
        ['commands.sh', 'shellscript'],
        ['commands.ps1', 'powershell'],
        ['taskmanager-1-flink.log', 'log'],
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

  it('show a log in a channel while its source writes, and end it with the channels', async () => {
    const channels = new LogChannels();
    let ended = false;
    channels.open(
      'A followed log',
      (sink, signal) => {
        sink('2026-11-23 06:37:02,123 WARN  Checkpoints - a line that has colours');
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended = true;
            resolve();
          });
        });
      },
      (error) => assert.fail(String(error)),
    );
    const shown = (): Promise<true | undefined> =>
      Promise.resolve(shownLogs().includes('a line that has colours') ? true : undefined);
    const signal = AbortSignal.timeout(30_000);
    await waitFor(shown, { what: 'the line in the channel', timeoutMs: 30_000, intervalMs: 100, signal });
    channels.dispose();
    assert.equal(ended, true);
  });
});
