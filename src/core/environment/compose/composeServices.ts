import type { FlinkClient } from '../../flink/flinkClient';
import type { Clock } from '../../util/clock';
import type { Logger } from '../../util/logger';
import type { TransitionLock } from '../common/lock';
import type { ProcessTable } from '../common/processTable';
import type { ArtifactStoreLike, KafkaAdmin } from '../local/services';
import type { CliRunner } from './cliRunner';
import type { ComposePaths } from './composePaths';
import type { ComposeRecordFile } from './composeRecord';
import type { ContainerRegistry } from './containerRegistry';

export interface ComposeEnvironmentOptions {
  readonly dataDirectory: string;
  /** The folder with our compose files and the image's own files: `dist/playground` of the extension. */
  readonly stackDirectory: string;
  /** The folder with the playground's own jars; they are copied before anything uses them. */
  readonly jarsDirectory: string;
  readonly artifacts: Pick<ArtifactStoreLike, 'ensure'>;
  /** The settings `compose.command`, `compose.file` and `compose.project`, read anew when they are needed. */
  readonly settings: () => ComposeSettings;
  readonly kafka: KafkaAdmin;
  readonly flinkClient: (restUrl: string) => FlinkClient;
  readonly runner: CliRunner;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Tells the process holding the lock; the system's unless given. */
  readonly table?: ProcessTable;
}

export interface ComposeSettings {
  /** The command line of Compose; empty to find one. */
  readonly command: string;
  /** The absolute path of a compose file of the person's own; empty for ours. Never from an untrusted workspace. */
  readonly file: string;
  readonly project: string;
}

/** Everything that the parts of the compose environment share for as long as it lives. */
export interface ComposeServices extends Omit<ComposeEnvironmentOptions, 'clock' | 'table' | 'dataDirectory'> {
  readonly clock: Clock;
  readonly table: ProcessTable;
  readonly paths: ComposePaths;
  readonly lock: TransitionLock;
  readonly records: ComposeRecordFile;
  readonly registry: ContainerRegistry;
}
