import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TerminalCommand } from '../../../src/core/commandLines/commandPlaces';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { ignoreProgress, LocalTestBed, never, startOptions } from '../../support/localPlayground';

const run = promisify(execFile);

describe.each(['2.2.1', '1.20.5'])('command lines by hand on Flink %s', { timeout: 240_000 }, (flinkVersion) => {
  let bed: LocalTestBed;
  let environment: LocalEnvironment;
  let jobId: string;
  let terminal: TerminalCommand;

  beforeAll(async () => {
    bed = await LocalTestBed.create("Täglich it's 1");
    environment = bed.open();
    ({ jobId } = await environment.start(startOptions({ flinkVersion }), ignoreProgress, AbortSignal.timeout(180_000)));
    terminal = await environment.flinkCli(never);
  }, 240_000);

  afterAll(() => bed.remove(), 120_000);

  /** Types a line into the terminal, as it were. */
  async function type(line: string): Promise<string> {
    const path = [...terminal.searchPath, process.env['PATH']].join(delimiter);
    const { stdout } = await run('bash', ['-c', line], {
      env: { ...process.env, ...terminal.environment, PATH: path },
      cwd: join(bed.root),
      timeout: 60_000,
    });
    return stdout;
  }

  it('has flink on the path of the terminal, bound to the cluster', async () => {
    const listed = await type('flink list');
    expect(listed).toContain(`${jobId} : Click Event Count (RUNNING)`);
  });

  it('takes a savepoint by flink savepoint', async () => {
    const said = await type(`flink savepoint ${jobId}`);
    console.log(said);
    expect(said).toMatch(/Savepoint completed\. Path: file:/);
  });

  it('runs', async () => {
    const places = await environment.commandPlaces(never);
    console.log(JSON.stringify(places, null, 1));
    if (places.kind !== 'local') return;
    console.log(await type(`flink stop ${jobId}`));
    console.log(
      await type(
        `flink run -d -p 2 '${places.job.jar.replaceAll("'", String.raw`'\''`)}' ${places.job.arguments.join(' ')}`,
      ),
    );
    console.log(await type(`flink list`));
    console.log(await type(`kafka-topics.sh --bootstrap-server ${places.consoleConsumer?.at(-1)} --list`));
    console.log(
      await type(
        `time timeout 30 kafka-console-consumer.sh --bootstrap-server ${places.consoleConsumer?.at(-1)} --topic output --from-beginning --max-messages 3`,
      ),
    );
  });
});
