import { describe, expect, it } from 'vitest';
import { chooseWhereToStart, environmentCommands } from '../../../src/commands/environmentCommands';
import type { EnvironmentCandidate } from '../../../src/core/environment/environmentSelection';
import type { EnvironmentChoice, EnvironmentKind, EnvironmentSnapshot } from '../../../src/shared/model/environment';
import { commandServices } from '../../support/builders/commandServices';
import { engineDouble } from '../../support/builders/engine';
import { environment, runningEnvironment } from '../../support/builders/environment';

function candidate(kind: EnvironmentKind, changes: Partial<EnvironmentCandidate> = {}): EnvironmentCandidate {
  return { kind, phase: 'absent', hasData: false, current: false, usable: true, detail: `about ${kind}`, ...changes };
}

const all = [candidate('compose'), candidate('local'), candidate('remote', { usable: false })];

interface Setup {
  readonly state?: EnvironmentSnapshot;
  readonly answers?: Parameters<typeof commandServices>[1];
  readonly settings?: Parameters<typeof commandServices>[2];
  readonly candidates?: readonly EnvironmentCandidate[];
}

function setup({ state = environment(), answers = [], settings = {}, candidates = all }: Setup = {}): {
  readonly select: ReturnType<typeof environmentCommands>['selectEnvironment']['run'];
  readonly asked: string[];
  readonly done: string[];
  readonly start: () => Promise<EnvironmentKind | undefined>;
} {
  const done: string[] = [];
  const double = engineDouble(
    {
      environment: {
        kind: state.kind,
        ...(state.kind === 'remote'
          ? { capabilities: { lifecycle: false, processes: false, scale: false, logs: false, cli: false } }
          : {}),
      },
      environments: {
        candidates: () => Promise.resolve(candidates),
        select: (choice) => {
          done.push(`select ${choice}`);
          return Promise.resolve(choice === 'auto' ? 'local' : choice);
        },
      },
    },
    state,
  );
  const { services, asked } = commandServices(double.engine, answers, settings);
  const commands = environmentCommands({
    ...services,
    saveChoice: (choice: EnvironmentChoice) => {
      done.push(`save ${choice}`);
      return Promise.resolve();
    },
    stop: () => {
      done.push('stop');
      return Promise.resolve();
    },
    openSettings: (prefix) => done.push(`open ${prefix}`),
  });
  return {
    select: commands.selectEnvironment.run,
    asked,
    done,
    start: () => chooseWhereToStart(double.engine, services),
  };
}

describe('Select Environment…', () => {
  it('asks which, and keeps the answer in the settings', async () => {
    const { select, asked, done } = setup({ answers: ['Docker Compose'] });
    expect(await select({})).toBe('compose');
    expect(asked).toEqual(['Where the playground is to run']);
    expect(done).toEqual(['select compose', 'save compose']);
  });

  it('asks nothing when it is said', async () => {
    const { select, asked, done } = setup();
    expect(await select({ environment: 'auto' })).toBe('local');
    expect(asked).toEqual([]);
    expect(done).toEqual(['select auto', 'save auto']);
  });

  it('changes nothing when the person leaves', async () => {
    const { select, done } = setup();
    expect(await select({})).toBeUndefined();
    expect(done).toEqual([]);
  });

  it.each([
    ['Keep It Running', ['select compose', 'save compose']],
    ['Stop It First', ['stop', 'select compose', 'save compose']],
    [undefined, []],
  ])('asks what becomes of the one that runs: %s', async (answer, expected) => {
    const { select, asked, done } = setup({ state: runningEnvironment(), answers: [answer] });
    await select({ environment: 'compose' });
    expect(asked).toEqual(['The playground of local processes is running']);
    expect(done).toEqual(expected);
  });

  it.each([
    ['keep', ['select compose', 'save compose']],
    ['stop', ['stop', 'select compose', 'save compose']],
  ] as const)('does with the one that runs what it is told: %s', async (running, expected) => {
    const { select, asked, done } = setup({ state: runningEnvironment() });
    await select({ environment: 'compose', running });
    expect(asked).toEqual([]);
    expect(done).toEqual(expected);
  });

  it.each(['starting', 'degraded', 'unknown'] as const)('asks also while the one before is %s', async (phase) => {
    const { select, done } = setup({ state: runningEnvironment({ phase }) });
    await select({ environment: 'compose' });
    expect(done).toEqual([]);
  });

  it('asks nothing when the one that runs is selected', async () => {
    const { select, asked } = setup({ state: runningEnvironment() });
    await select({ environment: 'local' });
    expect(asked).toEqual([]);
  });

  it('lets go of a remote cluster without a question: nothing of it ends', async () => {
    const { select, asked, done } = setup({ state: environment({ kind: 'remote', phase: 'running' }) });
    await select({ environment: 'local' });
    expect(asked).toEqual([]);
    expect(done).toEqual(['stop', 'select local', 'save local']);
  });
});

describe('the first start', () => {
  it('asks where there is a choice', async () => {
    const { start, asked } = setup({ answers: ['Local Processes'] });
    expect(await start()).toBe('local');
    expect(asked).toEqual(['Where the playground is to run']);
  });

  it('offers only what can be started', async () => {
    const { start } = setup({ answers: ['Remote Cluster'] });
    await expect(start()).rejects.toThrow('was not among Docker Compose, Local Processes.');
  });

  it('takes the only one that can be', async () => {
    const { start, asked } = setup({ candidates: [candidate('local'), candidate('compose', { usable: false })] });
    expect(await start()).toBe('local');
    expect(asked).toEqual([]);
  });

  it('starts nothing when the person leaves', async () => {
    expect(await setup().start()).toBeUndefined();
  });
});
