import { describe, expect, it } from 'vitest';
import { Store } from '../../../src/core/state/store';
import { MetricsPanel } from '../../../src/panels/metricsPanel';
import { keepPins } from '../../../src/providers/keepPins';
import { pinKey, type MetricReading, type PinnedMetric } from '../../../src/shared/model/metrics';
import { engineDouble } from '../../support/builders/engine';
import { noon } from '../../support/builders/flink';

const pin: PinnedMetric = { target: { kind: 'job', job: '=Job' }, name: 'uptime' };
const samples = [0, 2000, 4000].map((ms) => ({ at: noon + ms, value: ms / 1000 }));
const reading: MetricReading = { pin, state: 'read', value: '4', readAt: noon, samples };

function setup(): {
  readonly panel: MetricsPanel;
  readonly watched: () => number;
  readonly pins: Store<readonly PinnedMetric[]>;
  readonly readings: Store<ReadonlyMap<string, MetricReading>>;
  readonly saved: readonly string[];
  readonly failures: readonly unknown[];
} {
  let watched = 0;
  const pins = new Store<readonly PinnedMetric[]>([pin]);
  const readings = new Store<ReadonlyMap<string, MetricReading>>(new Map([[pinKey(pin), reading]]));
  const saved: string[] = [];
  const failures: unknown[] = [];
  const panel = new MetricsPanel({
    engine: {
      metrics: {
        pins,
        readings,
        setPins: (next) => pins.set(next),
        watch: () => {
          watched += 1;
          return { dispose: () => void (watched -= 1) };
        },
      },
    },
    locale: 'en',
    timeZone: () => 'utc',
    pin: () => Promise.reject(new Error('no')),
    save: (csv) => {
      saved.push(csv);
      return Promise.resolve();
    },
    onFailure: (error) => failures.push(error),
  });
  return { panel, watched: () => watched, pins, readings, saved, failures };
}

describe('what is behind the metrics panel', () => {
  it('tells what is pinned, without samples', () => {
    expect(setup().panel.state.value).toEqual({
      series: [{ key: pinKey(pin), name: 'uptime', of: '=Job', text: '4', fresh: true, newest: noon + 4000 }],
    });
  });

  it('reads while it can be seen', () => {
    const { panel, watched } = setup();
    panel.setVisible(true);
    panel.setVisible(true);
    expect(watched()).toBe(1);
    panel.setVisible(false);
    expect(watched()).toBe(0);
    panel.setVisible(true);
    panel.dispose();
    expect(watched()).toBe(0);
  });

  it('answers with the samples that the page does not have', async () => {
    const { host } = setup().panel;
    expect(await host.samples(pinKey(pin), noon)).toEqual({ times: [noon + 2000, noon + 4000], values: [2, 4] });
    expect(await host.samples('nothing', 0)).toEqual({ times: [], values: [] });
    expect(await host.samples({} as unknown as string, Number.NaN)).toEqual({ times: [], values: [] });
  });

  it('exports what is shown, with nothing that a spreadsheet would run', async () => {
    const { panel, saved } = setup();
    await panel.host.exportCsv(noon + 1000, noon + 3000);
    expect(saved).toEqual([`time,of,metric,value\r\n2023-11-14T22:13:22.000Z,'=Job,uptime,2\r\n`]);
  });

  it('unpins, and says what did not work', async () => {
    const { panel, pins, failures } = setup();
    await panel.host.unpin(pinKey(pin));
    expect(pins.value).toEqual([]);
    await panel.host.pin();
    await Promise.resolve();
    expect(failures).toHaveLength(1);
  });
});

describe('pins', () => {
  it('are kept for the workspace, without what is none', () => {
    const { engine } = engineDouble();
    const memory = new Map<string, unknown>([['pinnedMetrics', [pin, { name: 'x' }, 'y']]]);
    const kept = keepPins(engine.metrics, {
      get: (key) => memory.get(key),
      update: (key, value) => {
        memory.set(key, value);
        return Promise.resolve();
      },
    });
    expect(engine.metrics.pins.value).toEqual([pin]);
    engine.metrics.setPins([]);
    expect(memory.get('pinnedMetrics')).toEqual([]);
    kept.dispose();
  });
});
