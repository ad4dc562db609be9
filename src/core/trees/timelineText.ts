import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../shared/format/duration';
import { formatDateTime, formatTime } from '../../shared/format/time';
import type { JobTimeline, TimelineEntry } from '../../shared/model/timeline';
import { cleanLine } from '../logs/cleanText';
import { timelineWords } from './timelineWords';

/** What happened to a job as a document, newest first, and before it what happened to those from which it goes on. */
export function timelineText(lineage: readonly JobTimeline[], now: number): string {
  const [newest, ...before] = lineage;
  if (newest === undefined) return `${l10n.t('Nothing is known of this job.')}\n`;
  const head = [
    l10n.t('Timeline of {0}, the newest first. As of {1}.', newest.jobName, formatDateTime(now)),
    l10n.t('Job id: {0}', newest.jobId),
    summary(newest.entries),
  ];
  const older = before.flatMap(({ jobId, entries }) => [
    '',
    l10n.t('Before, as job {0}. {1}', jobId, summary(entries)),
    ...lines(entries, now),
  ]);
  return `${[...head, ...lines(newest.entries, now), ...older].map((line) => cleanLine(line)).join('\n')}\n`;
}

function summary(entries: readonly TimelineEntry[]): string {
  const outages = entries.filter(({ what }) => what.kind === 'state' && what.downMs !== undefined);
  const down = outages.reduce((sum, { what }) => sum + (what.kind === 'state' ? (what.downMs ?? 0) : 0), 0);
  const count = (outcome: 'completed' | 'failed'): number =>
    entries.reduce(
      (sum, { what }) => sum + (what.kind === 'checkpoints' && what.outcome === outcome ? what.count : 0),
      0,
    );
  return [
    outages.length === 0
      ? l10n.t('Outages that are over: none.')
      : l10n.t('Outages that are over: {0}, in all {1}.', outages.length, formatDuration(down)),
    l10n.t('Checkpoints: {0} completed, {1} failed.', count('completed'), count('failed')),
  ].join(' ');
}

/** A heading for each day; the times of a line are those of that day. */
function lines(entries: readonly TimelineEntry[], now: number): readonly string[] {
  let day = '';
  return entries.flatMap((entry) => {
    const today = formatDateTime(entry.at).slice(0, 10);
    const heading = today === day ? [] : ['', today];
    day = today;
    return [...heading, line(entry, now)];
  });
}

/** "22:13:12 – 22:13:19  restarting · 7.4 s · TaskManager taskmanager-1 was killed" */
function line(entry: TimelineEntry, now: number): string {
  const { at, until, what } = entry;
  const { text, details } = timelineWords(entry);
  const goesOn = what.kind === 'state' && until === undefined && !isMoment(what.condition);
  const end =
    until === undefined
      ? goesOn
        ? l10n.t('now')
        : ''
      : sameDay(at, until)
        ? formatTime(until)
        : formatDateTime(until);
  const time = `${formatTime(at)}${end === '' ? '' : ` – ${end}`}`;
  const lasts = goesOn ? [formatDuration(now - at)] : [];
  return `${time.padEnd(21)}${[text, ...lasts, ...details].join(' · ')}`;
}

function isMoment(condition: string): boolean {
  return condition === 'failed' || condition === 'canceled' || condition === 'finished';
}

function sameDay(a: number, b: number): boolean {
  return formatDateTime(a).slice(0, 10) === formatDateTime(b).slice(0, 10);
}
