import * as l10n from '@vscode/l10n';
import { innermostCause } from '../flink/serverErrors';
import { PlaygroundError } from '../util/errors';

interface KnownFailure {
  readonly pattern: RegExp;
  readonly sentence: (match: RegExpExecArray) => string;
  readonly remedy?: () => string;
}

/** Why Flink does not start a job from a savepoint, by what its exceptions say on 1.20 and 2.2. */
const known: readonly KnownFailure[] = [
  {
    pattern: /Cannot map checkpoint\/savepoint state for operator (\w+)/,
    sentence: ([, operator = '']) =>
      l10n.t('The savepoint has state of the operator {0} that the new program has no operator for.', operator),
    remedy: () =>
      l10n.t(
        'Resume with the job as it was. Or allow non-restored state: the job then starts without what that operator had counted.',
      ),
  },
  {
    pattern: /StateMigrationException|state serializer must not be incompatible/,
    sentence: () => l10n.t('The new program keeps its state in another form than the savepoint has it.'),
    remedy: () => l10n.t('Resume with the job as it was.'),
  },
  {
    pattern: /max(?:imum)? parallelism \((\d+)\)[^.]*(?:lower|smaller|exceed)|lower than the parallelism/i,
    sentence: () => l10n.t('The state of the job cannot be spread over so many subtasks.'),
    remedy: () => l10n.t('Choose a smaller parallelism.'),
  },
  {
    pattern: /NoClassDefFoundError: org\/apache\/flink\/streaming\/api\/windowing\/time\/Time/,
    sentence: () => l10n.t('The jar was made for Flink 1.x and cannot run on Flink 2.x.'),
    remedy: () => l10n.t('Use a jar that was compiled for this version of Flink.'),
  },
  {
    pattern:
      /Cannot find (?:checkpoint or savepoint|meta data file)|No metadata|FileNotFoundException: (?:Cannot find|\S*_metadata)/,
    sentence: () => l10n.t('Flink does not find the savepoint.'),
    remedy: () => l10n.t('See that it is there, for the JobManager and for all TaskManagers.'),
  },
];

/** Flink's refusal to start a job, in words; the trace is from a server that may be anybody's. */
export function startFailure(trace: string): PlaygroundError {
  for (const { pattern, sentence, remedy } of known) {
    const match = pattern.exec(trace);
    if (match === null) continue;
    return new PlaygroundError('rejected', sentence(match), {
      detail: trace,
      ...(remedy === undefined ? {} : { remedy: remedy() }),
    });
  }
  const sentence = l10n.t('The job did not start: {0}', innermostCause(trace));
  return new PlaygroundError('rejected', sentence, {
    detail: trace,
    remedy: l10n.t('Resume with the job as it was, or choose another jar or other arguments.'),
  });
}
