import { tutorialVariant, type JobVariant, type StartOptions } from '../shared/model/environment';
import type { VariantFlag } from '../core/savepoints/variantArguments';
import type { SettingsReader } from '../host/settings';
import type { StartArguments } from './catalog';

/** What a start does: what was said, else the settings, else the tutorial's way. */
export function startOptions(args: StartArguments, settings: SettingsReader): StartOptions {
  return {
    flinkVersion: args.flinkVersion ?? settings('flink.version'),
    kafkaMode: args.kafkaMode ?? settings('kafka.mode'),
    variant: { ...tutorialVariant, ...args.variant },
    parallelism: args.parallelism ?? 2,
    taskManagers: args.taskManagers ?? 1,
    ...(args.scheduler === undefined ? {} : { scheduler: args.scheduler }),
    speed: args.speed ?? 1,
  };
}

/** The variant in which exactly the chosen flags are on. */
export function variantOf(chosen: readonly VariantFlag[]): JobVariant {
  return {
    checkpointing: chosen.includes('checkpointing'),
    eventTime: chosen.includes('eventTime'),
    backpressure: chosen.includes('backpressure'),
    chaining: chosen.includes('chaining'),
    exactlyOnce: chosen.includes('exactlyOnce'),
  };
}
