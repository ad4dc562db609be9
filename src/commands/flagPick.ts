import * as l10n from '@vscode/l10n';
import { flagArgument, variantFlags, type VariantFlag } from '../core/savepoints/variantArguments';
import type { UserInput } from '../host/userInput';

/** Functions, because texts are translated when they are shown. */
const details: Readonly<Record<VariantFlag, () => string>> = {
  checkpointing: () => l10n.t('Flink keeps snapshots of the state and goes on from the newest after a failure.'),
  eventTime: () => l10n.t('Windows follow the times in the records; without it counts are not exact.'),
  backpressure: () => l10n.t('An operator that is too slow every other minute shows what back pressure does.'),
  chaining: () => l10n.t('Operators run together in one task where they can.'),
  exactlyOnce: () => l10n.t('Results are written in transactions, so that no record appears twice after a failure.'),
};

/** Lets the person switch the flags of the *Click Event Count* job on and off. */
export function pickFlags(
  input: UserInput,
  picked: readonly VariantFlag[],
  title: string,
): Promise<readonly VariantFlag[] | undefined> {
  return input.pickMany<VariantFlag>(
    variantFlags.map((flag) => ({
      label: flagArgument(flag),
      detail: details[flag](),
      picked: picked.includes(flag),
      value: flag,
    })),
    { title, placeholder: l10n.t('Arguments of the Click Event Count job') },
  );
}
