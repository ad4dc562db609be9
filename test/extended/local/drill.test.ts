import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalTestBed } from '../../support/localPlayground';
import { OperateDrill, type DrillAction } from '../../support/operateDrill';

/** One round of each kind, after one that can only be a start; `npm run drill` has fifty in random order. */
const actions: readonly DrillAction[] = [
  { kind: 'stop' },
  { kind: 'killBehindOurBack', pick: 0, twice: false },
  { kind: 'scale', count: 2, twice: true },
  { kind: 'kill', pick: 1, twice: true },
  { kind: 'start', pick: 1, twice: true },
  { kind: 'kill', pick: 0, twice: false },
  { kind: 'scale', count: 0, twice: false },
  { kind: 'stop' },
];

describe('a local playground that is operated', () => {
  let bed: LocalTestBed;

  beforeAll(async () => {
    bed = await LocalTestBed.create();
  });

  afterAll(() => bed.remove());

  it('is what the view says after every round, and leaves no process behind', async () => {
    const drill = new OperateDrill(bed);
    try {
      for (const action of actions) await drill.round(action);
    } finally {
      expect(await drill.finish()).toEqual([]);
    }
  });
});
