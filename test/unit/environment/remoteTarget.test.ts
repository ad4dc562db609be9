import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../src/core/environment/remote/remoteTarget';

const rest = (restUrl: string): string => parseTarget({ restUrl, brokers: '' }).rest;
const brokers = (text: string): readonly string[] =>
  parseTarget({ restUrl: 'http://flink.test:8081', brokers: text }).brokers;

describe('the address of a remote Flink', () => {
  it.each([
    ['http://flink.test:8081', 'http://flink.test:8081'],
    ['https://flink.test/', 'https://flink.test'],
    ['https://gateway.test/clusters/flink/', 'https://gateway.test/clusters/flink'],
    ['HTTP://Flink.Test:8081', 'http://flink.test:8081'],
    ['http://[::1]:8081', 'http://[::1]:8081'],
    ['http://flink.test:8081/#/overview', 'http://flink.test:8081'],
  ])('%s is %s', (text, address) => {
    expect(rest(text)).toBe(address);
  });

  it.each([
    ['', /No remote cluster is set/],
    ['flink.test:8081', /does not begin with http/],
    ['ftp://flink.test', /does not begin with http/],
    ['file:///etc/passwd', /does not begin with http/],
    ['http://', /is not an address/],
    ['http://flink.test:99999', /is not an address/],
    ['http://flink.test:8081?token=1', /holds a query/],
    ['http://user@flink.test:8081', /user name or a password/],
  ])('"%s" is refused in one sentence, with what to set', (text, sentence) => {
    expect(() => rest(text)).toThrow(sentence);
    expect(() => rest(text)).toThrow(
      expect.objectContaining({ kind: 'input', remedy: expect.stringContaining('flinkPlayground.remote.restUrl') }),
    );
  });

  it.each(['http://user:secret@flink.test', 'ftp://user:secret@flink.test', 'http://user:secret@'])(
    'does not repeat a password of %s',
    (text) => {
      expect(() => rest(text)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('secret') }));
    },
  );
});

describe('the addresses of remote brokers', () => {
  it('stand with commas between them, as in bootstrap.servers', () => {
    expect(brokers('kafka-1.test:9092, kafka-2.test:9092,[::1]:9094,')).toEqual([
      'kafka-1.test:9092',
      'kafka-2.test:9092',
      '[::1]:9094',
    ]);
  });

  it('count once', () => {
    expect(brokers('kafka.test:9092,kafka.test:9092')).toEqual(['kafka.test:9092']);
  });

  it('may be left out', () => {
    expect(brokers(' ')).toEqual([]);
  });

  it.each([
    ['kafka.test', /is not a host and a port/],
    ['kafka.test:', /is not a host and a port/],
    [':9092', /is not a host and a port/],
    ['a b:9092', /is not a host and a port/],
    ['::1:9092', /is not a host and a port/],
    ['kafka.test:9092/path', /is not a host and a port/],
    ['kafka.test:0', /a port that does not exist/],
    ['kafka.test:70000', /a port that does not exist/],
    ['PLAINTEXT://kafka.test:9092', /has a protocol in front/],
    ['user:secret@kafka.test:9092', /user name or a password\.$/],
  ])('"%s" is refused in one sentence, with what to set', (text, sentence) => {
    expect(() => brokers(text)).toThrow(sentence);
    expect(() => brokers(text)).toThrow(
      expect.objectContaining({ kind: 'input', remedy: expect.stringContaining('flinkPlayground.remote.brokers') }),
    );
  });
});
