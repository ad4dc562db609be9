import { timelineWords } from '../core/trees/timelineWords';
import type { JobCondition, TimelineEntry } from '../shared/model/timeline';
import type { GraphStrip, StripPart, StripTone } from '../shared/protocol/jobGraph';

/** More than a strip of ten minutes has room for. */
const mostParts = 100;

const tones: Readonly<Record<JobCondition, StripTone>> = {
  starting: 'passing',
  running: 'well',
  waiting: 'trouble',
  recovering: 'trouble',
  failing: 'trouble',
  restarting: 'trouble',
  canceling: 'over',
  suspended: 'over',
  reconciling: 'passing',
  failed: 'over',
  canceled: 'over',
  finished: 'over',
  gone: 'unknown',
  unknown: 'unknown',
  unwatched: 'unknown',
};

/** The newest of a timeline, newest first, as a strip. Checkpoints are left out: there is one every second. */
export function describeStrip(timeline: readonly TimelineEntry[]): GraphStrip {
  const newest = timeline.filter(({ what }) => what.kind !== 'checkpoints').slice(0, mostParts);
  const parts = newest.toReversed().map((entry) => ({ isState: entry.what.kind === 'state', part: partOf(entry) }));
  return {
    spans: parts.filter(({ isState }) => isState).map(({ part }) => part),
    marks: parts.filter(({ isState }) => !isState).map(({ part }) => part),
  };
}

function partOf(entry: TimelineEntry): StripPart {
  const { at, until } = entry;
  const { text, details } = timelineWords(entry);
  return {
    at,
    ...(until === undefined ? {} : { until }),
    tone: toneOf(entry),
    text: [text, ...details].join(', '),
  };
}

function toneOf({ what }: TimelineEntry): StripTone {
  if (what.kind === 'state') return tones[what.condition];
  if (what.kind === 'machine') return what.change === 'up' ? 'well' : what.change === 'stopped' ? 'over' : 'trouble';
  if (what.kind === 'failure') return 'trouble';
  if (what.kind === 'restored') return 'passing';
  return what.kind !== 'checkpoints' && what.outcome === 'failed' ? 'trouble' : 'well';
}
