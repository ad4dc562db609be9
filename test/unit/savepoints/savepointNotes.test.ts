import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SavepointNotes } from '../../../src/core/savepoints/savepointNotes';

describe('notes on savepoints and operations', () => {
  let directory: string;
  let notes: SavepointNotes;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'notes-'));
    notes = new SavepointNotes(join(directory, 'operations', 'notes.json'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('are empty before anything was noted', async () => {
    expect(await notes.read()).toEqual({ gaps: new Map(), deleted: new Set() });
  });

  it('are read again by another window', async () => {
    await Promise.all([notes.noteGap('a', { outcome: 'whole', text: 'Fine.' }), notes.noteDeleted('/data/sp')]);
    const other = new SavepointNotes(join(directory, 'operations', 'notes.json'));
    expect(await other.read()).toEqual({
      gaps: new Map([['a', { outcome: 'whole', text: 'Fine.' }]]),
      deleted: new Set(['/data/sp']),
    });
  });

  it('keep the newest 500', async () => {
    mkdirSync(join(directory, 'operations'));
    const old = Array.from({ length: 500 }, (_, index) => String(index));
    writeFileSync(join(directory, 'operations', 'notes.json'), JSON.stringify({ version: 1, gaps: [], deleted: old }));
    await notes.noteDeleted('500');
    const { deleted } = await notes.read();
    expect([deleted.size, deleted.has('0'), deleted.has('500')]).toEqual([500, false, true]);
  });

  it.each(['', '{"version":2}', '{"gaps":'])('count as empty when they cannot be read (%j)', async (content) => {
    await notes.noteDeleted('/data/sp');
    writeFileSync(join(directory, 'operations', 'notes.json'), content);
    expect((await notes.read()).deleted.size).toBe(0);
  });

  it('say when they cannot be written', async () => {
    writeFileSync(join(directory, 'operations'), 'a file, not a folder');
    await expect(notes.noteDeleted('/data/sp')).rejects.toMatchObject({ kind: 'disk' });
  });
});
