import { execa } from 'execa';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ComposeEnvironment } from '../../src/core/environment/compose/composeEnvironment';
import { waitFor } from '../../src/core/util/async';
import type { EnvironmentSnapshot, InstanceEvent, InstanceSnapshot } from '../../src/shared/model/environment';
import { ComposeTestBed } from '../support/composePlayground';
import { never, startOptions } from '../support/localPlayground';
import type { CliCommand, CliRunner } from '../../src/core/environment/compose/cliRunner';
import { generations, hasCompose, type Generation } from './support';

const quiet = (): void => undefined;

/** The engine's image of stand-ins has a shell and nothing that needs seconds to start: containers of it come and go at once. */
const image = 'flink-playground-stand-in-base';

/** Services of the playground's names that do nothing, so that what becomes of containers is all there is to see. */
const idle = `
x-idle: &idle
  image: ${image}
  command: [bash, -c, "trap 'exit 143' TERM; while :; do sleep 0.1; done"]
services:
  jobmanager: { <<: *idle }
  taskmanager: { <<: *idle }
  kafka: { <<: *idle }
  client:
    image: ${image}
    command: [bash, -c, 'echo submitted']
  clickevent-generator:
    image: ${image}
    command: [bash, -c, "trap 'exit 143' TERM; i=0; while :; do i=$$((i+1)); echo line $$i; [ $$((i % 3)) = 0 ] && echo error $$i >&2; sleep 0.01; done"]
volumes:
  theirs:
`;

function instances(snapshot: EnvironmentSnapshot): readonly InstanceSnapshot[] {
  return snapshot.services.flatMap((service) => service.instances);
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  return waitFor(() => Promise.resolve(look()), {
    what,
    timeoutMs: 30_000,
    intervalMs: 20,
    signal: never,
  });
}

function stateOf(environment: ComposeEnvironment, id: string): string | undefined {
  return instances(environment.snapshot.value).find((instance) => instance.id === id)?.state;
}

/** Somebody else's project, which is adopted, and what happens to it behind our back. */
describe.each(['v2', 'v1'] as const)('the project of somebody else, made by Compose %s', (generation: Generation) => {
  let folder: string;
  let file: string;
  let bed: ComposeTestBed;
  let environment: ComposeEnvironment;
  let events: InstanceEvent[];
  const [command, ...first] = generations[generation];
  const compose = async (...args: readonly string[]): Promise<void> => {
    await execa(command, [...first, '-p', bed.settings.project, '-f', file, ...args], { cwd: folder });
  };
  const name = (id: string): string =>
    instances(environment.snapshot.value).find((instance) => instance.id === id)?.container ?? '';

  beforeEach(({ skip }) => skip(!hasCompose(generation), `This machine has no Compose ${generation}.`));

  beforeAll(async () => {
    if (!hasCompose(generation)) return;
    folder = await mkdtemp(join(tmpdir(), 'theirs-'));
    file = join(folder, 'compose.yaml');
    await writeFile(file, idle);
    bed = await ComposeTestBed.create({
      settings: { file, command: generations[generation].join(' ') },
    });
    await compose('up', '-d');
    environment = bed.open();
    await environment.refresh(never);
    events = [];
    environment.onInstanceEvent((event) => events.push(event));
  });

  afterEach(() => events.splice(0));

  afterAll(async () => {
    if (!hasCompose(generation)) return;
    await compose('down', '-v', '-t', '0');
    await bed.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('is found by the labels of its containers', async () => {
    await until('all to be seen', () => (stateOf(environment, 'client') === 'exited' ? true : undefined));
    expect(instances(environment.snapshot.value).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'jobmanager healthy',
      'taskmanager-1 healthy',
      'kafka healthy',
      'clickevent-generator healthy',
      'client exited',
    ]);
    expect(environment.snapshot.value.phase).toBe('running');
  });

  it('says what cannot be done with it', () => {
    const { notices, endpoints } = environment.snapshot.value;
    expect(endpoints).toBeUndefined();
    expect(notices).toEqual([
      expect.stringContaining('was not started by this extension'),
      expect.stringContaining('publishes no port for its REST API'),
    ]);
  });

  it('shows what docker kill does in a terminal', async () => {
    await execa('docker', ['kill', '-s', 'SIGKILL', name('taskmanager-1')]);
    await until('the end to be seen', () => (stateOf(environment, 'taskmanager-1') === 'killed' ? true : undefined));
    expect(environment.snapshot.value.phase).toBe('degraded');
    expect(events.map(({ kind, instance }) => `${instance.id} ${kind}`)).toEqual(['taskmanager-1 killed']);
  });

  it('kills none that is dead already, and starts it again', async () => {
    await environment.kill('taskmanager-1', never);
    await environment.startInstance('taskmanager-1', never);
    expect(stateOf(environment, 'taskmanager-1')).toBe('healthy');
  });

  it('kills one that dies at the same moment, without an error', async () => {
    await Promise.all([
      environment.kill('taskmanager-1', never),
      execa('docker', ['kill', name('taskmanager-1')], { reject: false }),
    ]);
    expect(stateOf(environment, 'taskmanager-1')).toBe('killed');
    await environment.startInstance('taskmanager-1', never);
  });

  it('shows what scaling does in a terminal', async () => {
    await compose('up', '-d', '--no-deps', '--no-recreate', '--scale', 'taskmanager=3', 'taskmanager');
    await until('three to be seen', () => (stateOf(environment, 'taskmanager-3') === 'healthy' ? true : undefined));
    await environment.scaleTaskManagers(1, never);
    expect(instances(environment.snapshot.value).filter(({ service }) => service === 'taskmanager')).toHaveLength(1);
  });

  it('is scaled to 2, to 0 and back to 1, and the client is never run again', async () => {
    const submitted = instances(environment.snapshot.value).find(({ id }) => id === 'client')?.startedAt;
    for (const count of [2, 0, 1]) {
      await environment.scaleTaskManagers(count, never);
      const running = instances(environment.snapshot.value).filter(({ service }) => service === 'taskmanager');
      expect(running.map(({ state }) => state)).toEqual(Array.from({ length: count }, () => 'healthy'));
    }
    expect(instances(environment.snapshot.value).find(({ id }) => id === 'client')?.startedAt).toBe(submitted);
  });

  it('has a log that loses and repeats no line over five kills', async () => {
    const lines: string[] = [];
    const errors: string[] = [];
    const following = new AbortController();
    const followed = environment.followLogs(
      'clickevent-generator',
      (line) => (line.startsWith('error') ? errors : lines).push(line),
      following.signal,
    );
    for (let round = 0; round < 5; round++) {
      const before = lines.length;
      await until('more lines', () => (lines.length > before + 30 ? true : undefined));
      await execa('docker', ['kill', name('clickevent-generator')]);
      await until('the end', () => (stateOf(environment, 'clickevent-generator') === 'killed' ? true : undefined));
      await environment.startInstance('clickevent-generator', never);
    }
    const last = lines.length;
    await until('lines of the last start', () => (lines.length > last + 30 ? true : undefined));
    await execa('docker', ['stop', '-t', '1', name('clickevent-generator')]);
    const { all } = await execa('docker', ['logs', name('clickevent-generator')], { all: true });
    const written = all.split('\n');
    const wanted = (begin: string): readonly string[] => written.filter((line) => line.startsWith(begin));
    // What was written before the follower began is cut to the last lines of it.
    await until('the end of the log', () =>
      lines.at(-1) === wanted('line').at(-1) && errors.at(-1) === wanted('error').at(-1) ? true : undefined,
    );
    following.abort();
    await followed;
    expect(lines).toEqual(wanted('line').slice(-lines.length));
    expect(errors).toEqual(wanted('error').slice(-errors.length));
    await environment.startInstance('clickevent-generator', never);
  });

  it('is never deprived of its data, whatever is asked', async () => {
    const volumes = async (): Promise<string> =>
      (
        await execa('docker', [
          'volume',
          'ls',
          '-q',
          '--filter',
          `label=com.docker.compose.project=${bed.settings.project}`,
        ])
      ).stdout;
    const before = await volumes();
    await expect(environment.stop({ deleteData: true }, quiet, never)).rejects.toMatchObject({ kind: 'input' });
    await environment.stop({ deleteData: false }, quiet, never);
    expect(environment.snapshot.value.phase).toBe('absent');
    expect(await volumes()).toBe(before);
    const { stdout } = await execa('docker', [
      'ps',
      '-a',
      '-q',
      '--filter',
      `label=com.docker.compose.project=${bed.settings.project}`,
    ]);
    expect(stdout.split('\n')).toHaveLength(5);
  });
});

/** What is wrong before anything runs, as the programs of this machine say it. */
describe.each(['v2', 'v1'] as const)('with Compose %s', (generation: Generation) => {
  beforeEach(({ skip }) => skip(!hasCompose(generation), `This machine has no Compose ${generation}.`));

  let folder: string;
  let bed: ComposeTestBed;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'theirs-'));
  });

  afterEach(async () => {
    const [command, ...first] = generations[generation];
    // Compose makes networks and volumes before it pulls; a file without services has none to remove.
    await execa(command, [...first, '-p', bed.settings.project, '-f', join(folder, 'compose.yaml'), 'down', '-v'], {
      reject: false,
    });
    await bed.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** An environment over a compose file of the person's own, with programs that are called in another way. */
  async function over(text: string, otherwise?: (command: CliCommand) => CliCommand): Promise<ComposeEnvironment> {
    const file = join(folder, 'compose.yaml');
    await writeFile(file, text);
    bed = await ComposeTestBed.create({
      settings: { file, command: generations[generation].join(' ') },
    });
    const runner: CliRunner = {
      run: (command, options) => bed.runner.run(otherwise === undefined ? command : otherwise(command), options),
    };
    return bed.open({ runner });
  }

  const failureOf = async (environment: ComposeEnvironment): Promise<unknown> =>
    environment.start(startOptions(), quiet, never).then(
      () => 'started',
      (error: unknown) => error,
    );

  it('a container that ends again and again is shown as that in every moment, with what its log says', async () => {
    const crashes = `{ image: ${image}, restart: always, command: [bash, -c, 'echo reading /conf; echo "Error: no such topic" >&2; echo bye; exit 3'] }`;
    const environment = await over(idle.replace('kafka: { <<: *idle }', `kafka: ${crashes}`));
    const [command, ...first] = generations[generation];
    const file = join(folder, 'compose.yaml');
    await execa(command, [...first, '-p', bed.settings.project, '-f', file, 'up', '-d'], { cwd: folder });
    await environment.refresh(never);
    const states: (string | undefined)[] = [];
    const kafka = (): InstanceSnapshot | undefined =>
      instances(environment.snapshot.value).find(({ id }) => id === 'kafka');
    const explained = await until('the crash loop to be explained', () =>
      kafka()?.lastLines === undefined ? undefined : kafka(),
    );
    expect(explained).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringMatching(/^ends again and again, started \d+ times: Error: no such topic$/),
      lastLines: expect.arrayContaining(['reading /conf', 'bye']),
    });
    expect(environment.snapshot.value.phase).toBe('degraded');
    environment.snapshot.onDidChange(() => states.push(kafka()?.state));
    const before = explained.detail;
    await until('it to have ended once more', () => (kafka()?.detail === before ? undefined : true));
    expect(new Set(states)).toEqual(new Set(['unhealthy']));

    // Its own first look: the same is told of a crash loop that began while nobody looked.
    const next = bed.open();
    await next.refresh(never);
    await until('the other window to explain it', () =>
      instances(next.snapshot.value).some(({ lastLines }) => lastLines !== undefined) ? true : undefined,
    );
  });

  it('an engine that does not run is told', async () => {
    const nobody = { DOCKER_HOST: `unix://${folder}/none.sock` };
    const environment = await over(idle, (command) => ({
      ...command,
      env: { ...command.env, ...nobody },
    }));
    await environment.refresh(never);
    expect(environment.snapshot.value).toMatchObject({
      phase: 'unknown',
      error: { message: 'Docker is installed, but it does not run.' },
    });
  });

  it('an engine that may not be used is told', async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'Only root can act as somebody else.');
    const environment = await over(idle, ({ command, args, ...rest }) => ({
      ...rest,
      command: 'setpriv',
      args: ['--reuid=65534', '--regid=65534', '--clear-groups', '--', command, ...args],
    }));
    await environment.refresh(never);
    expect(environment.snapshot.value.error?.message).toBe('Docker runs, but you may not use it.');
  });

  it('an error in the compose file is told, with the file', async () => {
    const environment = await over('services:\n  kafka:\n   image: [x\n');
    expect(await failureOf(environment)).toMatchObject({
      kind: 'input',
      message: expect.stringContaining(`The compose file "${join(folder, 'compose.yaml')}" cannot be used: `),
    });
  });

  it('services that the compose file lacks are named', async () => {
    const environment = await over(`services:\n  jobmanager:\n    image: ${image}\n`);
    expect(await failureOf(environment)).toMatchObject({
      message: expect.stringContaining('has no service taskmanager, kafka.'),
    });
  });

  it('an image that cannot be pulled is named, and nothing is left of the start', async () => {
    const environment = await over(
      idle.replace(`kafka: { <<: *idle }`, 'kafka: { image: "nobody.invalid/nothing:1" }'),
    );
    expect(await failureOf(environment)).toMatchObject({
      kind: 'download',
      message: 'The image "nobody.invalid/nothing:1" cannot be pulled.',
    });
    expect(instances(environment.snapshot.value)).toEqual([]);
  });
});
