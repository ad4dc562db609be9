import { describe, expect, it } from 'vitest';
import type { ClusterState } from '../../../src/core/engineApi';
import { failed, idle, succeeded } from '../../../src/core/state/resource';
import { describeCluster, describeTaskManagerRange } from '../../../src/core/trees/describeCluster';
import type { EnvironmentSnapshot, Phase } from '../../../src/shared/model/environment';
import { PlaygroundError } from '../../../src/core/util/errors';
import {
  environment,
  everything,
  instance,
  lookingOnly,
  runningEnvironment,
  taskManagerInstance,
} from '../../support/builders/environment';
import { noon, taskManager } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const nothingRead: ClusterState = { overview: idle, jobs: idle, taskManagers: idle };
const down = new PlaygroundError('unreachable', 'Flink at http://127.0.0.1:8081 does not answer.');

const healthy: ClusterState = {
  overview: succeeded({ flinkVersion: '2.2.1', taskManagers: 1, slotsTotal: 2, slotsAvailable: 1 }, noon),
  jobs: idle,
  taskManagers: succeeded([taskManager()], noon),
};

function tree(
  snapshot: EnvironmentSnapshot,
  cluster: ClusterState,
  show: Parameters<typeof printTree>[1] = {},
  capabilities = everything,
): string {
  return printTree(describeCluster(snapshot, cluster, capabilities, noon), show);
}

/** One of the services is replaced by these instances. */
function withInstances(
  ...instances: EnvironmentSnapshot['services'][number]['instances'][number][]
): EnvironmentSnapshot {
  const running = runningEnvironment();
  const name = instances[0]?.service;
  return {
    ...running,
    services: running.services.map((service) => (service.name === name ? { ...service, instances } : service)),
  };
}

describe('very many TaskManagers', () => {
  const all = Array.from({ length: 1000 }, (_, index) =>
    taskManager({ id: `tm-${index}`, lastHeartbeat: index === 500 ? noon - 60_000 : noon }),
  );
  const remote = environment({ kind: 'remote', phase: 'running', flinkVersion: '2.2.1' });
  const cluster = { ...healthy, taskManagers: succeeded(all, noon) };

  it('are those that are silent, and all of them in groups that are described when they are opened', () => {
    const [, service] = describeCluster(remote, cluster, lookingOnly, noon);
    const [silent, ...groups] = typeof service?.children === 'object' ? service.children : [];
    expect(silent).toMatchObject({ label: 'tm-500', description: 'no heartbeat for 1 min' });
    expect(groups.map(({ label }) => label)).toEqual(
      Array.from({ length: 10 }, (_, index) => `TaskManagers ${index * 100 + 1} to ${index * 100 + 100}`),
    );
  });

  it('are found in their group under an id that still names them', () => {
    const sight = { environment: remote, cluster, capabilities: lookingOnly, now: noon };
    const rows = describeTaskManagerRange('service:taskmanager/range:501-600', { from: 500, to: 600 }, sight);
    expect(rows).toHaveLength(100);
    expect(rows[0]).toMatchObject({ id: 'service:taskmanager/range:501-600/instance:tm-500', children: 'lazy' });
  });
});

describe('describeCluster', () => {
  it('shows the environment, its services and the slots of each TaskManager', async () => {
    await expect(tree(runningEnvironment(), healthy)).toMatchFileSnapshot(golden('cluster-running'));
  });

  it('has ids, tooltips and words for screen readers', async () => {
    await expect(tree(runningEnvironment(), healthy, { ids: true, tooltips: true })).toMatchFileSnapshot(
      golden('cluster-running-whole'),
    );
  });

  it('shows the steps of a start with their progress', async () => {
    await expect(
      tree(
        environment({
          phase: 'starting',
          flinkVersion: '2.2.1',
          kafkaVersion: '4.2.2',
          steps: [
            { step: 'prepare', state: 'done', elapsedMs: 210 },
            { step: 'download', state: 'running', message: '12 of 69 MB', fraction: 0.17, elapsedMs: 14_200 },
            { step: 'zookeeper', state: 'skipped', elapsedMs: 0 },
            { step: 'kafka', state: 'running', elapsedMs: 1830 },
            { step: 'job', state: 'failed', message: 'The job was refused.', elapsedMs: 90 },
          ],
          services: [{ name: 'kafka', instances: [instance({ service: 'kafka', state: 'starting' })] }],
        }),
        nothingRead,
      ),
    ).toMatchFileSnapshot(golden('cluster-starting'));
  });

  it('shows notices and the ZooKeeper of that variant', async () => {
    await expect(
      tree(
        environment({
          phase: 'running',
          flinkVersion: '1.20.5',
          kafkaVersion: '3.9.2',
          kafkaMode: 'zookeeper',
          notices: ['Port 8081 is in use, the REST port is 8082.'],
          services: [
            { name: 'zookeeper', instances: [instance({ service: 'zookeeper' })] },
            { name: 'kafka', instances: [instance({ service: 'kafka', detail: 'port 9092 open' })] },
          ],
        }),
        nothingRead,
      ),
    ).toMatchFileSnapshot(golden('cluster-zookeeper'));
  });

  it('tells the ways apart in which an instance can be down', async () => {
    await expect(
      tree(
        {
          ...withInstances(
            taskManagerInstance(10, { state: 'exited', exitCode: 134, endedAt: noon, detail: 'exit code 134' }),
            taskManagerInstance(9, { state: 'killed', endedAt: noon - 5000 }),
            taskManagerInstance(1),
            taskManagerInstance(2, { state: 'stopped', endedAt: noon - 65_000 }),
            taskManagerInstance(3, { state: 'unhealthy', detail: 'does not answer' }),
            taskManagerInstance(4, { state: 'starting' }),
          ),
          phase: 'degraded',
          error: { message: 'taskmanager-10 died.', remedy: 'Look at its log.' },
        },
        healthy,
      ),
    ).toMatchFileSnapshot(golden('cluster-down'));
  });

  it('explains by the end of its log why an instance ends again and again, before where it is reached', async () => {
    const loop = instance({
      service: 'kafka',
      state: 'unhealthy',
      detail: 'ends again and again, started 5 times: Error: no such topic',
      lastLines: ['[main] INFO $(zap) <b>starting</b>', 'Error: no such topic'],
    });
    await expect(tree({ ...withInstances(loop), phase: 'degraded' }, healthy, { tooltips: true })).toMatchFileSnapshot(
      golden('cluster-crash-loop'),
    );
  });

  it('does not call a TaskManager running that Flink does not know or hear of', async () => {
    await expect(
      tree(withInstances(taskManagerInstance(1), taskManagerInstance(2)), {
        ...healthy,
        taskManagers: succeeded([taskManager({ lastHeartbeat: noon - 18_000 })], noon),
      }),
    ).toMatchFileSnapshot(golden('cluster-unregistered'));
  });

  it('marks what is not fresh and shows none of it as healthy', async () => {
    await expect(
      tree(runningEnvironment(), {
        overview: failed(healthy.overview, down),
        jobs: idle,
        taskManagers: failed(healthy.taskManagers, down),
      }),
    ).toMatchFileSnapshot(golden('cluster-stale'));
  });

  it('does not call slots free that were never read', async () => {
    await expect(
      tree(runningEnvironment(), {
        overview: failed(idle, down),
        jobs: idle,
        taskManagers: failed(idle, down),
      }),
    ).toMatchFileSnapshot(golden('cluster-unreachable'));
  });

  it('shows the TaskManagers that Flink knows where there are no processes of ours', async () => {
    await expect(
      tree(environment({ kind: 'remote', phase: 'running', flinkVersion: '2.2.1' }), healthy, {}, lookingOnly),
    ).toMatchFileSnapshot(golden('cluster-remote'));
  });

  it('offers nothing that the environment cannot do', () => {
    expect(tree(runningEnvironment(), healthy, {}, lookingOnly)).not.toMatch(
      /hasLog|killable|startable|restartable|scalable/,
    );
  });

  it('keeps TaskManagers that were scaled to none, so that they can be scaled up again', async () => {
    const none = runningEnvironment();
    const services = none.services.filter(({ name }) => name !== 'taskmanager');
    await expect(
      tree(
        { ...none, services },
        {
          overview: succeeded({ flinkVersion: '2.2.1', taskManagers: 0, slotsTotal: 0, slotsAvailable: 0 }, noon),
          jobs: idle,
          taskManagers: succeeded([], noon),
        },
      ),
    ).toMatchFileSnapshot(golden('cluster-none'));
  });

  it('takes a TaskManager of an earlier start for another one', () => {
    const restarted = withInstances(taskManagerInstance(1, { flinkId: 'taskmanager-1-1700000009' }));
    expect(tree(restarted, healthy)).toMatch(/taskmanager-1 {2}not registered/);
  });

  it('shows a start or stop of another window as its own', async () => {
    await expect(
      tree(runningEnvironment({ phase: 'stopping', inProgressElsewhere: 'another window' }), nothingRead),
    ).toMatchFileSnapshot(golden('cluster-elsewhere'));
  });

  it('shows a client that did its work as completed', async () => {
    await expect(
      tree(
        environment({
          phase: 'running',
          services: [
            {
              name: 'client',
              instances: [instance({ service: 'client', state: 'exited', exitCode: 0, endedAt: noon })],
            },
          ],
        }),
        nothingRead,
      ),
    ).toMatchFileSnapshot(golden('cluster-client'));
  });

  it.each<Phase>(['absent', 'failed', 'unknown'])(
    'leaves the view to welcome content while the phase is %s',
    (phase) => {
      expect(describeCluster(environment({ phase }), nothingRead, everything, noon)).toEqual([]);
    },
  );

  it('shows nothing of an environment that could not be looked at, whatever it was before', () => {
    expect(describeCluster(runningEnvironment({ phase: 'unknown' }), healthy, everything, noon)).toEqual([]);
  });

  it('says why an environment could not be looked at, and what to do, where that is known', () => {
    const error = { message: 'A newer version was here.', remedy: 'Update the extension.' };
    const nodes = describeCluster(runningEnvironment({ phase: 'unknown', error }), healthy, everything, noon);
    expect(nodes).toMatchObject([
      { id: 'environment', children: [{ kind: 'error', label: error.message, description: error.remedy }] },
    ]);
  });

  it('shows what a failed start left running', () => {
    const left = environment({
      phase: 'failed',
      services: [{ name: 'kafka', instances: [instance({ service: 'kafka' })] }],
    });
    expect(describeCluster(left, nothingRead, everything, noon).map((node) => node.label)).toEqual([
      'Flink Playground',
      'Kafka',
    ]);
  });

  it('gives every node an id of its own', () => {
    const ids: string[] = [];
    const collect = (nodes: ReturnType<typeof describeCluster>): void => {
      for (const node of nodes) {
        ids.push(node.id);
        if (typeof node.children === 'object') collect(node.children);
      }
    };
    collect(describeCluster(runningEnvironment({ notices: ['a', 'b'] }), healthy, everything, noon));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
