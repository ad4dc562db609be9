import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaRunner, type CliCommand, type CliRunner } from '../../src/core/environment/compose/cliRunner';
import { ComposeEnvironment } from '../../src/core/environment/compose/composeEnvironment';
import type { ComposeEnvironmentOptions, ComposeSettings } from '../../src/core/environment/compose/composeServices';
import { ArtifactStore } from '../../src/core/environment/local/artifacts/artifactStore';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import { createInProcessKafkaPort } from '../../src/core/kafka/inProcessKafkaPort';
import { cacheDirectory, mavenRepository } from '../../src/core/userDirectories';
import { silentLogger, type Logger } from '../../src/core/util/logger';
import { ignoreProgress } from './localPlayground';

declare const __CENTRAL_ADDRESS__: string;

const playgroundFolder = join(import.meta.dirname, '..', '..', 'playground');

export interface ComposeBedOptions {
  /** Of the settings, what is not the default. The project has a name of its own, so that beds can stand beside each other. */
  readonly settings?: Partial<ComposeSettings>;
  readonly logger?: Logger;
}

/** A data root and a project of its own for compose environments over the engine of this machine. */
export class ComposeTestBed {
  readonly #opened: { dispose(): void }[] = [];
  /** Every process of the engine's programs that environments of this bed started. */
  readonly spawned: CliCommand[] = [];
  readonly settings: ComposeSettings;
  readonly runner: CliRunner;

  private constructor(
    readonly root: string,
    { settings = {}, logger = silentLogger }: ComposeBedOptions,
  ) {
    this.logger = logger;
    this.settings = { command: '', file: '', project: `test-${randomBytes(4).toString('hex')}`, ...settings };
    this.runner = execaRunner({ logger, onSpawn: (command) => this.spawned.push(command) });
  }

  readonly logger: Logger;

  static async create(options: ComposeBedOptions = {}): Promise<ComposeTestBed> {
    return new ComposeTestBed(await mkdtemp(join(tmpdir(), 'flink-compose-')), options);
  }

  /** One more environment over the same data, as another window would have it. */
  open(change: Partial<ComposeEnvironmentOptions> = {}): ComposeEnvironment {
    const { logger } = this;
    const kafka = createInProcessKafkaPort({ logger });
    const environment = new ComposeEnvironment({
      dataDirectory: join(this.root, 'data'),
      stackDirectory: playgroundFolder,
      jarsDirectory: join(playgroundFolder, 'job', 'target'),
      artifacts: new ArtifactStore({
        cacheDirectory: cacheDirectory(''),
        baseAddress: __CENTRAL_ADDRESS__,
        mavenRepository: mavenRepository(homedir()),
        logger,
      }),
      settings: () => this.settings,
      kafka,
      flinkClient: (baseUrl) => new FlinkClient({ baseUrl, logger }),
      runner: this.runner,
      logger,
      ...change,
    });
    this.#opened.push(environment, kafka);
    return environment;
  }

  /** Ends what still runs of this data root and removes everything. */
  async remove(): Promise<void> {
    for (const item of this.#opened.splice(0)) item.dispose();
    if (this.settings.file === '') {
      await this.open().stop({ deleteData: true }, ignoreProgress, AbortSignal.timeout(120_000));
      for (const item of this.#opened.splice(0)) item.dispose();
    }
    await rm(this.root, { recursive: true, force: true });
  }
}
