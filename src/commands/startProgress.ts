import * as l10n from '@vscode/l10n';
import type { StartStep, StepProgress } from '../shared/model/environment';

/** The steps under way as one line: "Downloading: 12 of 69 MB · Kafka". */
export class StartProgress {
  readonly #steps = new Map<StartStep, StepProgress>();

  /** Takes the newest word on a step and gives the line to show, `undefined` while nothing is under way. */
  note(progress: StepProgress): string | undefined {
    this.#steps.set(progress.step, progress);
    const running = Array.from(this.#steps.values()).filter(({ state }) => state === 'running');
    if (running.length === 0) return undefined;
    return running
      .map(({ step, message }) =>
        message === undefined ? stepNames[step]() : l10n.t('{0}: {1}', stepNames[step](), message),
      )
      .join(' · ');
  }
}

/** Functions, because texts are translated when they are shown. */
const stepNames: Readonly<Record<StartStep, () => string>> = {
  prepare: () => l10n.t('Preparing'),
  download: () => l10n.t('Downloading'),
  connect: () => l10n.t('Connecting'),
  zookeeper: () => l10n.t('ZooKeeper'),
  kafka: () => l10n.t('Kafka'),
  flink: () => l10n.t('Flink'),
  topics: () => l10n.t('Topics'),
  generator: () => l10n.t('Click-event generator'),
  job: () => l10n.t('Job'),
};
