import * as l10n from '@vscode/l10n';
import type { EnvironmentChoice, EnvironmentKind, Phase } from '../../shared/model/environment';
import type { Environment, StopOptions } from './environment';

/** Whether an environment can be started now, as far as can be told without starting it. */
export interface Availability {
  readonly usable: boolean;
  /** One or two sentences: what it runs and what a start would bring here, or why it cannot be started and what to do. */
  readonly detail: string;
}

/** One way of running the playground, before anybody needs it. */
export interface EnvironmentAdapter {
  readonly kind: EnvironmentKind;
  /** Builds it, without I/O. Called once, when it is first needed. */
  readonly create: () => Environment;
  /**
   * When its record of what runs and what is kept was last written, milliseconds since the epoch; `undefined` while there is
   * none. Looks at one file: it is asked before anything is shown.
   */
  readonly recordedAt: () => Promise<number | undefined>;
  /** May ask another program, which the signal limits. */
  readonly availability: (signal: AbortSignal) => Promise<Availability>;
}

/** An environment as a person chooses among them. */
export interface EnvironmentCandidate extends Availability {
  readonly kind: EnvironmentKind;
  /** As it was last seen; `absent` for one that has no record. */
  readonly phase: Phase;
  readonly hasData: boolean;
  /** It is the one that is looked at now. */
  readonly current: boolean;
}

/** Which environment is looked at. */
export interface EnvironmentSelection {
  /** All environments, those that can be started here first. */
  candidates(signal: AbortSignal): Promise<readonly EnvironmentCandidate[]>;
  /**
   * Looks at another environment from now on. What runs in the one before goes on, and is named in `others` of the snapshot.
   * @returns the kind that is looked at, which for `auto` is the one that runs or holds data.
   */
  select(choice: EnvironmentChoice, signal: AbortSignal): Promise<EnvironmentKind>;
  /** Stops an environment whether it is looked at or not; nothing when it is not up. */
  stopKind(kind: EnvironmentKind, options: StopOptions, signal: AbortSignal): Promise<void>;
}

/** Names of environments as people read them; functions, because texts are translated when they are shown. */
export const environmentNames: Readonly<Record<EnvironmentKind, () => string>> = {
  local: () => l10n.t('local processes'),
  compose: () => l10n.t('Docker Compose'),
  remote: () => l10n.t('remote cluster'),
};

/** Something of it runs, or may run: it is not to be lost from sight. */
export function isUp(phase: Phase): boolean {
  return phase !== 'absent' && phase !== 'failed';
}
