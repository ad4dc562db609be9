import { describe, expect, it } from 'vitest';
import { playgroundCommands } from '../../../src/commands/playgroundCommands';
import type { Environment, StartResult } from '../../../src/core/environment/environment';
import type { EnvironmentSelection } from '../../../src/core/environment/environmentSelection';
import type { EnvironmentSnapshot, StartOptions } from '../../../src/shared/model/environment';
import { environment as environmentOf, runningEnvironment } from '../../support/builders/environment';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';

const started: StartResult = {
  jobId: '694d',
  timings: { downloadMs: 0, kafkaReadyMs: 1, flinkReadyMs: 2, jobRunningMs: 3 },
  adopted: false,
};

function setup(
  environment: Partial<Environment>,
  answers: Parameters<typeof commandServices>[1] = [],
  { state, environments }: { state?: EnvironmentSnapshot; environments?: Partial<EnvironmentSelection> } = {},
): ReturnType<typeof commandServices> & {
  readonly commands: ReturnType<typeof playgroundCommands>;
  readonly said: { times: number };
} {
  const double = commandServices(
    engineDouble({ environment, ...(environments === undefined ? {} : { environments }) }, state).engine,
    answers,
  );
  const said = { times: 0 };
  const commands = playgroundCommands({
    ...double.services,
    flinkVersions: ['2.2.1', '1.20.5'],
    sayItKeepsRunning: () => {
      said.times += 1;
    },
  });
  return { ...double, commands, said };
}

/** Never ends by itself; rejects as the signal says. */
function untilAborted<T>(signal: AbortSignal): Promise<T> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

describe('Start Playground', () => {
  it('asks nothing and runs the tutorial', async () => {
    const options: StartOptions[] = [];
    const { commands, asked } = setup({
      start: (given) => {
        options.push(given);
        return Promise.resolve(started);
      },
    });
    expect(await commands.start.run({})).toBe(started);
    expect(asked).toEqual([]);
    expect(options).toEqual([
      {
        flinkVersion: '2.2.1',
        kafkaMode: 'kraft',
        variant: { checkpointing: true, eventTime: true, backpressure: false, chaining: false, exactlyOnce: false },
        parallelism: 2,
        taskManagers: 1,
        speed: 1,
      },
    ]);
  });

  it('starts where the person says when nothing else does', async () => {
    const selected: string[] = [];
    const candidate = { phase: 'absent', hasData: false, current: false, usable: true, detail: '' } as const;
    const { commands, asked } = setup({ start: () => Promise.resolve(started) }, ['Docker Compose'], {
      state: environmentOf({ undecided: true }),
      environments: {
        candidates: () =>
          Promise.resolve([
            { ...candidate, kind: 'compose' },
            { ...candidate, kind: 'local' },
          ]),
        select: (kind) => {
          selected.push(kind);
          return Promise.resolve('compose');
        },
      },
    });
    expect(await commands.start.run({})).toBe(started);
    expect(asked).toEqual(['Where the playground is to run']);
    expect(selected).toEqual(['compose']);
  });

  it('starts nothing when the person does not say where', async () => {
    const candidate = { phase: 'absent', hasData: false, current: false, usable: true, detail: '' } as const;
    const { commands, context } = setup({}, [], {
      state: environmentOf({ undecided: true }),
      environments: {
        candidates: () =>
          Promise.resolve([
            { ...candidate, kind: 'compose' },
            { ...candidate, kind: 'local' },
          ]),
      },
    });
    expect(await commands.start.run({})).toBeUndefined();
    expect(context.get('busy')).toBe(false);
  });

  it('asks nothing when the argument says where', async () => {
    const selected: string[] = [];
    const { commands, asked } = setup({ start: () => Promise.resolve(started) }, [], {
      state: environmentOf({ undecided: true }),
      environments: {
        select: (kind) => {
          selected.push(kind);
          return Promise.resolve('local');
        },
      },
    });
    await commands.start.run({ environment: 'local' });
    expect(asked).toEqual([]);
    expect(selected).toEqual(['local']);
  });

  it('is busy while it runs, and not afterwards, however it ends', async () => {
    const seen: unknown[] = [];
    const { commands, context } = setup({
      start: () => {
        seen.push(context.get('busy'));
        return Promise.reject(new Error('no'));
      },
    });
    await expect(commands.start.run({})).rejects.toThrow('no');
    expect([...seen, context.get('busy')]).toEqual([true, false]);
  });

  it('says that the playground keeps running only when it does', async () => {
    const failing = setup({ start: () => Promise.reject(new Error('no')) });
    await expect(failing.commands.start.run({})).rejects.toThrow('no');
    const running = setup({ start: () => Promise.resolve(started) });
    await running.commands.start.run({});
    expect([failing.said.times, running.said.times]).toEqual([0, 1]);
  });

  it('with options asks for the variant and the versions', async () => {
    const options: StartOptions[] = [];
    const { commands } = setup(
      {
        start: (given) => {
          options.push(given);
          return Promise.resolve(started);
        },
      },
      [
        ['--event-time', '--chaining'],
        'Flink 1.20.5',
        'Kafka with ZooKeeper, as in the tutorial',
        'Adaptive scheduler',
      ],
    );
    await commands.startWithOptions.run({});
    expect(options[0]).toMatchObject({
      flinkVersion: '1.20.5',
      kafkaMode: 'zookeeper',
      scheduler: 'adaptive',
      variant: { checkpointing: false, eventTime: true, chaining: true },
    });
  });

  it.each([[[]], [[['--event-time']]], [[['--event-time'], 'Flink 2.2.1']]])(
    'with options starts nothing when the person leaves after %j',
    async (answers) => {
      const { commands } = setup({}, answers);
      expect(await commands.startWithOptions.run({})).toBeUndefined();
    },
  );
});

describe('Stop Playground', () => {
  it('calls off the start under way, and stops when that has ended', async () => {
    const order: string[] = [];
    const { commands } = setup({
      start: async (_options, _progress, signal) => {
        try {
          return await untilAborted<StartResult>(signal);
        } finally {
          order.push('start ended');
        }
      },
      stop: ({ deleteData }) => {
        order.push(`stop, data ${deleteData ? 'deleted' : 'kept'}`);
        return Promise.resolve();
      },
    });
    const outcome = commands.start.run({}).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve));
    await commands.stop.run({});
    expect(await outcome).toMatchObject({ name: 'AbortError' });
    expect(order).toEqual(['start ended', 'stop, data kept']);
  });

  it('calls off a start that still waits for the engine', async () => {
    const { commands } = setup({ stop: () => Promise.resolve() });
    const outcome = commands.start.run({}).catch((error: unknown) => error);
    await commands.stop.run({});
    expect(await outcome).toMatchObject({ name: 'AbortError' });
  });
});

describe('Stop Playground and Delete Data…', () => {
  it('asks first and names what it destroys', async () => {
    const { commands, asked } = setup({}, ['no']);
    await commands.stopAndDeleteData.run({});
    expect(asked).toEqual(['Stop the playground and delete its data?']);
  });

  it('refuses to touch what others run', async () => {
    const { commands, asked } = setup(
      { kind: 'remote', capabilities: { lifecycle: false, processes: false, scale: false, logs: false, cli: false } },
      [],
      { state: runningEnvironment({ kind: 'remote' }) },
    );
    await expect(commands.stopAndDeleteData.run({ confirmed: true })).rejects.toThrow(/remote cluster is not deleted/);
    expect(asked).toEqual([]);
  });

  it.each([
    ['the person agreed', {}, ['yes']],
    ['our own code has confirmed it', { confirmed: true }, []],
  ])('deletes when %s', async (_when, args, answers) => {
    const stops: boolean[] = [];
    const { commands } = setup(
      {
        stop: ({ deleteData }) => {
          stops.push(deleteData);
          return Promise.resolve();
        },
      },
      answers,
    );
    await commands.stopAndDeleteData.run(args);
    expect(stops).toEqual([true]);
  });
});
