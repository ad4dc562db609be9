import * as l10n from '@vscode/l10n';
import { isAbort, messageOf, PlaygroundError } from '../util/errors';

/** kafkajs forgets why no broker answered; a `TypeError` is what its use of an answer that never came ends with. */
const unreachableNames = new Set([
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'TypeError',
]);

/** Turns whatever the client library threw into the one error that core throws; `brokers` are those that were asked. */
export function toKafkaError(error: unknown, brokers: readonly string[]): Error {
  if (error instanceof Error && (PlaygroundError.is(error) || isAbort(error))) return error;
  const root = rootOf(error);
  const name = root instanceof Error ? root.name : '';
  const options = { cause: error, detail: messageOf(root) };
  const asked = brokers.join(', ');
  if (name === 'KafkaJSConnectionError' || name === 'KafkaJSConnectionClosedError') {
    return connectionError(textField(root, 'broker'), brokers, options);
  }
  if (['KafkaJSRequestTimeoutError', 'KafkaJSLockTimeout', 'KafkaJSTimeout'].includes(name)) {
    return new PlaygroundError('timeout', l10n.t('Kafka at {0} did not answer in time.', asked), options);
  }
  const type = protocolErrorOf(root);
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new PlaygroundError('notFound', l10n.t('Kafka at {0} has no such topic.', asked), options);
  }
  if (type === 'REQUEST_TIMED_OUT') {
    return new PlaygroundError('timeout', l10n.t('Kafka at {0} did not answer in time.', asked), options);
  }
  if (type !== undefined) {
    return new PlaygroundError('rejected', l10n.t('Kafka at {0} refused: {1}', asked, messageOf(root)), options);
  }
  if (unreachableNames.has(name)) return unreachable(asked, options);
  return new PlaygroundError(
    'protocol',
    l10n.t('Kafka at {0} answered in a way that is not understood.', asked),
    options,
  );
}

/** Kafka's own name of the error that a broker answered with, `undefined` when no broker did. */
export function protocolErrorOf(error: unknown): string | undefined {
  return textField(rootOf(error), 'type');
}

interface Details {
  readonly cause: unknown;
  readonly detail: string;
}

function connectionError(broker: string | undefined, brokers: readonly string[], options: Details): PlaygroundError {
  if (broker === undefined || brokers.includes(broker)) return unreachable(broker ?? brokers.join(', '), options);
  const asked = brokers.join(', ');
  return new PlaygroundError(
    'unreachable',
    l10n.t('Kafka at {0} answers but calls itself {1}, which cannot be reached from here.', asked, broker),
    {
      ...options,
      remedy: l10n.t(
        'Give the broker an address in advertised.listeners that this machine can reach: in Docker it is often the name of the container, which only other containers know.',
      ),
    },
  );
}

function unreachable(broker: string, options: Details): PlaygroundError {
  return new PlaygroundError('unreachable', l10n.t('Kafka at {0} cannot be reached.', broker), options);
}

/** The error that the library wrapped, often several times; of a collection the first one. */
function rootOf(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 10; depth += 1) {
    if (!(current instanceof Error)) return current;
    const first: unknown = 'errors' in current && Array.isArray(current.errors) ? current.errors[0] : undefined;
    const inner = first ?? current.cause;
    if (!(inner instanceof Error)) return current;
    current = inner;
  }
  return current;
}

function textField(error: unknown, field: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : undefined;
}
