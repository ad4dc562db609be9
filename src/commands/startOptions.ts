import { tutorialVariant, type JobVariant, type StartOptions } from '../shared/model/environment';
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
    speed: args.speed ?? 1,
  };
}

/** The flags of the job that can be on or off, by the names under which they are chosen. */
export type VariantFlag = Exclude<keyof JobVariant, 'checkpointIntervalMs'>;

export const variantFlags: readonly VariantFlag[] = [
  'checkpointing',
  'eventTime',
  'backpressure',
  'chaining',
  'exactlyOnce',
];

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
