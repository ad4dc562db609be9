import { copyFile, mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { KafkaMode } from '../../../shared/model/environment';
import { playground } from '../../playground';
import { PlaygroundError, systemCode } from '../../util/errors';
import { identifyJar, type OwnJar } from '../common/ownJar';
import { diskError } from '../common/diskError';
import { requireFlinkVersion } from '../common/startOptions';
import type { JobSubmission } from '../environment';
import { flinkUri } from '../common/flinkUri';
import { pipelineClasspaths } from './flinkConfig';
import type { JavaRuntime } from './java/findJava';
import { profileName } from './localPaths';
import { loopback } from '../common/ports';
import type { LocalServices } from './services';
import type { StepBoard } from '../common/stepBoard';
import type { RunRecord } from './stateFile';
import { notRunning } from '../notRunning';

const fixedTime = new Date(1_577_836_800_000);

/** Everything on disk that processes of a run are made of. Nothing of it lies in the extension's folder. */
export interface Installation {
  readonly java: JavaRuntime;
  readonly flinkVersion: string;
  readonly flink: readonly string[];
  readonly kafka: readonly string[];
  readonly kafkaClients: readonly string[];
  /** The connector and its client, which go to the job and never on the cluster's class path. */
  readonly connector: readonly string[];
  readonly jobJar: OwnJar;
  readonly generatorJar: OwnJar;
  readonly guardJar: OwnJar;
}

/** @throws PlaygroundError `input` for a version that the playground does not have. */
export function requiredSets(flinkVersion: string, kafkaMode: KafkaMode): RequiredSets {
  const version = requireFlinkVersion(flinkVersion);
  return {
    flink: `flink-${flinkVersion}`,
    kafka: `kafka-${playground.kafka.modes[kafkaMode]}`,
    connector: `connector-${version.connector}`,
    kafkaClients: `kafka-clients-${version.kafkaClients}`,
  };
}

interface RequiredSets {
  readonly flink: string;
  readonly kafka: string;
  readonly connector: string;
  readonly kafkaClients: string;
}

/**
 * Finds Java, brings the jars into the cache and copies the playground's own jars to the data root.
 * @throws PlaygroundError `java`, `download`, `disk`, `input`.
 */
export async function prepareInstallation(
  services: LocalServices,
  { flinkVersion, kafkaMode }: { readonly flinkVersion: string; readonly kafkaMode: KafkaMode },
  board: StepBoard | undefined,
  signal: AbortSignal,
): Promise<Installation> {
  const sets = requiredSets(flinkVersion, kafkaMode);
  const prepare = async (): Promise<PreparedParts> => {
    const [java, jobJar, generatorJar, guardJar] = await Promise.all([
      services.findJava(signal),
      copyOwnJar(services, playground.job.jars.v1),
      copyOwnJar(services, playground.job.jars.generator),
      copyOwnJar(services, playground.job.jars.guard),
    ]);
    if (java.warning !== undefined) services.logger.warn(java.warning);
    return { java, jobJar, generatorJar, guardJar };
  };
  const download = (
    report: (message: string, fraction: number) => void,
  ): Promise<ReadonlyMap<string, readonly string[]>> =>
    services.artifacts.ensure(
      Object.values(sets),
      ({ doneBytes, totalBytes }) => {
        if (totalBytes > 0)
          report(l10n.t('{0} of {1} MB', megabytes(doneBytes), megabytes(totalBytes)), doneBytes / totalBytes);
      },
      signal,
    );
  // Without a Java there is nothing to download for: this error must not wait for megabytes.
  const prepared = board === undefined ? await prepare() : await board.run('prepare', prepare);
  const jars = board === undefined ? await download(() => undefined) : await board.run('download', download);
  const set = (name: string): readonly string[] => {
    const paths = jars.get(name);
    if (paths === undefined) throw new PlaygroundError('internal', `The artifact store has no set "${name}".`);
    return paths;
  };
  return {
    ...prepared,
    flinkVersion,
    flink: set(sets.flink),
    kafka: set(sets.kafka),
    kafkaClients: set(sets.kafkaClients),
    connector: [...set(sets.connector), ...set(sets.kafkaClients)],
  };
}

/** How the playground's job is given to the Flink of a run. @throws PlaygroundError `input` when nothing runs. */
export async function localJobSubmission(
  services: LocalServices,
  run: RunRecord | undefined,
  signal: AbortSignal,
): Promise<JobSubmission> {
  if (run === undefined) {
    throw notRunning();
  }
  const { flinkVersion, kafkaMode } = run.options;
  const { v1, v2, v3 } = playground.job.jars;
  const { connector, kafkaClients } = requiredSets(flinkVersion, kafkaMode);
  const [first, second, third, sets] = await Promise.all([
    copyOwnJar(services, v1),
    copyOwnJar(services, v2),
    copyOwnJar(services, v3),
    services.artifacts.ensure([connector, kafkaClients], () => undefined, signal),
  ]);
  const classpath = [connector, kafkaClients].flatMap((set) => sets.get(set) ?? []);
  return {
    jars: { v1: first, v2: second, v3: third },
    flinkConfiguration: { 'pipeline.classpaths': pipelineClasspaths(classpath) },
    bootstrapServers: `${loopback}:${run.ports.broker}`,
    savepointDirectory: flinkUri(services.paths.profile(profileName(flinkVersion, kafkaMode)).savepoints),
  };
}

interface PreparedParts {
  readonly java: JavaRuntime;
  readonly jobJar: OwnJar;
  readonly generatorJar: OwnJar;
  readonly guardJar: OwnJar;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}

/** Copies a jar of ours to the data root under a name made of its content, unless it is there. */
async function copyOwnJar(services: LocalServices, fileName: string): Promise<OwnJar> {
  const { path: source, name, size } = await identifyJar(services.jarsDirectory, fileName);
  const path = join(services.paths.jars, name);
  if ((await sizeOf(path)) === size) return { path, name };
  const draft = `${path}.${process.pid}.draft`;
  try {
    await mkdir(services.paths.jars, { recursive: true });
    await copyFile(source, draft);
    // Class archives fit only jars of the same time; the content decides about the name, so any fixed time is right.
    await utimes(draft, fixedTime, fixedTime);
    await rename(draft, path);
  } catch (error) {
    throw diskError(path, error);
  } finally {
    await rm(draft, { force: true });
  }
  return { path, name };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
