import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../src/core/savepoints/journal';
import { beginning, follow, formatLine, readEntry, type JournalEntry } from '../../../src/core/savepoints/journalEntry';
import type { LogLine } from '../../../src/core/savepoints/operationLog';
import { noon } from '../../support/builders/flink';
import {
  began,
  lines,
  operationId,
  recipe,
  savepoint,
  successorId,
  triggerId,
} from '../../support/builders/journalEntries';

/** Everything that a restart writes, with a failure and a resume in it. */
const wholeRestart: readonly LogLine[] = [
  { type: 'requested', triggerId },
  { type: 'saved', path: savepoint },
  { type: 'stopped' },
  { type: 'submitting', successorId, recipe: recipe({ jar: { from: 'file', path: '/jars/größer "v2".jar' } }) },
  { type: 'failed', failure: { message: 'refused', remedy: 'go back', detail: 'a\nb' } },
  { type: 'released' },
  { type: 'owner', owner: { pid: 5, startToken: 'x', token: 'y' } },
  { type: 'submitting', successorId: 'b'.repeat(32), recipe: recipe() },
  { type: 'running', downtimeMs: 340 },
  { type: 'closed', outcome: 'done' },
];

describe('an entry of the journal', () => {
  const start = began();
  const following = lines(...wholeRestart);
  const bytes = Buffer.from([formatLine(start), ...following.map(formatLine)].join(''));

  /** What is known after the first line and this many others. */
  function after(count: number): JournalEntry {
    return following.slice(0, count).reduce(follow, beginning(start));
  }

  it('that was cut short at any byte says what its whole lines say', () => {
    const ends = bytes.reduce<number[]>((found, byte, at) => (byte === 10 ? [...found, at] : found), []);
    for (let length = 0; length <= bytes.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const read = readEntry(bytes.subarray(0, length).toString('utf8'));
      expect(read).toEqual(whole === 0 ? undefined : { entry: after(whole - 1) });
    }
  });

  it('goes on behind a line that was cut short, whatever is appended', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(wholeRestart.length - 1), (length, index) => {
        const said = wholeRestart[index];
        const cut = bytes.subarray(0, length).toString('utf8');
        const read = readEntry(
          `${cut}\n${lines(...(said === undefined ? [] : [said]))
            .map(formatLine)
            .join('')}`,
        );
        const before = readEntry(cut);
        if (before === undefined || !('entry' in before)) return;
        const [line] = lines(...(said === undefined ? [] : [said]));
        expect(read).toEqual({ entry: line === undefined ? before.entry : follow(before.entry, line) });
      }),
    );
  });

  it('with a damaged line in the middle keeps the others', () => {
    const [first, second = '', ...rest] = bytes.toString('utf8').split('\n');
    const damaged = [first, second.slice(3), ...rest].join('\n');
    expect(readEntry(damaged)).toMatchObject({ entry: { triggerId: undefined, closed: { outcome: 'done' } } });
  });

  it('of a newer version is known to be that', () => {
    expect(readEntry(`{"type":"began","version":2,"id":"${operationId}","what":"else"}\n`)).toEqual({ newer: true });
  });

  it('leaves out lines of a kind that is not known', () => {
    const read = readEntry(`${formatLine(start)}{"type":"sung","at":1}\n`);
    expect(read).toEqual({ entry: beginning(start) });
  });
});

describe('the journal on disk', () => {
  let folder: string;
  let journal: Journal;
  const file = (): string => join(journal.directory, `${operationId}.jsonl`);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'));
    journal = new Journal(join(folder, 'operations'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is empty where there is no folder', async () => {
    await expect(journal.read()).resolves.toEqual({ entries: [], newer: 0 });
  });

  it('keeps what was begun and appended', async () => {
    await journal.begin(began());
    await journal.append(operationId, lines({ type: 'requested', triggerId }, { type: 'saved', path: savepoint }));
    await expect(journal.readOne(operationId)).resolves.toMatchObject({ triggerId, savepointPath: savepoint });
  });

  it('begins no operation twice', async () => {
    await journal.begin(began());
    await expect(journal.begin(began())).rejects.toMatchObject({ kind: 'disk' });
  });

  it('appends a line of its own behind one that a killed process left unfinished', async () => {
    await journal.begin(began());
    const handle = await open(file(), 'a');
    await handle.appendFile('{"type":"requ');
    await handle.close();
    await journal.append(operationId, lines({ type: 'stopped' }));
    await expect(journal.readOne(operationId)).resolves.toMatchObject({ stopped: true, triggerId: undefined });
  });

  it('counts entries of a newer version and leaves them as they are', async () => {
    await journal.begin(began());
    const newer = join(journal.directory, `${'9'.repeat(32)}.jsonl`);
    await writeFile(newer, '{"type":"began","version":7}\n');
    await expect(journal.read()).resolves.toMatchObject({ entries: [{ id: operationId }], newer: 1 });
    await expect(readFile(newer, 'utf8')).resolves.toBe('{"type":"began","version":7}\n');
  });

  it('refuses to begin where nothing can be written, and says that nothing is done then', async () => {
    await writeFile(join(folder, 'operations'), 'a file, not a folder');
    await expect(journal.begin(began())).rejects.toMatchObject({
      kind: 'disk',
      message: expect.stringMatching(
        /^Nothing is done to a job that cannot be written down first\. ".*" could not be/,
      ) as string,
    });
  });

  it('forgets the oldest of what is closed, and nothing that is open', async () => {
    const ids = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32));
    for (const [index, id] of ids.entries()) {
      await journal.begin(began({ id, at: noon + index }));
      if (index > 0) await journal.append(id, lines({ type: 'closed', outcome: 'done' }));
    }
    await journal.prune(1);
    const { entries } = await journal.read();
    expect(entries.map(({ id }) => id).sort()).toEqual([ids[0], ids[3]]);
  });

  it('takes no name of a file for an id', async () => {
    await expect(journal.readOne('../../etc/passwd')).rejects.toMatchObject({ kind: 'internal' });
  });
});
