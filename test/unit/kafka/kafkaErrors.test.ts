import { describe, expect, it } from 'vitest';
import { toKafkaError } from '../../../src/core/kafka/kafkaErrors';
import { PlaygroundError } from '../../../src/core/util/errors';

/** An error as kafkajs throws it. */
function kafkajsError(name: string, fields: Record<string, unknown> = {}, cause?: Error): Error {
  return Object.assign(new Error(`${name} happened`, { cause }), { name, ...fields });
}

const asked = ['127.0.0.1:9092'];

describe('an error of the client library', () => {
  it('names the broker that cannot be reached, however deep it was wrapped', () => {
    const refused = kafkajsError('KafkaJSConnectionError', { broker: '127.0.0.1:9092', code: 'ECONNREFUSED' });
    const wrapped = kafkajsError(
      'KafkaJSNumberOfRetriesExceeded',
      {},
      kafkajsError('KafkaJSNonRetriableError', {}, refused),
    );
    expect(toKafkaError(wrapped, asked)).toMatchObject({
      kind: 'unreachable',
      message: 'Kafka at 127.0.0.1:9092 cannot be reached.',
      cause: wrapped,
    });
  });

  it('tells of a broker that calls itself by an address that does not work here', () => {
    const error = toKafkaError(kafkajsError('KafkaJSConnectionError', { broker: 'kafka:9092' }), asked);
    expect(error).toMatchObject({
      kind: 'unreachable',
      message: 'Kafka at 127.0.0.1:9092 answers but calls itself kafka:9092, which cannot be reached from here.',
      remedy: expect.stringContaining('in Docker it is often the name of the container') as unknown,
    });
  });

  it.each([
    ['KafkaJSRequestTimeoutError', {}, 'timeout'],
    ['KafkaJSProtocolError', { type: 'REQUEST_TIMED_OUT' }, 'timeout'],
    ['KafkaJSProtocolError', { type: 'UNKNOWN_TOPIC_OR_PARTITION' }, 'notFound'],
    ['KafkaJSProtocolError', { type: 'TOPIC_AUTHORIZATION_FAILED' }, 'rejected'],
    ['KafkaJSBrokerNotFound', {}, 'unreachable'],
    ['KafkaJSSomethingElse', {}, 'protocol'],
  ])('%s %j is %s', (name, fields, kind) => {
    expect(toKafkaError(kafkajsError(name, fields), asked)).toMatchObject({ kind });
  });

  it('of a collection is its first', () => {
    const errors = [kafkajsError('KafkaJSCreateTopicError', { type: 'INVALID_CONFIG' })];
    const error = toKafkaError(kafkajsError('KafkaJSAggregateError', { errors }), asked);
    expect(error).toMatchObject({
      kind: 'rejected',
      message: 'Kafka at 127.0.0.1:9092 refused: KafkaJSCreateTopicError happened',
    });
  });

  it('stays what it is when it is ours, or the end of waiting', () => {
    const ours = new PlaygroundError('notFound', 'There is no topic.');
    const aborted = new DOMException('Stopped', 'AbortError');
    expect(toKafkaError(ours, asked)).toBe(ours);
    expect(toKafkaError(aborted, asked)).toBe(aborted);
  });
});
