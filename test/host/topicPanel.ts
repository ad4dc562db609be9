import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Engine } from '../../src/core/engineApi';
import type { TailSession } from '../../src/core/kafka/kafkaPort';
import { Store } from '../../src/core/state/store';
import { silentLogger } from '../../src/core/util/logger';
import { LazyService } from '../../src/host/lazyService';
import { settingsReader } from '../../src/host/settings';
import { TopicPanels } from '../../src/panels/topicPanels';
import type { EnvironmentSnapshot } from '../../src/shared/model/environment';
import type { TailState } from '../../src/shared/protocol/topicPanel';
import { ours } from './extension';
import { hasPage, policyOfWebview } from './page';

const running: EnvironmentSnapshot = {
  kind: 'local',
  phase: 'running',
  services: [],
  endpoints: { rest: 'http://127.0.0.1:1', brokers: ['127.0.0.1:1'] },
  steps: [],
  hasData: true,
  notices: [],
};

const live: TailState = {
  topic: 'output',
  status: 'live',
  first: 0,
  end: 0,
  total: 0,
  capacity: 100,
  rate: 0,
};

/** An engine of which a topic panel sees no more than this: a running environment and a topic without records. */
function engineWithEmptyTopic(): Engine {
  const session: TailSession = {
    state: new Store(live),
    rows: () => Promise.resolve([]),
    value: () => Promise.resolve(undefined),
    setPaused: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    dispose: () => undefined,
  };
  const engine = {
    environment: { snapshot: new Store(running) },
    kafka: { openTail: () => Promise.resolve(session) },
    dispose: () => undefined,
  };
  return engine as unknown as Engine;
}

/** Before the activation: only one of us can be the one who restores panels of this kind. */
describe('a topic panel', () => {
  let panels: TopicPanels;

  before(() => {
    assert.equal(ours().isActive, false, 'These tests come before the real activation.');
    panels = new TopicPanels({
      extensionUri: ours().extensionUri,
      engines: new LazyService(() => Promise.resolve(engineWithEmptyTopic())),
      settings: settingsReader(() => undefined),
      logger: silentLogger,
    });
  });

  after(() => panels.dispose());

  function openTabs(): readonly string[] {
    return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
  }

  it('opens as an editor with the name of its topic', async () => {
    await panels.open('output');
    const deadline = Date.now() + 5000;
    while (!openTabs().includes('output') && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(openTabs().includes('output'), openTabs().join(', '));
  });

  it('is revealed, not opened twice', async () => {
    await panels.open('output');
    assert.equal(openTabs().filter((label) => label === 'output').length, 1);
  });

  it('allows its page one script by nonce, its own styles, and nothing from elsewhere', async function () {
    if (!hasPage()) this.skip();
    const policy = await policyOfWebview();
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'nonce-[\w+/=]{22,}'(;|$)/);
    assert.doesNotMatch(policy, /unsafe|\*(?![.\w])|data:/);
  });
});
