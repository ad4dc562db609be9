import * as assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { createEngine } from '../../src/core/engine';
import { defaultSettings } from '../../src/core/engineApi';
import { silentLogger } from '../../src/core/util/logger';
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

/** Kinds of which there are more than before, asked again until there are none or the time is up. */
async function leftOver(before: ReadonlyMap<string, number>, timeoutMs: number): Promise<readonly string[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const after = activeResources();
    const left = ['ProcessWrap', 'MessagePort', 'Worker', 'FSEventWrap', 'TCPServerWrap'].filter(
      (kind) => (after.get(kind) ?? 0) > (before.get(kind) ?? 0),
    );
    if (left.length === 0 || Date.now() > deadline) return left;
    await delay(100);
  }
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
    const directory = mkdtempSync(join(tmpdir(), 'flink-playground-engine-'));
    const engine = createEngine({
      distDirectory: join(ours().extensionPath, 'dist'),
      settings: () => ({
        ...defaultSettings,
        cacheDirectory: join(directory, 'cache'),
        dataDirectory: join(directory, 'data'),
        refreshIntervalMs: 500,
      }),
      logger: silentLogger,
    });
    await engine.environment.refresh(AbortSignal.timeout(10_000));
    // Nobody listens there; asking starts the worker.
    await assert.rejects(engine.kafka.clusterId(['127.0.0.1:1'], AbortSignal.timeout(20_000)));
    engine.dispose();
    assert.deepEqual(await leftOver(before, 5000), []);
    rmSync(directory, { recursive: true, force: true });
  });

  it('does not load the shipped bundles for it', () => {
    assert.equal(isLoaded('extension.js'), false);
  });
});
