import { createHash } from 'node:crypto';
import { join, resolve, sep } from 'node:path';
import { PlaygroundError } from '../../util/errors';
import type { KafkaMode } from '../../../shared/model/environment';

/** What belongs to one pair of Flink version and Kafka mode: their data cannot be read by another pair. */
export interface ProfilePaths {
  readonly root: string;
  readonly kafkaData: string;
  readonly zookeeperData: string;
  readonly checkpoints: string;
  readonly savepoints: string;
  readonly uploads: string;
  readonly operations: string;
}

/** Where the local environment keeps what outlives the extension host: everything under `<dataDirectory>/local`. */
export class LocalPaths {
  readonly root: string;
  readonly stateFile: string;
  readonly locks: string;
  readonly logs: string;
  readonly jars: string;
  /** Commands for terminals. */
  readonly bin: string;
  readonly #conf: string;
  readonly #temporary: string;
  readonly #profiles: string;

  constructor(dataDirectory: string) {
    this.root = resolve(dataDirectory, 'local');
    this.stateFile = join(this.root, 'state.json');
    this.locks = join(this.root, 'lock');
    this.logs = join(this.root, 'logs');
    this.jars = join(this.root, 'jars');
    this.bin = join(this.root, 'bin');
    this.#conf = join(this.root, 'conf');
    this.#temporary = join(this.root, 'tmp');
    this.#profiles = join(this.root, 'data');
  }

  /** A short name for this data root that every process of ours carries, so that it is found even when the state file is lost. */
  get marker(): string {
    return createHash('sha256').update(this.root).digest('hex').slice(0, 16);
  }

  /** Everything that *Stop and Delete Data* removes. The locks stay: their numbers must go on growing. */
  get deletable(): readonly string[] {
    return [this.#profiles, this.#conf, this.#temporary, this.logs, this.jars, this.bin, this.stateFile];
  }

  conf(instanceId: string): string {
    return this.#within(this.#conf, instanceId);
  }

  temporary(instanceId: string): string {
    return this.#within(this.#temporary, instanceId);
  }

  /** What the instance's logging library writes. */
  log(instanceId: string): string {
    return this.#within(this.logs, `${instanceId}.log`);
  }

  /** What the instance's JVM and job code print. */
  output(instanceId: string): string {
    return this.#within(this.logs, `${instanceId}.out`);
  }

  profile(name: string): ProfilePaths {
    const root = this.#within(this.#profiles, name);
    return {
      root,
      kafkaData: join(root, 'kafka'),
      zookeeperData: join(root, 'zookeeper'),
      checkpoints: join(root, 'checkpoints'),
      savepoints: join(root, 'savepoints'),
      uploads: join(root, 'uploads'),
      operations: join(root, 'operations'),
    };
  }

  get profiles(): string {
    return this.#profiles;
  }

  /** Names come from our own state file, which somebody may have edited: a path never leaves its folder. */
  #within(folder: string, name: string): string {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep))
      throw new PlaygroundError('internal', `The name "${name}" is not usable as a file name.`);
    return path;
  }
}

/** The name under which data of a version and a mode is kept: `flink-2.2.1-kraft`. */
export function profileName(flinkVersion: string, kafkaMode: KafkaMode): string {
  return `flink-${flinkVersion}-${kafkaMode}`;
}
