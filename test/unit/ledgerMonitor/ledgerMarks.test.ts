import { describe, expect, it } from 'vitest';
import type { CaughtUp } from '../../../src/core/ledger/caughtUpWatch';
import { LedgerMarks } from '../../../src/core/ledger/ledgerMarks';
import { Store } from '../../../src/core/state/store';
import { Emitter } from '../../../src/core/util/emitter';
import type { LedgerMark } from '../../../src/shared/model/ledger';
import type { OperationRecord } from '../../../src/shared/model/operations';
import { operationRecord } from '../../support/builders/operations';

function setup() {
  const seen = new Store<readonly LedgerMark[]>([]);
  const history = new Store<readonly OperationRecord[]>([]);
  const caughtUp = new Emitter<CaughtUp>();
  const { marks } = new LedgerMarks({ seen, history, onCaughtUp: caughtUp.event });
  return { seen, history, caughtUp, marks };
}

describe('what is known beside the counts', () => {
  it('is what was seen, what was done and what came of it, in the order of time', () => {
    const { seen, history, caughtUp, marks } = setup();
    caughtUp.fire({ since: 200, tookMs: 150 });
    history.set([
      operationRecord({ kind: 'restart', endedAt: 300, outcome: 'done' }),
      operationRecord({ kind: 'savepoint', endedAt: 100, outcome: 'done' }),
    ]);
    seen.set([{ at: 200, kind: 'killed', of: 'taskmanager-1' }]);
    expect(marks.value).toEqual([
      { at: 100, kind: 'savepoint' },
      { at: 200, kind: 'killed', of: 'taskmanager-1' },
      { at: 300, kind: 'restored' },
      { at: 350, kind: 'caughtUp', tookMs: 150 },
    ]);
  });

  it.each([
    ['savepoint', 'savepoint'],
    ['stop', 'savepoint'],
    ['restart', 'restored'],
    ['rescale', 'restored'],
    ['restore', 'restored'],
  ] as const)('has of the operation %s a mark that says %s', (kind, mark) => {
    const { history, marks } = setup();
    history.set([operationRecord({ kind, endedAt: 1, outcome: 'done' })]);
    expect(marks.value).toEqual([{ at: 1, kind: mark }]);
  });

  it.each(['failed', 'cancelled', 'dismissed'] as const)('has nothing of an operation that was %s', (outcome) => {
    const { history, marks } = setup();
    history.set([operationRecord({ outcome })]);
    expect(marks.value).toEqual([]);
  });
});
