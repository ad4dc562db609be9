import { describe, expect, it, onTestFinished } from 'vitest';
import type { EnvironmentAdapter } from '../../../src/core/environment/environmentSelection';
import { EnvironmentSwitch } from '../../../src/core/environment/environmentSwitch';
import { silentLogger } from '../../../src/core/util/logger';
import type { EnvironmentChoice, EnvironmentKind, EnvironmentSnapshot } from '../../../src/shared/model/environment';
import { runningEnvironment, instance } from '../../support/builders/environment';
import { environmentDouble, type EnvironmentDouble } from '../../support/builders/environmentDouble';
import { startOptions } from '../../support/localPlayground';

const never = new AbortController().signal;
const usable = { usable: true, detail: '' };

interface Setup {
  readonly choice?: EnvironmentChoice;
  readonly states?: Partial<Record<EnvironmentKind, Partial<EnvironmentSnapshot>>>;
  /** When each was last used; absent: never. */
  readonly recorded?: Partial<Record<EnvironmentKind, number>>;
  readonly adapters?: Partial<Record<EnvironmentKind, Partial<EnvironmentAdapter>>>;
}

interface Result {
  readonly environments: EnvironmentSwitch;
  readonly doubles: Record<EnvironmentKind, EnvironmentDouble>;
  readonly made: EnvironmentKind[];
}

function setup({ choice = 'auto', states = {}, recorded = {}, adapters = {} }: Setup = {}): Result {
  const doubles = {
    compose: environmentDouble('compose', states.compose),
    local: environmentDouble('local', states.local),
    remote: environmentDouble('remote', states.remote),
  };
  const made: EnvironmentKind[] = [];
  const environments = new EnvironmentSwitch({
    adapters: (['compose', 'local', 'remote'] as const).map((kind) => ({
      kind,
      create: () => {
        made.push(kind);
        return doubles[kind].environment;
      },
      recordedAt: () => Promise.resolve(recorded[kind]),
      availability: () => Promise.resolve(usable),
      ...adapters[kind],
    })),
    choice: () => choice,
    logger: silentLogger,
  });
  onTestFinished(() => environments.dispose());
  return { environments, doubles, made };
}

const running = { phase: 'running' } as const;

describe('the environment that is looked at', () => {
  it.each(['compose', 'local', 'remote'] as const)('is %s when the setting says so', async (choice) => {
    const { environments } = setup({ choice, states: { local: running }, recorded: { local: 1 } });
    await environments.refresh(never);
    expect(environments.snapshot.value.kind).toBe(choice);
  });

  it('is by itself the one that runs, before one that only holds data', async () => {
    const { environments } = setup({
      states: { local: { hasData: true }, compose: running },
      recorded: { local: 2, compose: 1 },
    });
    await environments.refresh(never);
    expect(environments.kind).toBe('compose');
  });

  it('is by itself the one that holds data, and of several the one used last', async () => {
    const { environments } = setup({
      states: { local: { hasData: true }, compose: { hasData: true } },
      recorded: { local: 1, compose: 2 },
    });
    await environments.refresh(never);
    expect(environments.kind).toBe('compose');
  });

  it('stays the same while it runs, whatever else begins to', async () => {
    const { environments, doubles } = setup({
      states: { local: running, compose: { hasData: true } },
      recorded: { local: 1, compose: 2 },
    });
    await environments.refresh(never);
    doubles.compose.snapshot.update((snapshot) => ({ ...snapshot, phase: 'running' }));
    await environments.refresh(never);
    expect(environments.kind).toBe('local');
  });

  it('is undecided while nothing runs, is kept or was said', async () => {
    const { environments } = setup();
    await environments.refresh(never);
    expect(environments.snapshot.value.undecided).toBe(true);
    await environments.select('local', never);
    expect(environments.snapshot.value.undecided).toBeUndefined();
  });

  it('is undecided again when the data is gone', async () => {
    const { environments, doubles } = setup({ states: { local: { hasData: true } }, recorded: { local: 1 } });
    await environments.refresh(never);
    expect(environments.snapshot.value.undecided).toBeUndefined();
    doubles.local.snapshot.update((snapshot) => ({ ...snapshot, hasData: false }));
    expect(environments.snapshot.value.undecided).toBe(true);
  });

  it('is looked at even when the record of another one cannot be', async () => {
    const { environments } = setup({
      states: { local: running },
      recorded: { local: 1 },
      adapters: { compose: { recordedAt: () => Promise.reject(new Error('no permission')) } },
    });
    await environments.refresh(never);
    expect(environments.snapshot.value).toMatchObject({ kind: 'local', phase: 'running' });
  });

  it('gets everything that is asked of the environment', async () => {
    const { environments, doubles } = setup({ choice: 'compose' });
    await environments.start(startOptions(), () => undefined, never);
    await environments.stop({ deleteData: false }, () => undefined, never);
    await environments.kill('taskmanager-1', never);
    await environments.startInstance('taskmanager-1', never);
    await environments.restart('kafka', never);
    await environments.scaleTaskManagers(2, never);
    await environments.followLogs('kafka', () => undefined, never);
    expect(doubles.compose.calls).toEqual([
      'start',
      'stop',
      'kill',
      'startInstance',
      'restart',
      'scaleTaskManagers',
      'followLogs',
    ]);
    expect(environments.operationsDirectory).toBe('/operations/compose');
    await expect(environments.jobSubmission(never)).rejects.toThrow('compose');
  });
});

describe('environments that nobody needs', () => {
  it('are not made', async () => {
    const { environments, made } = setup({ choice: 'local' });
    await environments.refresh(never);
    expect(made).toEqual(['local']);
  });
});

describe('an environment that was left running', () => {
  async function leaving(): Promise<Result> {
    const result = setup({ states: { local: runningEnvironment() }, recorded: { local: 1 } });
    await result.environments.refresh(never);
    await result.environments.select('compose', never);
    return result;
  }

  it('is not stopped', async () => {
    const { doubles } = await leaving();
    expect(doubles.local.calls).not.toContain('stop');
  });

  it('is named while it is up, and not afterwards', async () => {
    const { environments, doubles } = await leaving();
    expect(environments.snapshot.value).toMatchObject({
      kind: 'compose',
      others: [{ kind: 'local', phase: 'running' }],
    });
    doubles.local.snapshot.update((snapshot) => ({ ...snapshot, phase: 'absent' }));
    expect(environments.snapshot.value.others).toBeUndefined();
  });

  it('is found by the next window', async () => {
    const { environments } = setup({
      choice: 'compose',
      states: { local: running },
      recorded: { local: 1 },
    });
    await environments.refresh(never);
    expect(environments.snapshot.value.others).toEqual([{ kind: 'local', phase: 'running' }]);
  });

  it('is looked at again when it is selected', async () => {
    const { environments } = await leaving();
    await environments.select('local', never);
    expect(environments.snapshot.value).toMatchObject({ kind: 'local', phase: 'running' });
    expect(environments.snapshot.value.others).toBeUndefined();
  });

  it('says nothing of its instances to those who look at another one', async () => {
    const { environments, doubles } = await leaving();
    const heard: string[] = [];
    environments.onInstanceEvent(({ kind }) => heard.push(kind));
    doubles.local.events.fire({ kind: 'died', instance: instance({ service: 'kafka' }), at: 0 });
    doubles.compose.events.fire({ kind: 'started', instance: instance({ service: 'kafka' }), at: 0 });
    expect(heard).toEqual(['started']);
  });

  it('can be stopped without being looked at', async () => {
    const { environments, doubles } = await leaving();
    await environments.stopKind('local', { deleteData: false }, never);
    await environments.stopKind('compose', { deleteData: false }, never);
    await environments.stopKind('remote', { deleteData: false }, never);
    expect([doubles.local, doubles.compose, doubles.remote].map(({ calls }) => calls.includes('stop'))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the environments to choose from', () => {
  it('are those that can be started first, in the order in which they are offered', async () => {
    const unusable = { usable: false, detail: 'Docker is not running.' };
    const { environments } = setup({ adapters: { compose: { availability: () => Promise.resolve(unusable) } } });
    const candidates = await environments.candidates(never);
    expect(candidates.map(({ kind, usable: can }) => `${kind} ${can ? 'can' : 'cannot'}`)).toEqual([
      'local can',
      'remote can',
      'compose cannot',
    ]);
  });

  it('say how they are', async () => {
    const { environments } = setup({ states: { local: { hasData: true } }, recorded: { local: 1 } });
    await environments.refresh(never);
    expect((await environments.candidates(never)).find(({ kind }) => kind === 'local')).toEqual({
      kind: 'local',
      phase: 'absent',
      hasData: true,
      current: true,
      ...usable,
    });
  });

  it('are all there though one cannot be asked, which then says why', async () => {
    const { environments } = setup({
      adapters: { compose: { availability: () => Promise.reject(new Error('Docker says nothing.')) } },
    });
    expect((await environments.candidates(never)).at(-1)).toMatchObject({
      kind: 'compose',
      usable: false,
      detail: 'Docker says nothing.',
    });
  });
});
