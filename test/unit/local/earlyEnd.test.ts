import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EarlyEnd, untilReadyOrDead } from '../../../src/core/environment/local/earlyEnd';
import { JavaProcess } from '../../../src/core/environment/local/javaProcess';
import { markLog } from '../../../src/core/environment/local/logTail';
import { systemProcessTable } from '../../../src/core/environment/common/processTable';
import { delay } from '../../../src/core/util/async';
import { systemClock } from '../../../src/core/util/clock';
import { PlaygroundError } from '../../../src/core/util/errors';

const never = new AbortController().signal;

describe.skipIf(process.platform === 'win32')('a process that ends before it is ready', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'early-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** How the end of a shell that runs `script` is told; its log is the file `log`. */
  async function endOf(script: string): Promise<unknown> {
    const marks = await Promise.all(['log', 'out'].map((name) => markLog(join(folder, name))));
    const ended = await JavaProcess.spawn(
      {
        commandLine: { command: '/bin/sh', args: ['-c', `${script}; : x`] },
        environment: { PATH: process.env['PATH'] ?? '' },
        workingDirectory: folder,
        outputFile: join(folder, 'out'),
        mark: ': x',
      },
      systemProcessTable(),
      systemClock,
    );
    const notReady = (signal: AbortSignal): Promise<void> => delay(600_000, signal);
    return untilReadyOrDead(ended, 'kafka', marks, never, notReady).catch((error: unknown) => error);
  }

  it('tells what its program logged, which no other way of starting the JVM would change', async () => {
    const error = await endOf("echo '2026-11-23 ERROR NodeExists' > log; sleep 0.1; exit 1");
    expect(error).toMatchObject({ kind: 'process', message: expect.stringContaining('NodeExists') as string });
    expect(error).toMatchObject({ ofProgram: true });
  });

  it.each(['echo bad archive; sleep 0.1; exit 1', 'echo line > log; sleep 0.1; kill -ABRT $$'])(
    'may owe it to its JVM when that said nothing or was aborted (%s)',
    async (script) => {
      expect(await endOf(script)).toMatchObject({ kind: 'process', ofProgram: false });
    },
  );

  it('is told apart from other failures', async () => {
    expect((await endOf('sleep 0.1; exit 1')) instanceof EarlyEnd).toBe(true);
    expect(new PlaygroundError('stranger', 'Another Kafka answers.') instanceof EarlyEnd).toBe(false);
  });
});
