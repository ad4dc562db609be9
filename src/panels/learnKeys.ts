import * as l10n from '@vscode/l10n';
import type { KafkaPort } from '../core/kafka/kafkaPort';
import { PlaygroundError } from '../core/util/errors';

export interface KeySource {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** The JSON field in which the key is. */
  readonly field: string;
}

/** So many of the newest records say which keys there are. */
const sampledRecords = 5000;
const rowsAtOnce = 500;
const mostKeys = 1000;
const deadlineMs = 15_000;
const longestKey = 65_536;

/**
 * The keys in the newest records of a topic, for an account of which it is not said what is counted.
 * @throws PlaygroundError `input` when no record has such a field; the reason of the signal; what the port throws.
 */
export async function learnKeys(
  kafka: Pick<KafkaPort, 'openTail'>,
  { brokers, topic, field }: KeySource,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const session = await kafka.openTail({
    brokers,
    topic,
    from: { last: sampledRecords },
    capacity: sampledRecords,
    maxValueLength: longestKey,
  });
  try {
    await readToEnd(session.state, signal);
    signal.throwIfAborted();
    const { first, end } = session.state.value;
    const keys = new Set<string>();
    for (let from = first; from < end; from += rowsAtOnce) {
      for (const row of await session.rows(from, Math.min(end, from + rowsAtOnce), [field])) {
        const key = row.fields?.[0];
        if (key !== undefined && key !== null && keys.size < mostKeys) keys.add(key);
      }
    }
    if (keys.size > 0) return Array.from(keys).sort();
    throw new PlaygroundError('input', l10n.t('No record of the topic {0} has a field "{1}" yet.', topic, field));
  } finally {
    session.dispose();
  }
}

type TailStore = Awaited<ReturnType<KafkaPort['openTail']>>['state'];

/** Resolves when all that the topic had was read, or when it was waited for long enough. */
function readToEnd(state: TailStore, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  return new Promise((resolve, reject) => {
    const look = (): boolean => {
      const { status, behind, message } = state.value;
      if (status === 'live' && behind === 0) end(resolve);
      else if (status === 'failed') end(() => reject(new PlaygroundError('unreachable', message ?? status)));
      else return false;
      return true;
    };
    const aborted = (): void => end(resolve);
    const end = (finish: () => void): void => {
      subscription.dispose();
      deadline.removeEventListener('abort', aborted);
      finish();
    };
    const subscription = state.onDidChange(() => look());
    deadline.addEventListener('abort', aborted);
    if (!look() && deadline.aborted) aborted();
  });
}
