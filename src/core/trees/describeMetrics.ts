import * as l10n from '@vscode/l10n';
import { formatMetric } from '../../shared/format/metricValue';
import { sparkline } from '../../shared/format/sparkline';
import { formatTime } from '../../shared/format/time';
import { pinKey, type MetricReading, type MetricTarget } from '../../shared/model/metrics';
import { dotted, escapeMarkdown, oneLine, tooltip } from './markdown';
import type { TreeNode } from './node';
import { nodeId } from './nodeIds';
import { unknownIcon } from './stale';

/** The id of the command; a test holds it against the catalogue. */
const showMetrics = 'flinkPlayground.metrics.show';

/**
 * Pinned metrics with their values and how they went lately.
 * @param parent the id of the node below which they stand
 * @param locale the person's, for numbers
 */
export function describeMetrics(
  parent: string,
  readings: readonly MetricReading[],
  locale: string,
): readonly TreeNode[] {
  return readings.map((reading) => describeMetric(parent, reading, locale));
}

/** The pins that hang on a target, or on a vertex of it. */
export function readingsOf(
  readings: ReadonlyMap<string, MetricReading>,
  isMeant: (target: MetricTarget) => boolean,
): readonly MetricReading[] {
  return Array.from(readings.values()).filter(({ pin }) => isMeant(pin.target));
}

/** What a metric hangs on, in words. */
export function targetWords(target: MetricTarget): string {
  if (target.kind === 'jobmanager') return l10n.t('JobManager');
  if (target.kind === 'taskmanager') return target.instance;
  return target.kind === 'job' ? target.job : target.vertexName;
}

/** The value with what is to be said of it. */
export function metricWords({ state, value, readAt }: MetricReading, locale: string): string {
  if (state === 'waiting') return l10n.t('not read yet');
  if (state === 'missing') return l10n.t('not there now');
  const words = value === undefined ? l10n.t('not there') : formatMetric(value, locale);
  return state === 'stale' && readAt !== undefined ? dotted(words, l10n.t('as of {0}', formatTime(readAt))) : words;
}

function describeMetric(parent: string, reading: MetricReading, locale: string): TreeNode {
  const { pin, state, samples } = reading;
  const words = metricWords(reading, locale);
  const of = pin.target.kind === 'vertex' ? oneLine(pin.target.vertexName) : undefined;
  const course = state === 'read' ? sparkline(samples.map(({ value }) => value)) : undefined;
  return {
    id: `${parent}/${nodeId(['metric', pinKey(pin)])}`,
    kind: 'metric',
    label: oneLine(pin.name),
    description: dotted(course === undefined || course === '' ? words : `${words}  ${course}`, of),
    icon: state === 'read' ? { codicon: 'graph-line' } : unknownIcon,
    tooltip: tooltip(escapeMarkdown(pin.name), [
      escapeMarkdown(dotted(targetWords(pin.target), words)),
      escapeMarkdown(l10n.t('Its course is in the metrics panel.')),
    ]),
    accessibilityLabel: [pin.name, words, of].filter((part) => part !== undefined).join(', '),
    command: { id: showMetrics, args: [{}] },
  };
}
