import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemProcessTable } from '../../../src/core/environment/common/processTable';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { Journal } from '../../../src/core/savepoints/journal';
import { OperationBook } from '../../../src/core/savepoints/operationBook';
import { Store } from '../../../src/core/state/store';
import { silentLogger } from '../../../src/core/util/logger';
import { environment, runningEnvironment } from '../../support/builders/environment';
import { FakeClock } from '../../support/builders/fakeClock';
import { began } from '../../support/builders/journalEntries';

let folder: string;
let book: OperationBook;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'book-'));
});

afterEach(async () => {
  book.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('a window that is opened', () => {
  it('reads the journal as soon as it is known whose data is operated', async () => {
    const clock = new FakeClock();
    const snapshot = new Store(environment());
    const known: { directory?: string } = {};
    book = new OperationBook({
      environment: {
        snapshot,
        get operationsDirectory() {
          return known.directory;
        },
      },
      createClient: (baseUrl) => new FlinkClient({ baseUrl, logger: silentLogger }),
      table: systemProcessTable(),
      clock,
      logger: silentLogger,
    });
    await clock.advance(0);
    known.directory = join(folder, 'operations');
    const start = began();
    const journal = new Journal(known.directory);
    await journal.begin(start);
    await journal.append(start.id, [{ type: 'closed', at: start.at, outcome: 'done' }]);
    snapshot.set(runningEnvironment());
    await clock.advance(0);
    await expect.poll(() => book.history.value).toHaveLength(1);
  });
});
