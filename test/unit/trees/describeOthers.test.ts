import { describe, expect, it } from 'vitest';
import { describeOthers } from '../../../src/core/trees/describeOthers';
import { golden, printTree } from '../../support/builders/printTree';

describe('describeOthers', () => {
  it('names what is up besides, each with the way to it', async () => {
    const nodes = describeOthers(
      [
        { kind: 'local', phase: 'running' },
        { kind: 'compose', phase: 'unknown' },
        { kind: 'remote', phase: 'degraded' },
      ],
      'flinkPlayground.selectEnvironment',
    );
    await expect(printTree(nodes, { ids: true, tooltips: true })).toMatchFileSnapshot(golden('others'));
    expect(nodes.map(({ command }) => command?.args)).toEqual([
      [{ environment: 'local', running: 'keep' }],
      [{ environment: 'compose', running: 'keep' }],
      [{ environment: 'remote', running: 'keep' }],
    ]);
  });
});
