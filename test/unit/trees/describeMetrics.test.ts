import { describe, expect, it } from 'vitest';
import { commandId } from '../../../src/commands/catalog';
import { describeMetrics } from '../../../src/core/trees/describeMetrics';
import { formatMetric } from '../../../src/shared/format/metricValue';
import { sparkline } from '../../../src/shared/format/sparkline';
import type { MetricReading } from '../../../src/shared/model/metrics';
import { noon } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const samples = [1, 5, 9, 2].map((value, index) => ({ at: noon + index * 2000, value }));
const pin = {
  target: { kind: 'vertex', job: 'Click Event Count', vertexId: 'c', vertexName: 'ClickEvent Counter' },
  name: '0.numRecordsInPerSecond',
} as const;

function reading(changes: Partial<MetricReading> = {}): MetricReading {
  return { pin, state: 'read', value: '2.0', readAt: noon, samples, ...changes };
}

describe('describeMetrics', () => {
  it('shows the value and how it went, and says so when it is not fresh or not there', async () => {
    const { value: _value, ...unread } = reading({ state: 'waiting', samples: [] });
    const nodes = describeMetrics(
      'job:abc',
      [
        reading(),
        { ...unread, pin: { ...pin, name: 'waits' } },
        reading({ state: 'stale', pin: { target: { kind: 'jobmanager' }, name: 'numRunningJobs' } }),
        reading({ state: 'missing', pin: { ...pin, name: '<b>missing</b>' } }),
        reading({ pin: { ...pin, name: 'path' }, value: 'file:/savepoints/savepoint-1', samples: [] }),
      ],
      'en',
    );
    await expect(printTree(nodes, { ids: true, tooltips: true })).toMatchFileSnapshot(golden('metrics'));
  });

  it('opens the panel with a click', () => {
    expect(describeMetrics('job:abc', [reading()], 'en')[0]?.command?.id).toBe(commandId('metrics.show'));
  });
});

describe('a sparkline', () => {
  it.each([
    [[1, 2, 3, 4, 5, 6, 7, 8], '▁▂▃▄▅▆▇█'],
    [[5, 5, 5], '▁▁▁'],
    [[], ''],
    [[0, Number.NaN, 10], '▁█'],
    [[-100, 0, 100], '▁▅█'],
  ])('of %j is %s', (values, line) => {
    expect(sparkline(values)).toBe(line);
  });

  it('is of the last values', () => {
    expect(sparkline([9, 9, 9, 1, 2], 2)).toBe('▁█');
  });
});

describe('the value of a metric', () => {
  it.each([
    ['1234567', '1,234,567'],
    ['9223372036854775807', '9,223,372,036,854,775,807'],
    ['0.123456', '0.123'],
    ['1234.5', '1,235'],
    ['NaN', 'NaN'],
    ['', ''],
    ['-0.0', '0'],
    ['x'.repeat(100), `${'x'.repeat(60)}…`],
  ])('%s is %s', (value, text) => {
    expect(formatMetric(value, 'en')).toBe(text);
  });
});
