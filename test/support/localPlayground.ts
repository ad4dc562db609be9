import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgressSink } from '../../src/core/environment/environment';
import { ArtifactStore } from '../../src/core/environment/local/artifacts/artifactStore';
import { findJava } from '../../src/core/environment/local/java/findJava';
import { LocalEnvironment } from '../../src/core/environment/local/localEnvironment';
import type { LocalEnvironmentOptions } from '../../src/core/environment/local/services';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import { createInProcessKafkaPort } from '../../src/core/kafka/inProcessKafkaPort';
import { cacheDirectory, mavenRepository } from '../../src/core/userDirectories';
import { silentLogger, type Logger } from '../../src/core/util/logger';
import { tutorialVariant, type InstanceSnapshot, type StartOptions } from '../../src/shared/model/environment';

declare const __CENTRAL_ADDRESS__: string;

/** Options of a start for tests: as the tutorial's, ten times faster. */
export function startOptions(change: Partial<StartOptions> = {}): StartOptions {
  return {
    flinkVersion: '2.2.1',
    kafkaMode: 'kraft',
    variant: tutorialVariant,
    parallelism: 1,
    taskManagers: 1,
    speed: 10,
    ...change,
  };
}

export const ignoreProgress: ProgressSink = () => undefined;
export const never: AbortSignal = new AbortController().signal;

/** Making archives costs some 40 s of both processors: only what is about them asks for it. */
const withoutArchives = 3_600_000;
/** For `LocalTestBed.open`: class archives are made soon after the first start. */
export const withArchives = { archiveDelayMs: 2000 } as const;

/** A data root of its own for local environments, with the jars of the user's cache. */
export class LocalTestBed {
  readonly #opened: { dispose(): void }[] = [];

  private constructor(
    readonly root: string,
    readonly dataDirectory: string,
    readonly archiveDirectory: string,
    private readonly logger: Logger,
  ) {}

  static async create(name = 'data', logger: Logger = silentLogger): Promise<LocalTestBed> {
    return LocalTestBed.at(await mkdtemp(join(tmpdir(), 'flink-playground-')), name, logger);
  }

  /** The same data root in another process. */
  static at(root: string, name = 'data', logger: Logger = silentLogger): LocalTestBed {
    return new LocalTestBed(root, join(root, name), join(root, 'cache'), logger);
  }

  /** One more environment over the same data, as another window would have it. */
  open(change: Partial<LocalEnvironmentOptions> = {}): LocalEnvironment {
    const kafka = createInProcessKafkaPort({ logger: this.logger });
    const environment = new LocalEnvironment({
      dataDirectory: this.dataDirectory,
      cacheDirectory: this.archiveDirectory,
      jarsDirectory: join(import.meta.dirname, '..', '..', 'playground', 'job', 'target'),
      artifacts: new ArtifactStore({
        cacheDirectory: cacheDirectory(''),
        baseAddress: __CENTRAL_ADDRESS__,
        mavenRepository: mavenRepository(homedir()),
        logger: this.logger,
      }),
      findJava: (signal) => findJava({ configuredHome: '', logger: this.logger }, signal),
      kafka,
      flinkClient: (baseUrl) => new FlinkClient({ baseUrl, logger: this.logger }),
      memory: () => 'small',
      logger: this.logger,
      archiveDelayMs: withoutArchives,
      ...change,
    });
    this.#opened.push(environment, kafka);
    return environment;
  }

  /** Ends what still runs over this data root and removes everything. */
  async remove(): Promise<void> {
    for (const item of this.#opened.splice(0)) item.dispose();
    const last = this.open();
    await last.stop({ deleteData: true }, ignoreProgress, AbortSignal.timeout(60_000));
    for (const item of this.#opened.splice(0)) item.dispose();
    await rm(this.root, { recursive: true, force: true });
  }
}

/** The instance as the snapshot has it. */
export function instanceOf(environment: LocalEnvironment, id: string): InstanceSnapshot {
  const instances = environment.snapshot.value.services.flatMap((service) => service.instances);
  const found = instances.find((instance) => instance.id === id);
  if (found === undefined) throw new Error(`There is no instance ${id} in the snapshot.`);
  return found;
}
