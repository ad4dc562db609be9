import { describe, expect, it } from 'vitest';
import {
  parseCount,
  parseInstance,
  parseSelectEnvironment,
  parseService,
  parseStart,
} from '../../../src/commands/arguments';
import { startOptions } from '../../../src/commands/startOptions';
import { settingsReader } from '../../../src/host/settings';

describe('arguments', () => {
  it('keep what is of the right form', () => {
    expect(
      parseStart({ flinkVersion: '1.20.5', kafkaMode: 'zookeeper', speed: 20, variant: { chaining: true } }),
    ).toEqual({ flinkVersion: '1.20.5', kafkaMode: 'zookeeper', speed: 20, variant: { chaining: true } });
  });

  it('say which environment, in words that there are', () => {
    expect(parseSelectEnvironment({ environment: 'auto', running: 'stop' })).toEqual({
      environment: 'auto',
      running: 'stop',
    });
    expect(parseSelectEnvironment({ environment: 'cloud', running: 'kill' })).toEqual({});
    expect([parseStart({ environment: 'compose' }), parseStart({ environment: 'auto' })]).toEqual([
      { environment: 'compose' },
      {},
    ]);
  });

  it('lose what is not, and what nobody asked for', () => {
    expect(
      parseStart({
        flinkVersion: 2,
        kafkaMode: 'raft',
        speed: -1,
        parallelism: 1.5,
        variant: { eventTime: 'yes' },
        x: 1,
      }),
    ).toEqual({ variant: {} });
    expect(parseCount({ count: '3' })).toEqual({});
    expect(parseService({ service: 'sshd' })).toEqual({});
  });

  it('keep a number that makes no sense, which is then refused in words', () => {
    expect(parseCount({ count: -1.5 })).toEqual({ count: -1.5 });
  });

  it('are confirmed by `true` alone', () => {
    expect(parseInstance({ instance: 'taskmanager-1', confirmed: 'true' })).toEqual({ instance: 'taskmanager-1' });
    expect(parseInstance({ confirmed: true })).toEqual({ confirmed: true });
  });
});

describe('what a start does', () => {
  it('is what was said, else the settings, else the tutorial', () => {
    const settings = settingsReader((name) => (name === 'flink.version' ? '1.20.5' : undefined));
    expect(startOptions({ taskManagers: 2, variant: { eventTime: false } }, settings)).toMatchObject({
      flinkVersion: '1.20.5',
      kafkaMode: 'kraft',
      taskManagers: 2,
      parallelism: 2,
      variant: { checkpointing: true, eventTime: false },
    });
  });
});
