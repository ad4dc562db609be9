import { messageOf } from '../../util/errors';
import type { HeldLock, Operation } from '../common/lock';
import type { LoadedRecord } from '../common/recordFile';
import { profileName } from '../local/localPaths';
import type { ComposeServices } from './composeServices';
import { emptyComposeState, type ComposeProfile, type ComposeRun, type ComposeState } from './composeRecord';

/** One transition: the lock is held and the record was read. Changes are written in the order in which they are made. */
export class ComposeSession {
  #state: ComposeState;
  #writing: Promise<void> = Promise.resolve();
  #listener: (state: ComposeState) => void = () => undefined;

  constructor(
    private readonly services: Pick<ComposeServices, 'records'>,
    private readonly lock: HeldLock,
    readonly loaded: LoadedRecord<ComposeState>,
  ) {
    this.#state = loaded.state;
  }

  /** Tells of every change of the state; one listener. */
  onChange(listener: (state: ComposeState) => void): void {
    this.#listener = listener;
  }

  get state(): ComposeState {
    return this.#state;
  }

  get run(): ComposeRun | undefined {
    return this.#state.run;
  }

  /** What is kept for the version and the mode of the run; empty while nothing runs. */
  get profile(): ComposeProfile {
    const { run } = this;
    return run === undefined ? {} : (this.#state.profiles[profileOf(run)] ?? {});
  }

  async setRun(run: ComposeRun | undefined): Promise<void> {
    const { run: _previous, ...rest } = this.#state;
    await this.#save(run === undefined ? rest : { ...rest, run });
  }

  async updateRun(change: Partial<ComposeRun>): Promise<void> {
    const { run } = this;
    if (run !== undefined) await this.setRun({ ...run, ...change });
  }

  async setProfile(profile: ComposeProfile): Promise<void> {
    const { run } = this;
    if (run === undefined) return;
    await this.#save({ ...this.#state, profiles: { ...this.#state.profiles, [profileOf(run)]: profile } });
  }

  /** Says that nothing is kept any more; the file itself was removed. */
  forget(): void {
    this.#state = emptyComposeState;
    this.#listener(this.#state);
  }

  async #save(state: ComposeState): Promise<void> {
    this.#state = state;
    this.#listener(state);
    const written = this.#writing.then(() => this.services.records.save(this.#state, this.lock));
    this.#writing = written.catch(() => undefined);
    await written;
  }
}

/** The name under which data of a version and a mode is kept: their volumes cannot be read by another pair. */
export function profileOf({ options }: Pick<ComposeRun, 'options'>): string {
  return profileName(options.flinkVersion, options.kafkaMode);
}

/** Runs one transition under the lock. @throws PlaygroundError `busy`, `state`, and what `act` throws. */
export async function inComposeSession<T>(
  services: ComposeServices,
  operation: Operation,
  act: (session: ComposeSession) => Promise<T>,
): Promise<T> {
  const lock = await services.lock.acquire(operation);
  try {
    return await act(new ComposeSession(services, lock, await services.records.load()));
  } finally {
    await lock.release().catch((error: unknown) => {
      services.logger.error(`The lock was not released: ${messageOf(error)}`);
    });
  }
}
