import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';

export interface WorkerBundle {
  /** What `createWorkerKafkaPort` takes as its worker file. */
  readonly workerFile: string;
  remove(): Promise<void>;
}

/** Builds the Kafka worker from the sources as the extension's build does, so that a test needs no build before it. */
export async function bundleKafkaWorker(): Promise<WorkerBundle> {
  const directory = await mkdtemp(path.join(tmpdir(), 'kafka-worker-'));
  const workerFile = path.join(directory, 'kafkaWorker.js');
  await esbuild.build({
    entryPoints: ['src/core/kafka/worker/kafkaWorker.ts'],
    outfile: workerFile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return { workerFile, remove: () => rm(directory, { recursive: true, force: true }) };
}
