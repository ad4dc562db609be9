import { describe, expect, it } from 'vitest';
import { keptOptions } from '../../../src/core/environment/common/startOptions';
import { tutorialVariant } from '../../../src/shared/model/environment';
import { startOptions } from '../../support/localPlayground';

describe('what runs while something else is asked for', () => {
  it('is not mentioned where both are the same, a scheduler that is not named being the default one', () => {
    expect(keptOptions(startOptions(), startOptions({ scheduler: 'default' }))).toEqual([]);
  });

  it('keeps its flags', () => {
    const asked = startOptions({ variant: { ...tutorialVariant, backpressure: true } });
    expect(keptOptions(startOptions(), asked)).toEqual([
      expect.stringContaining('keeps the flags with which the playground was started: --checkpointing --event-time.'),
    ]);
  });

  it.each([
    ['adaptive', 'default', 'Flink keeps the adaptive scheduler.'],
    ['default', 'adaptive', 'Flink keeps its default scheduler.'],
  ] as const)('keeps the %s scheduler', (running, scheduler, words) => {
    expect(keptOptions(startOptions({ scheduler: running }), startOptions({ scheduler }))).toEqual([
      expect.stringContaining(words),
    ]);
  });
});
