import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/core/engineApi';
import { failed, idle, loading, succeeded, type Resource } from '../../../src/core/state/resource';
import { Store } from '../../../src/core/state/store';
import { PlaygroundError } from '../../../src/core/util/errors';
import { describeFlames, FlameGraph } from '../../../src/panels/flameGraph';
import type { FlameGraph as Flames } from '../../../src/shared/model/flameGraph';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';
import { frame, sampledTask } from '../../support/builders/flames';
import { noon } from '../../support/builders/flink';

process.env['TZ'] = 'UTC';

const subject = { job: '694d', vertex: 'cbc3', name: 'ClickEvent Counter' };
const sampled = succeeded<Flames>({ state: 'sampled', at: noon, root: sampledTask }, noon);
const down = new PlaygroundError('unreachable', 'Flink does not answer.');

function setup() {
  const double = engineDouble({}, runningEnvironment());
  const held: string[] = [];
  const flames = new Store<Resource<Flames>>(idle);
  const engine: Pick<Engine, 'jobs' | 'environment'> = {
    environment: double.engine.environment,
    jobs: Object.assign(Object.create(double.engine.jobs) as Engine['jobs'], {
      flameGraph: (job: string, vertex: string, type: string) => {
        const name = `${job} ${vertex} ${type}`;
        held.push(name);
        return { state: flames, dispose: () => void held.splice(held.indexOf(name), 1) };
      },
    }),
  };
  const panel = new FlameGraph({ subject, type: 'full', engine });
  return { panel, held, flames, double };
}

describe('what is behind a flame graph', () => {
  it('has threads sampled while the panel can be seen, and not otherwise', () => {
    const { panel, held, flames } = setup();
    expect(held).toEqual([]);
    panel.setVisible(true);
    expect(held).toEqual(['694d cbc3 full']);
    flames.set(sampled);
    expect(panel.state.value).toMatchObject({ status: 'live', caption: '100 samples, the last at 22:13:20' });
    panel.setVisible(false);
    expect(held).toEqual([]);
    expect(panel.state.value.root).toEqual(sampledTask);
    panel.setVisible(true);
    panel.dispose();
    expect(held).toEqual([]);
  });

  it('reads other threads when the page asks for them, and nothing that the page makes up', async () => {
    const { panel, held } = setup();
    panel.setVisible(true);
    await panel.host.setType('off_cpu');
    expect(held).toEqual(['694d cbc3 off_cpu']);
    await panel.host.setType('../../jars' as 'full');
    expect(held).toEqual(['694d cbc3 off_cpu']);
    expect(panel.state.value.type).toBe('off_cpu');
  });
});

describe('a flame graph', () => {
  const described = (flames: Resource<Flames>, up = true) => describeFlames({ subject, type: 'full', up, flames });

  it.each<[string, Resource<Flames>, boolean, string]>([
    ['is being made', loading(idle), true, 'The threads are being sampled.'],
    ['has no samples yet', succeeded<Flames>({ state: 'waiting' }, noon), true, 'The threads are being sampled.'],
    ['is of tasks that are over', succeeded<Flames>({ state: 'ended' }, noon), true, 'The tasks have ended'],
    [
      'has no thread of its kind',
      succeeded<Flames>({ state: 'sampled', at: noon, root: frame('root', 0) }, noon),
      true,
      'At 22:13:20 no thread',
    ],
    [
      'is not made by the cluster',
      succeeded<Flames>({ state: 'disabled' }, noon),
      true,
      'rest.flamegraph.enabled: true',
    ],
    ['is of a job that is gone', failed(idle, new PlaygroundError('notFound', 'x')), true, 'does not know this job'],
    ['cannot be read', failed(idle, down), true, 'Flink does not answer.'],
    ['has no cluster', idle, false, 'The playground is not running.'],
  ])('that %s says so', (_what, flames, up, message) => {
    const state = described(flames, up);
    expect(state.message).toContain(message);
    expect(state).not.toHaveProperty('root');
  });

  it('that is old is shown and said to be old', () => {
    expect(described(failed(sampled, down))).toMatchObject({
      status: 'stale',
      message: 'Flink does not answer. not refreshed since 22:13:20',
      root: sampledTask,
    });
  });
});
