import type { JavaRuntime } from './java/findJava';
import type { FlinkClient } from '../../flink/flinkClient';
import type { KafkaPort } from '../../kafka/kafkaPort';
import type { Clock } from '../../util/clock';
import type { Logger } from '../../util/logger';
import type { ClassArchives } from './cds';
import type { MemorySize } from './flinkConfig';
import type { InstanceRegistry } from './instanceRegistry';
import type { KraftFolders } from './kraftFolder';
import type { LocalPaths } from './localPaths';
import type { TransitionLock } from '../common/lock';
import type { PortReservations } from '../common/portReservations';
import type { ProcessTable } from '../common/processTable';
import type { StateFile } from './stateFile';

/** How far a download is; as the artifact store reports it. */
interface Progress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly reusedBytes: number;
}

/** What the local environment asks of the cache of jars. */
export interface ArtifactStoreLike {
  ensure(
    sets: readonly string[],
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Removes jars that were altered, so that the next `ensure` brings them again; gives their names. */
  verify(sets: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}

/** The Kafka calls that starting and checking need. */
export type KafkaAdmin = Pick<KafkaPort, 'clusterId' | 'ensureTopics'>;

export interface LocalEnvironmentOptions {
  readonly dataDirectory: string;
  readonly cacheDirectory: string;
  /** The folder with the playground's own jars, in the extension; they are copied before anything uses them. */
  readonly jarsDirectory: string;
  readonly artifacts: ArtifactStoreLike;
  readonly findJava: (signal: AbortSignal) => Promise<JavaRuntime>;
  readonly kafka: KafkaAdmin;
  readonly flinkClient: (restUrl: string) => FlinkClient;
  readonly memory: () => MemorySize;
  readonly logger: Logger;
  readonly clock?: Clock;
  /**
   * Milliseconds from the end of a start until class archives are made, 20 s unless given: by then the classes of a
   * checkpoint and of a closed window are loaded too, and the person has seen the first figures.
   */
  readonly archiveDelayMs?: number;
}

/** Everything that the parts of the local environment share for as long as it lives. */
export interface LocalServices extends Omit<
  LocalEnvironmentOptions,
  'dataDirectory' | 'cacheDirectory' | 'clock' | 'archiveDelayMs'
> {
  readonly clock: Clock;
  readonly paths: LocalPaths;
  readonly table: ProcessTable;
  readonly lock: TransitionLock;
  readonly ports: PortReservations;
  readonly stateFile: StateFile;
  readonly archives: ClassArchives;
  readonly kraftFolders: KraftFolders;
  readonly registry: InstanceRegistry;
}
