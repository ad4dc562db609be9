import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeExport } from '../../../src/panels/writeExport';
import type { TailExportChunk } from '../../../src/shared/protocol/topicPanel';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function* chunks(...texts: readonly string[]): AsyncGenerator<TailExportChunk> {
  for (const [index, text] of texts.entries()) {
    yield await Promise.resolve({ text, done: (index + 1) * 10, total: texts.length * 10, lost: 2 });
  }
}

const never = new AbortController().signal;

describe('an export', () => {
  it('is a file with all chunks, and says how far it is', async () => {
    const path = join(folder, 'output.jsonl');
    const reports: string[] = [];
    const report = (done: number, total: number): number => reports.push(`${done}/${total}`);
    expect(await writeExport(path, chunks('a\n', 'b\n'), report, never)).toEqual({ rows: 18, lost: 2 });
    expect(await readFile(path, 'utf8')).toBe('a\nb\n');
    expect(reports).toEqual(['10/20', '20/20']);
  });

  it('that is called off or fails leaves the file of before, and nothing else', async () => {
    const path = join(folder, 'output.jsonl');
    await writeFile(path, 'before');
    const controller = new AbortController();
    const off = writeExport(path, chunks('a', 'b'), () => controller.abort(), controller.signal);
    await expect(off).rejects.toThrow(/abort/i);
    async function* failing(): AsyncGenerator<TailExportChunk> {
      yield* chunks('a');
      throw new Error('The worker is gone.');
    }
    await expect(writeExport(path, failing(), () => undefined, never)).rejects.toThrow('The worker is gone.');
    expect(await readdir(folder)).toEqual(['output.jsonl']);
    expect(await readFile(path, 'utf8')).toBe('before');
  });
});
