import * as l10n from '@vscode/l10n';
import { formatDateTime } from '../../shared/format/time';
import type { ExceptionHistory, JobException } from '../../shared/model/jobReads';
import { cleanText } from '../logs/cleanText';
import { rootCause } from '../flink/rootCause';

/** The failures of a job as a document, the newest first, each with its root cause before the stack. */
export function exceptionText(jobName: string, { entries, truncated }: ExceptionHistory): string {
  if (entries.length === 0) return `${l10n.t('{0} has had no exception.', cleanText(jobName))}\n`;
  const head = truncated
    ? l10n.t('The last {0} exceptions of {1}, the newest first. Flink keeps no more.', entries.length, jobName)
    : l10n.t('All exceptions of {1} so far: {0}, the newest first.', entries.length, jobName);
  return (
    [head, ...entries.flatMap((entry) => sections(entry))].map((section) => cleanText(section)).join('\n\n') + '\n'
  );
}

function sections(exception: JobException): readonly string[] {
  const also = exception.concurrent.map((other) => `${l10n.t('At the same time:')}\n${section(other)}`);
  return [section(exception), ...also];
}

function section(exception: JobException): string {
  const { at, taskName, taskManagerId, endpoint, stackTrace } = exception;
  const { label, message } = rootCause(exception);
  const place = [taskName, taskManagerId, endpoint].filter((part) => part !== undefined).join(' · ');
  return [
    `──── ${formatDateTime(at)} · ${message === '' ? label : `${label}: ${message}`} ────`,
    ...(place === '' ? [] : [place]),
    stackTrace.trimEnd(),
  ].join('\n');
}
