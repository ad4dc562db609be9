import { describe, expect, it } from 'vitest';
import { describeDiagnostics, readClusterNow } from '../../../src/commands/diagnostics';
import { failed, idle, succeeded } from '../../../src/core/state/resource';
import { settingsReader } from '../../../src/host/settings';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';
import { jobOverview, taskManager, tasks } from '../../support/builders/flink';

const versions = { extension: '0.1.0', vscode: '1.101.0', node: 'v22.15.0', platform: 'linux x64' };

describe('diagnostics', () => {
  it('hold versions and settings before anything needed the engine', () => {
    const diagnostics = describeDiagnostics(
      versions,
      settingsReader(() => undefined),
      undefined,
    );
    expect(diagnostics).toMatchObject({ versions, settings: { 'kafka.mode': 'kraft', 'tail.capacity': 100_000 } });
    expect(diagnostics).not.toHaveProperty('environment');
  });

  it('show the jobs with their tasks, the TaskManagers and the failed reads', () => {
    const { engine, cluster } = engineDouble({}, runningEnvironment());
    cluster.set({
      overview: failed(idle, new Error('Flink does not answer.')),
      jobs: succeeded([jobOverview()], 0),
      taskManagers: succeeded([taskManager()], 0),
    });
    expect(
      describeDiagnostics(
        versions,
        settingsReader(() => undefined),
        engine,
      ).cluster,
    ).toEqual({
      taskManagers: ['taskmanager-1-1700000000'],
      jobs: [
        {
          id: jobOverview().id,
          name: 'Click Event Count',
          state: 'RUNNING',
          tasks: tasks({ RUNNING: 4 }),
          totalTasks: 4,
        },
      ],
      errors: ['Flink does not answer.'],
    });
  });

  it('hold no credentials of an address', () => {
    const credentials = ['me', 'secret'].join(':');
    const mirror = `https://${credentials}@mirror.test/m2`;
    const settings = settingsReader((name) => (name === 'local.mirror' ? mirror : ''));
    const text = JSON.stringify(describeDiagnostics(versions, settings, undefined));
    expect(text).toContain('https://mirror.test/m2');
    expect(text).not.toContain('secret');
  });
});

describe('reading the cluster for them', () => {
  it('waits for a new answer and gives the lease back', async () => {
    const { engine, cluster, leases } = engineDouble({}, runningEnvironment());
    const reading = readClusterNow(engine, 5000);
    expect(leases).toEqual(['overview+jobs+taskManagers']);
    cluster.set({ overview: idle, taskManagers: idle, jobs: succeeded([], Date.now() + 1) });
    await reading;
    expect(leases).toEqual([]);
  });

  it('does not wait for ever', async () => {
    const { engine, leases } = engineDouble({}, runningEnvironment());
    await readClusterNow(engine, 20);
    expect(leases).toEqual([]);
  });

  it('asks nobody when nothing runs', async () => {
    const { engine, leases } = engineDouble();
    const reading = readClusterNow(engine, 60_000);
    expect(leases).toEqual([]);
    await reading;
  });
});
