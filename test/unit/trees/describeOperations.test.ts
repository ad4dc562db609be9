import { describe, expect, it } from 'vitest';
import { describeOpenOperations, describeOperationHistory } from '../../../src/core/trees/describeOperations';
import { noon } from '../../support/builders/flink';
import { operationRecord, operationView } from '../../support/builders/operations';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const savepointPath = 'file:/data/savepoints/savepoint-694d7c-2a9dafb8eb8b';

describe('the operations in the Jobs view', () => {
  it('show how far they are, or what became of them, and what can be done', async () => {
    const open = [
      operationView({
        id: '1',
        progress: { step: 'savepoint', message: '8 of 12 subtasks', fraction: 0.66, cancellable: false },
      }),
      operationView({
        id: '2',
        kind: 'rescale',
        state: 'resumable',
        savepointPath,
        summary: 'The job was stopped, and no other goes on yet.',
        choices: ['wanted', 'previous'],
        dismissable: true,
        failure: { message: 'Flink did not answer.', remedy: 'Look at its log.' },
      }),
      operationView({ id: '3', kind: 'stop', state: 'elsewhere', summary: 'Another window is at it.' }),
      operationView({ id: '4', kind: 'savepoint', state: 'finished', summary: 'It was taken.', dismissable: true }),
      operationView({ id: '5', kind: 'restore', state: 'lost', summary: 'The savepoint is gone.', dismissable: true }),
      operationView({ id: '6', state: 'unknown', summary: 'Flink was not asked yet.' }),
    ];
    await expect(printTree(describeOpenOperations(open), { ids: true, tooltips: true })).toMatchFileSnapshot(
      golden('operations-open'),
    );
  });

  it('are kept when they are over, with what became of the windows', async () => {
    const history = [
      operationRecord({ id: '1', savepointPath, successorId: 'a1b2c3', downtimeMs: 340, endedAt: noon + 9000 }),
      operationRecord({ id: '2', kind: 'rescale', successorId: 'd4e5f6', downtimeMs: 1340 }),
      operationRecord({
        id: '3',
        outcome: 'failed',
        failure: { message: 'The savepoint was refused.', remedy: 'Resume it.' },
      }),
      operationRecord({ id: '4', kind: 'savepoint', savepointPath }),
      operationRecord({ id: '5', kind: 'stop', outcome: 'cancelled' }),
    ];
    const gaps = new Map([
      ['1', { outcome: 'whole' as const, text: 'No window lost: 6 pages × 4 windows exact across the restart.' }],
      ['2', { outcome: 'lost' as const, text: 'Wrong across the rescale: 2 counts are missing.' }],
    ]);
    await expect(printTree(describeOperationHistory(history, gaps), { tooltips: true })).toMatchFileSnapshot(
      golden('operations-history'),
    );
  });

  it('have no node when there were none', () => {
    expect(describeOperationHistory([], new Map())).toEqual([]);
  });
});
