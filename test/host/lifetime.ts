import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activate, deactivate } from '../../src/extension';
import { isLoaded, ours } from './extension';

/**
 * Activates a copy of the extension that is bundled into the tests, with a context of our own: what it leaves behind would
 * stand in the way of the second copy, and of VS Code's own activation after it.
 */
function activateCopy(): vscode.ExtensionContext {
  const memory = new Map<string, unknown>();
  const context: Partial<vscode.ExtensionContext> = {
    subscriptions: [],
    extensionUri: ours().extensionUri,
    extension: ours(),
    globalState: {
      keys: () => [...memory.keys()],
      get: (key: string) => memory.get(key),
      update: (key: string, value: unknown) => {
        memory.set(key, value);
        return Promise.resolve();
      },
      setKeysForSync: () => undefined,
    },
  };
  const whole = context as vscode.ExtensionContext;
  activate(whole);
  return whole;
}

async function endCopy(context: vscode.ExtensionContext): Promise<void> {
  await deactivate();
  for (const subscription of context.subscriptions) subscription.dispose();
}

/** Kinds of things that keep a process busy, with how many there are. */
function activeResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

describe('the lifetime of the extension', () => {
  before(() => assert.equal(ours().isActive, false, 'These tests come before the real activation.'));

  it('gives everything back when it ends, so that it can be activated again', async () => {
    const first = activateCopy();
    await endCopy(first);
    const second = activateCopy();
    await endCopy(second);
  });

  it('leaves no worker, process or watcher behind after its engine was used', async () => {
    const before = activeResources();
    const context = activateCopy();
    await vscode.commands.executeCommand('flinkPlayground.copyDiagnostics', { copy: false });
    await endCopy(context);
    const deadline = Date.now() + 5000;
    let left: readonly string[];
    do {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const after = activeResources();
      left = ['ProcessWrap', 'MessagePort', 'FSEventWrap', 'TCPServerWrap'].filter(
        (kind) => (after.get(kind) ?? 0) > (before.get(kind) ?? 0),
      );
    } while (left.length > 0 && Date.now() < deadline);
    assert.deepEqual(left, []);
  });

  it('does not load the shipped bundles for it', () => {
    assert.equal(isLoaded('extension.js'), false);
  });
});
