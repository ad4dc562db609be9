import { describe, expect, it } from 'vitest';
import { beginning, type JournalLine } from '../../../src/core/savepoints/journalEntry';
import { OperationLog } from '../../../src/core/savepoints/operationLog';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';
import { began, recipe, successorId } from '../../support/builders/journalEntries';

const submitting = { type: 'submitting', successorId, recipe: recipe() } as const;
const refused = { type: 'failed', failure: { message: 'refused' } } as const;

/** A log, and what of it reached the disk. */
function logOver(disk: (line: JournalLine) => Promise<void>): { readonly log: OperationLog; readonly file: string[] } {
  const file: string[] = [];
  const journal = {
    append: async (_id: string, lines: readonly JournalLine[]) => {
      for (const line of lines) {
        await disk(line);
        file.push(line.type);
      }
    },
  };
  const log = new OperationLog(journal, beginning(began()), systemClock, silentLogger, () => undefined);
  return { log, file };
}

describe('the log of an operation', () => {
  it('writes its lines in the order in which they were said, though nobody waited for the first', async () => {
    const slow = Promise.withResolvers<void>();
    const { log, file } = logOver(async ({ type }) => (type === 'submitting' ? slow.promise : undefined));
    const first = log.note(submitting);
    const second = log.note(refused);
    slow.resolve();
    await Promise.all([first, second]);
    expect(file).toEqual(['submitting', 'failed']);
  });

  it('goes on after a line that could not be written', async () => {
    const { log, file } = logOver(({ type }) =>
      type === 'submitting' ? Promise.reject(new Error('no space left')) : Promise.resolve(),
    );
    await log.note(submitting);
    await log.intend({ type: 'stopped' });
    expect(file).toEqual(['stopped']);
    expect(log.entry).toMatchObject({ submitted: true, stopped: true });
  });
});
