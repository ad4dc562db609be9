import { messageOf, PlaygroundError } from '../../util/errors';
import type { HeldLock, Operation } from '../common/lock';
import { profileName } from './localPaths';
import type { LocalServices } from './services';
import {
  emptyProfile,
  emptyState,
  type LoadedState,
  type LocalState,
  type ProfileRecord,
  type RunRecord,
} from './stateFile';
import { notRunning } from '../notRunning';

/**
 * One transition: the lock is held, the state file was read, the instances are what it says. Changes are written in the order
 * in which they are made.
 */
export class Session {
  #state: LocalState;
  #writing: Promise<void> = Promise.resolve();
  #listener: (state: LocalState) => void = () => undefined;

  constructor(
    private readonly services: LocalServices,
    private readonly lock: HeldLock,
    readonly loaded: LoadedState,
  ) {
    this.#state = loaded.state;
  }

  /** Tells of every change of the state; one listener. */
  onChange(listener: (state: LocalState) => void): void {
    this.#listener = listener;
  }

  get state(): LocalState {
    return this.#state;
  }

  get run(): RunRecord | undefined {
    return this.#state.run;
  }

  /** @throws PlaygroundError `input` when nothing runs. */
  requireRun(): RunRecord {
    if (this.run === undefined || this.services.registry.runningIds.length === 0) {
      throw notRunning();
    }
    return this.run;
  }

  get profileName(): string {
    const options = this.run?.options;
    if (options === undefined) throw new PlaygroundError('internal', 'There is no run, hence no profile.');
    return profileName(options.flinkVersion, options.kafkaMode);
  }

  get profile(): ProfileRecord {
    return this.#state.profiles[this.profileName] ?? emptyProfile;
  }

  /** Says that nothing is kept any more; the file itself was removed. */
  forget(): void {
    this.#state = emptyState;
    this.#listener(this.#state);
  }

  /** Changes the run and writes it together with the instances as they are now. */
  async updateRun(change: Partial<RunRecord> = {}): Promise<void> {
    const { run } = this.#state;
    if (run !== undefined) await this.setRun({ ...run, ...change });
  }

  async setRun(run: RunRecord | undefined): Promise<void> {
    const { run: _previous, ...rest } = this.#state;
    this.#state = run === undefined ? rest : { ...rest, run };
    await this.save();
  }

  async updateProfile(change: Partial<ProfileRecord>): Promise<void> {
    this.#state = {
      ...this.#state,
      profiles: { ...this.#state.profiles, [this.profileName]: { ...this.profile, ...change } },
    };
    await this.save();
  }

  async save(): Promise<void> {
    this.#listener(this.#state);
    const written = this.#writing.then(async () => {
      const { run } = this.#state;
      const state =
        run === undefined
          ? this.#state
          : { ...this.#state, run: { ...run, instances: [...this.services.registry.records] } };
      await this.services.stateFile.save(state, this.lock);
    });
    this.#writing = written.catch(() => undefined);
    await written;
  }
}

/** Runs one transition under the lock. @throws PlaygroundError `busy`, `state`, and what `act` throws. */
export async function inSession<T>(
  services: LocalServices,
  operation: Operation,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  const lock = await services.lock.acquire(operation);
  try {
    const loaded = await services.stateFile.load();
    await services.registry.load(loaded.state.run?.instances ?? []);
    return await act(new Session(services, lock, loaded));
  } finally {
    await lock.release().catch((error: unknown) => {
      services.logger.error(`The lock was not released: ${messageOf(error)}`);
    });
  }
}
