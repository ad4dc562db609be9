import type { JobVariant } from '../../shared/model/environment';

/** The flags of the job that can be on or off, by the names under which they are chosen. */
export type VariantFlag = Exclude<keyof JobVariant, 'checkpointIntervalMs'>;

const argumentsOf: Readonly<Record<VariantFlag, string>> = {
  checkpointing: '--checkpointing',
  eventTime: '--event-time',
  backpressure: '--backpressure',
  chaining: '--chaining',
  exactlyOnce: '--exactly-once',
};

export const variantFlags = Object.keys(argumentsOf) as readonly VariantFlag[];

/** The command line argument of a flag. */
export function flagArgument(flag: VariantFlag): string {
  return argumentsOf[flag];
}

/** Which flags of the playground's job are on in its arguments. */
export function flagsOf(args: readonly string[]): readonly VariantFlag[] {
  return variantFlags.filter((flag) => args.includes(argumentsOf[flag]));
}

/** The same arguments with exactly these flags on; everything that is no such flag stays as it is, in its place. */
export function withFlags(args: readonly string[], flags: readonly VariantFlag[]): readonly string[] {
  const wanted = flags.map((flag) => argumentsOf[flag]);
  const known = Object.values(argumentsOf);
  const kept = args.filter((argument) => !known.includes(argument) || wanted.includes(argument));
  return [...kept, ...wanted.filter((argument) => !kept.includes(argument))];
}
