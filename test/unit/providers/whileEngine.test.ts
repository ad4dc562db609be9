import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/core/engineApi';
import { LazyService } from '../../../src/host/lazyService';
import { whileEngine } from '../../../src/providers/whileEngine';
import { engineDouble } from '../../support/builders/engine';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function setup(load: () => Promise<Engine>): {
  readonly engines: LazyService<Engine>;
  readonly log: string[];
  readonly begin: () => { dispose(): void };
} {
  const engines = new LazyService(load);
  const log: string[] = [];
  const begin = (): { dispose(): void } =>
    whileEngine(
      engines,
      () => {
        log.push('begun');
        return { dispose: () => log.push('ended') };
      },
      () => log.push('failed'),
    );
  return { engines, log, begin };
}

describe('what a view does while it is visible', () => {
  it('loads the engine, begins once, and ends with the view', async () => {
    const { log, begin } = setup(() => Promise.resolve(engineDouble().engine));
    const visible = begin();
    await settled();
    expect(log).toEqual(['begun']);
    visible.dispose();
    expect(log).toEqual(['begun', 'ended']);
  });

  it('begins nothing when the view was hidden before the engine came', async () => {
    const { log, begin } = setup(() => Promise.resolve(engineDouble().engine));
    begin().dispose();
    await settled();
    expect(log).toEqual([]);
  });

  it('begins after a failure when somebody else has loaded the engine', async () => {
    let tries = 0;
    const { engines, log, begin } = setup(() => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('no')) : Promise.resolve(engineDouble().engine);
    });
    begin();
    await settled();
    await engines.get();
    await settled();
    expect(log).toEqual(['failed', 'begun']);
  });
});
