import { describe, expect, it } from 'vitest';
import { flagsOf, withFlags } from '../../../src/core/savepoints/variantArguments';

const args = ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing', '--event-time'];

describe('the flags of the job', () => {
  it('are found among its arguments', () => {
    expect(flagsOf(args)).toEqual(['checkpointing', 'eventTime']);
  });

  it('stay as they are when the same are chosen', () => {
    expect(withFlags(args, ['eventTime', 'checkpointing'])).toEqual(args);
  });

  it('are added and taken away, and nothing else is', () => {
    expect(withFlags([...args, '--checkpoint-interval', '500'], ['checkpointing', 'backpressure'])).toEqual([
      '--bootstrap.servers',
      '127.0.0.1:9092',
      '--checkpointing',
      '--checkpoint-interval',
      '500',
      '--backpressure',
    ]);
  });
});
