import { describe, expect, it } from 'vitest';
import { JournalWatch } from '../../../src/core/savepoints/journalWatch';
import { Store } from '../../../src/core/state/store';
import { silentLogger } from '../../../src/core/util/logger';
import type { OperationView } from '../../../src/shared/model/operations';
import { environment, runningEnvironment } from '../../support/builders/environment';
import { FakeClock } from '../../support/builders/fakeClock';
import { operationView } from '../../support/builders/operations';

function setup(fails = false) {
  const clock = new FakeClock();
  const snapshot = new Store(environment());
  const open = new Store<readonly OperationView[]>([]);
  const state = { directory: '/data/operations', reads: 0 };
  const watch = new JournalWatch({
    environment: {
      snapshot,
      get operationsDirectory() {
        return state.directory;
      },
    },
    operations: {
      open,
      refresh: () => {
        state.reads += 1;
        return fails ? Promise.reject(new Error('not readable')) : Promise.resolve();
      },
    },
    clock,
    logger: silentLogger,
  });
  return { clock, snapshot, open, state, watch };
}

describe('the journal of operations', () => {
  it('is read as soon as the playground is found running, and now and then', async () => {
    const { clock, snapshot, state } = setup();
    await clock.advance(60_000);
    expect(state.reads).toBe(0);
    snapshot.set(runningEnvironment());
    await clock.advance(0);
    expect(state.reads).toBe(1);
    await clock.advance(30_000);
    expect(state.reads).toBe(2);
  });

  it('is read more often while another window is at an operation', async () => {
    const { clock, snapshot, open, state } = setup();
    open.set([operationView({ state: 'elsewhere' })]);
    snapshot.set(runningEnvironment());
    await clock.advance(9000);
    expect(state.reads).toBe(4);
  });

  it('is read anew for other data, and not while nothing runs', async () => {
    const { clock, snapshot, state } = setup();
    snapshot.set(runningEnvironment());
    await clock.advance(0);
    state.directory = '/other/operations';
    snapshot.set(runningEnvironment({ notices: ['another'] }));
    await clock.advance(0);
    expect(state.reads).toBe(2);
    snapshot.set(environment({ hasData: true }));
    await clock.advance(120_000);
    expect(state.reads).toBe(2);
  });

  it('is tried again when it could not be read', async () => {
    const { clock, snapshot, state } = setup(true);
    snapshot.set(runningEnvironment());
    await clock.advance(30_000);
    expect(state.reads).toBe(2);
  });

  it('is left alone after the end of the engine', async () => {
    const { clock, snapshot, state, watch } = setup();
    snapshot.set(runningEnvironment());
    await clock.advance(0);
    watch.dispose();
    await clock.advance(120_000);
    expect(state.reads).toBe(1);
  });
});
