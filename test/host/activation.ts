import * as assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { isLoaded, ours } from './extension';
import { log } from './log';

describe('activation', () => {
  it('waits until something of ours is needed', () => {
    assert.equal(ours().isActive, false);
  });

  it('is active once it was asked for', async () => {
    const began = performance.now();
    await ours().activate();
    const took = performance.now() - began;
    log(`  activation took ${took.toFixed(1)} ms, its bundle included`);
    assert.equal(ours().isActive, true);
  });

  it('leaves the engine, its libraries and the commands for first use', () => {
    assert.equal(isLoaded('extension.js'), true);
    assert.equal(isLoaded('engine.js'), false);
    assert.equal(isLoaded('commands.js'), false);
    assert.equal(isLoaded('panels.js'), false);
  });
});
