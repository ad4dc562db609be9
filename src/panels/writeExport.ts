import { open, rename, rm } from 'node:fs/promises';
import type { TailExportChunk } from '../shared/protocol/topicPanel';

/** What was written, and what was not kept any more when it was its turn. */
export interface ExportResult {
  readonly rows: number;
  readonly lost: number;
}

/**
 * Writes chunks into a file, one after another, so that an export needs no more memory than one of them. The file is there
 * when it is whole: one that is called off or fails leaves what was there before.
 * @throws whatever the chunks or the file system throw; the reason of the signal.
 */
export async function writeExport(
  path: string,
  chunks: AsyncIterable<TailExportChunk>,
  report: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ExportResult> {
  const partial = `${path}.partial`;
  let result: ExportResult = { rows: 0, lost: 0 };
  try {
    const file = await open(partial, 'w');
    try {
      for await (const { text, done, total, lost } of chunks) {
        signal.throwIfAborted();
        await file.write(text);
        result = { rows: done - lost, lost };
        report(done, total);
      }
    } finally {
      await file.close();
    }
    await rename(partial, path);
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
