import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drillActions, OperateDrill, type DrillRound } from '../support/operateDrill';
import { LocalTestBed } from '../support/localPlayground';

/** Set by `npm run drill [-- rounds seed]`. */
const rounds = Number(process.env['DRILL_ROUNDS'] ?? '50');
const seed = Number(process.env['DRILL_SEED'] ?? String(Date.now() % 2 ** 31));

describe(`a local playground that is operated in random order, ${rounds} rounds, seed ${seed}`, () => {
  let bed: LocalTestBed;

  beforeAll(async () => {
    bed = await LocalTestBed.create();
  });

  afterAll(() => bed.remove());

  it('is what the view says after every round, and leaves no process behind', async () => {
    const drill = new OperateDrill(bed);
    const done: DrillRound[] = [];
    try {
      for (const [index, action] of drillActions(rounds, seed).entries()) {
        const round = await drill.round(action);
        done.push(round);
        console.log(`${index + 1}/${rounds}  ${round.actionMs} ms + ${round.agreedMs} ms  ${round.action}`);
      }
    } finally {
      const left = await drill.finish();
      console.log(summary(done));
      expect(left).toEqual([]);
    }
    expect(done).toHaveLength(rounds);
  });
});

function summary(done: readonly DrillRound[]): string {
  const agreed = done.map(({ agreedMs }) => agreedMs).sort((a, b) => a - b);
  const median = agreed[agreed.length >> 1];
  return `${done.length} rounds agreed (seed ${seed}); the view was true ${median} ms after an action (median), ${agreed.at(-1)} ms at most.`;
}
