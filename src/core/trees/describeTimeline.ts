import * as l10n from '@vscode/l10n';
import { formatDateTime, formatTime } from '../../shared/format/time';
import type { TimelineEntry } from '../../shared/model/timeline';
import { dotted, escapeMarkdown, tooltip } from './markdown';
import type { TreeNode } from './node';
import { nodeId } from './nodeIds';
import { timelineWords } from './timelineWords';

/** The id of the command; a test holds it against the catalogue. */
const openTimeline = 'flinkPlayground.job.openTimeline';

/** A side bar has no room for more; the document has them all. */
const mostShown = 20;

/** The newest of what happened to a job, and where to read the rest. */
export function describeTimeline(jobId: string, timeline: readonly TimelineEntry[]): readonly TreeNode[] {
  const today = dayOf(timeline[0]?.at ?? 0);
  const older = timeline.length - mostShown;
  return [
    ...timeline.slice(0, mostShown).map((entry) => momentNode(jobId, entry, today)),
    ...(older > 0 ? [olderNode(jobId, older)] : []),
  ];
}

/** The state of now with the time since when it is so: "running since 22:13:20". */
export function timelineSummary(timeline: readonly TimelineEntry[]): string {
  const now = timeline.find(({ what }) => what.kind === 'state');
  if (now === undefined) return l10n.t('nothing yet');
  return l10n.t('{0} since {1}', timelineWords(now).text, formatTime(now.at));
}

function momentNode(jobId: string, entry: TimelineEntry, today: string): TreeNode {
  const { key, at, until, what } = entry;
  const { text, icon, ...said } = timelineWords(entry);
  // Of a state its duration tells more.
  const details =
    what.kind === 'checkpoints' && until !== undefined
      ? [l10n.t('until {0}', formatTime(until)), ...said.details]
      : said.details;
  const label = dayOf(at) === today ? formatTime(at) : formatDateTime(at);
  return {
    id: nodeId(['job', jobId], ['moment', key]),
    kind: 'moment',
    flags: [what.kind],
    label,
    description: dotted(text, ...details),
    icon,
    tooltip: tooltip(escapeMarkdown(text), [
      escapeMarkdown(
        until === undefined ? formatDateTime(at) : l10n.t('{0} to {1}', formatDateTime(at), formatDateTime(until)),
      ),
      ...details.map((detail) => escapeMarkdown(detail)),
    ]),
    accessibilityLabel: [label, text, ...details].join(', '),
  };
}

function olderNode(jobId: string, count: number): TreeNode {
  return {
    id: nodeId(['job', jobId], ['moment', 'older']),
    kind: 'older',
    label: l10n.t('{0} older…', count),
    icon: { codicon: 'ellipsis' },
    command: { id: openTimeline, args: [{ job: jobId }] },
  };
}

function dayOf(at: number): string {
  return formatDateTime(at).slice(0, 10);
}
