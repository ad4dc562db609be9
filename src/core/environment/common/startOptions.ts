import * as l10n from '@vscode/l10n';
import type { JobVariant, StartOptions } from '../../../shared/model/environment';
import { playground } from '../../playground';
import { PlaygroundError } from '../../util/errors';
import type { RecordedVariant, RunOptions } from './startOptionsSchema';

const maxTaskManagers = 16;

export function variantOf({ checkpointIntervalMs, ...flags }: RecordedVariant): JobVariant {
  return checkpointIntervalMs === undefined ? flags : { ...flags, checkpointIntervalMs };
}

/** The variant as arguments of the *Click Event Count* job. */
export function variantArguments(variant: RecordedVariant): readonly string[] {
  return [
    ...(variant.checkpointing ? ['--checkpointing'] : []),
    ...(variant.eventTime ? ['--event-time'] : []),
    ...(variant.backpressure ? ['--backpressure'] : []),
    ...(variant.chaining ? ['--chaining'] : []),
    ...(variant.exactlyOnce ? ['--exactly-once'] : []),
    ...(variant.checkpointIntervalMs === undefined
      ? []
      : ['--checkpoint-interval', String(variant.checkpointIntervalMs)]),
  ];
}

/** What a person should know who asked for something else than what runs: what is decided with a start stays until the next. */
export function keptOptions(running: RunOptions, asked: StartOptions): readonly string[] {
  const flags = variantArguments(running.variant).join(' ');
  const isAdaptive = running.scheduler === 'adaptive';
  return [
    ...(flags === variantArguments(asked.variant).join(' ')
      ? []
      : [
          l10n.t(
            'The job keeps the flags with which the playground was started: {0}. To change them, stop the playground first.',
            flags === '' ? l10n.t('none') : flags,
          ),
        ]),
    ...(isAdaptive === (asked.scheduler === 'adaptive')
      ? []
      : [
          isAdaptive
            ? l10n.t('Flink keeps the adaptive scheduler. To have the default one, stop the playground first.')
            : l10n.t('Flink keeps its default scheduler. To have the adaptive one, stop the playground first.'),
        ]),
  ];
}

/** @throws PlaygroundError `input` for options that no start can satisfy. */
export function validateStartOptions(options: StartOptions): void {
  requireFlinkVersion(options.flinkVersion);
  const wrong = (sentence: string): PlaygroundError => new PlaygroundError('input', sentence);
  if (!Number.isInteger(options.taskManagers) || options.taskManagers < 1 || options.taskManagers > maxTaskManagers) {
    throw wrong(l10n.t('The number of TaskManagers must be between 1 and {0}.', maxTaskManagers));
  }
  if (!Number.isInteger(options.parallelism) || options.parallelism < 1) {
    throw wrong(l10n.t('The parallelism must be a whole number of at least 1.'));
  }
  if (!Number.isFinite(options.speed) || options.speed <= 0) {
    throw wrong(l10n.t('The speed must be a number above 0.'));
  }
}

/** @throws PlaygroundError `input` for a number of TaskManagers that cannot be scaled to. */
export function validateTaskManagers(count: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= maxTaskManagers) return;
  throw new PlaygroundError(
    'input',
    l10n.t('There can be 0 to {0} TaskManagers, a whole number of them, not {1}.', maxTaskManagers, String(count)),
  );
}

/** @throws PlaygroundError `input` for a version that the playground does not have. */
export function requireFlinkVersion(flinkVersion: string): {
  readonly connector: string;
  readonly kafkaClients: string;
} {
  const version = playground.flink.versions[flinkVersion];
  if (version !== undefined) return version;
  throw new PlaygroundError('input', l10n.t('The playground has no Flink {0}.', flinkVersion), {
    remedy: l10n.t('Choose one of: {0}.', Object.keys(playground.flink.versions).join(', ')),
  });
}
