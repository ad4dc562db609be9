import { execFile, type ExecFileException } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandEntry, CommandEntryId, FormKind } from '../../../src/core/commandLines/commandForms';
import type { TerminalCommand } from '../../../src/core/commandLines/commandPlaces';
import { writeForm } from '../../../src/core/commandLines/writeCommands';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { ClusterInspector } from '../../../src/core/inspector';
import { silentLogger } from '../../../src/core/util/logger';
import type { JobState } from '../../../src/shared/model/flink';
import { ignoreProgress, instanceOf, LocalTestBed, never, startOptions } from '../../support/localPlayground';

interface Printed {
  /** 124 for what was ended after the time it was given. */
  readonly code: number;
  readonly text: string;
}

/** Every line that Show Command gives out is run by a shell, against a playground in a folder that needs quoting. */
describe.each(['2.2.1', '1.20.5'])('command lines on Flink %s', { timeout: 240_000 }, (flinkVersion) => {
  let bed: LocalTestBed;
  let environment: LocalEnvironment;
  let client: FlinkClient;
  let inspector: ClusterInspector;
  let terminal: TerminalCommand;
  let home: string;

  beforeAll(async () => {
    bed = await LocalTestBed.create("Täglich it's 1");
    environment = bed.open();
    await environment.start(startOptions({ flinkVersion }), ignoreProgress, AbortSignal.timeout(180_000));
    const createClient = (baseUrl: string): FlinkClient => new FlinkClient({ baseUrl, logger: silentLogger });
    client = createClient(environment.snapshot.value.endpoints?.rest ?? '');
    inspector = new ClusterInspector(environment, createClient);
    terminal = await environment.flinkCli(never);
    home = join(bed.root, 'home');
    await mkdir(home);
    // An answer of 400 is a failure of curl then, and not a text like others.
    await writeFile(join(home, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n');
  }, 240_000);

  afterAll(async () => {
    client.dispose();
    await bed.remove();
  }, 120_000);

  /** Types into the terminal, as it were; what does not end by itself is ended after a while. */
  async function type(text: string, seconds = 60): Promise<Printed> {
    const path = [...terminal.searchPath, process.env['PATH']].join(delimiter);
    return new Promise((resolve) => {
      execFile(
        'timeout',
        [String(seconds), 'bash', '-e', '-c', text],
        {
          env: { ...process.env, ...terminal.environment, HOME: home, PATH: path },
          cwd: home,
          maxBuffer: 64 * 1024 * 1024,
        },
        (error: ExecFileException | null, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          resolve({ code, text: `${stdout}${stderr}` });
        },
      );
    });
  }

  async function entry(id: CommandEntryId, subject?: string): Promise<CommandEntry & { readonly restUrl: string }> {
    const { entries, restUrl } = await inspector.commandLines(undefined, never);
    const found = entries.find((each) => each.id === id && each.subject === subject);
    if (found === undefined) throw new Error(`There is no entry ${id} ${subject ?? ''}.`);
    return { ...found, restUrl };
  }

  async function runForm(id: CommandEntryId, kind: FormKind, subject?: string, seconds?: number): Promise<Printed> {
    const { forms, restUrl } = await entry(id, subject);
    const form = forms.find((each) => each.kind === kind);
    if (form === undefined) throw new Error(`${id} has no form ${kind}.`);
    return type(writeForm(form, { shell: 'posix', restUrl }), seconds);
  }

  const running = async (): Promise<readonly string[]> => {
    const live: ReadonlySet<JobState> = new Set<JobState>(['RUNNING', 'RESTARTING', 'CREATED', 'INITIALIZING']);
    return (await client.jobs(never)).filter(({ state }) => live.has(state)).map(({ id }) => id);
  };

  const allTasksRun = async (): Promise<boolean> => {
    const [jobId = ''] = await running();
    const { vertices } = await client.job(jobId, never);
    return vertices.every(({ tasks, parallelism }) => tasks.RUNNING === parallelism);
  };

  it('find flink on the path of the terminal, bound to the cluster', async () => {
    const [jobId] = await running();
    const { code, text } = await type('flink list');
    expect(text).toContain(`${jobId} : Click Event Count (RUNNING)`);
    expect(code).toBe(0);
  });

  it('look at everything by REST', async () => {
    const { entries, restUrl } = await inspector.commandLines(undefined, never);
    const requests = entries.flatMap(({ id, subject, forms }) =>
      forms
        .filter(
          ({ kind, steps }) =>
            kind === 'rest' && steps.every((step) => step.kind === 'request' && step.method === 'GET'),
        )
        .map((form) => ({ name: `${id} ${subject ?? ''}`, lines: writeForm(form, { shell: 'posix', restUrl }) })),
    );
    expect(requests.length).toBeGreaterThan(8);
    for (const { name, lines } of requests) {
      const { code, text } = await type(lines);
      expect({ name, code, failed: text.includes('"errors"') }).toEqual({
        name,
        code: 0,
        failed: false,
      });
    }
  });

  const kinds: readonly FormKind[] = flinkVersion === '2.2.1' ? ['cli', 'rest'] : ['cli'];

  it.each(kinds)('stop the job with a savepoint and run it from there (%s)', async (kind) => {
    await expect.poll(allTasksRun, { timeout: 30_000 }).toBe(true);
    await expect(runForm('job.stop', kind)).resolves.toMatchObject({ code: 0 });
    await expect.poll(running, { timeout: 20_000 }).toEqual([]);
    await expect(runForm('job.run', kind)).resolves.toMatchObject({ code: 0 });
    await expect.poll(running, { timeout: 20_000 }).toHaveLength(1);
    const [jobId = ''] = await running();
    const restored = async (): Promise<string | undefined> => (await client.checkpoints(jobId, never))?.restoredFrom;
    await expect.poll(restored, { timeout: 30_000 }).toMatch(/savepoint-/);
  });

  if (flinkVersion !== '2.2.1') return;

  it('read a topic with the console consumer', async () => {
    const { code, text } = await runForm('topic.consume', 'cli', 'output', 8);
    expect(text).toContain('"page"');
    expect(code).toBe(124);
  });

  it('follow a log', async () => {
    const { code, text } = await runForm('logs.follow', 'cli', 'taskmanager-1', 1);
    expect(text).toMatch(/INFO/);
    expect(code).toBe(124);
  });

  it('take a savepoint, and list it', async () => {
    await expect(runForm('job.savepoint', 'cli')).resolves.toMatchObject({
      code: 0,
      text: expect.stringContaining('Savepoint completed. Path: file:') as string,
    });
    await expect(runForm('job.savepoint', 'rest')).resolves.toMatchObject({ code: 0 });
    await expect(runForm('savepoints.list', 'cli')).resolves.toMatchObject({
      code: 0,
      text: expect.stringMatching(/savepoint-[0-9a-f]{6}-[0-9a-f]{12}/) as string,
    });
  });

  it('cancel the job and run it with another parallelism', async () => {
    await expect(runForm('job.cancel', 'cli')).resolves.toMatchObject({ code: 0 });
    await expect.poll(running, { timeout: 20_000 }).toEqual([]);
    await expect(runForm('job.rescale', 'cli')).resolves.toMatchObject({ code: 0 });
    await expect.poll(running, { timeout: 20_000 }).toHaveLength(1);
    const [jobId = ''] = await running();
    expect((await client.job(jobId, never)).vertices[0]?.parallelism).toBe(3);
  });

  it('upload the jar where Flink has none, and run it', async () => {
    for (const jar of await client.jars(never)) await client.deleteJar(jar.id, never);
    await expect(runForm('job.cancel', 'rest')).resolves.toMatchObject({ code: 0 });
    await expect(runForm('job.run', 'rest')).resolves.toMatchObject({ code: 0 });
    await expect.poll(running, { timeout: 20_000 }).toHaveLength(1);
  });

  it('kill a TaskManager', async () => {
    await expect(runForm('taskManager.kill', 'cli', 'taskmanager-1')).resolves.toMatchObject({ code: 0 });
    await expect.poll(() => instanceOf(environment, 'taskmanager-1').state, { timeout: 5000 }).toBe('killed');
    await expect(entry('taskManager.start', 'taskmanager-1')).resolves.toBeDefined();
  });

  it('list topics and groups with the tools of Kafka', async () => {
    const broker = environment.snapshot.value.endpoints?.brokers[0] ?? '';
    const topics = await type(`kafka-topics.sh --bootstrap-server ${broker} --list`);
    expect(topics.text).toContain('input-gaps');
    const groups = await type(`kafka-consumer-groups.sh --bootstrap-server ${broker} --list`);
    expect(groups).toMatchObject({ code: 0, text: expect.stringContaining('click-event-count') as string });
  });
});
