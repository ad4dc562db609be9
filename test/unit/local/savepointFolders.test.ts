import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalPaths } from '../../../src/core/environment/local/localPaths';
import { savepointFolders } from '../../../src/core/environment/local/savepointFolders';
import { emptyState, type LocalState } from '../../../src/core/environment/local/stateFile';
import { tutorialVariant } from '../../../src/shared/model/environment';

const running: LocalState = {
  ...emptyState,
  run: {
    instanceKey: '00000000-0000-4000-8000-000000000000',
    phase: 'running',
    options: {
      flinkVersion: '2.2.1',
      kafkaMode: 'kraft',
      variant: tutorialVariant,
      parallelism: 2,
      taskManagers: 1,
      speed: 1,
    },
    ports: { rest: 1, rpc: 2, broker: 3 },
    notices: [],
    instances: [],
  },
};

describe('the folders of savepoints of the local environment', () => {
  let root: string;
  let paths: LocalPaths;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'folders-'));
    paths = new LocalPaths(root);
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('are none before anything ran', async () => {
    expect(await savepointFolders(paths, emptyState)).toEqual([]);
  });

  it('are those of what runs first, and of other versions by their name', async () => {
    for (const name of ['flink-1.20.5-zookeeper', 'flink-2.2.1-kraft']) {
      mkdirSync(join(paths.profiles, name), { recursive: true });
    }
    const [own, other] = await savepointFolders(paths, running);
    expect(own).toEqual({
      savepoints: paths.profile('flink-2.2.1-kraft').savepoints,
      checkpoints: paths.profile('flink-2.2.1-kraft').checkpoints,
    });
    expect(other).toMatchObject({ origin: 'flink-1.20.5-zookeeper' });
  });

  it('need no name while nothing runs and there is but one data', async () => {
    mkdirSync(join(paths.profiles, 'flink-2.2.1-kraft'), { recursive: true });
    expect((await savepointFolders(paths, emptyState)).map(({ origin }) => origin)).toEqual([undefined]);
  });
});
