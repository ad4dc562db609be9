import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { formatBytes } from '../shared/format/bytes';
import type { EngineOptions } from './engineApi';
import { execaRunner } from './environment/compose/cliRunner';
import { ComposeEnvironment } from './environment/compose/composeEnvironment';
import { ComposePaths } from './environment/compose/composePaths';
import { probeDocker } from './environment/compose/probeDocker';
import type { Availability, EnvironmentAdapter } from './environment/environmentSelection';
import type { ArtifactStore } from './environment/local/artifacts/artifactStore';
import { requiredSets } from './environment/local/installation';
import { findJava } from './environment/local/java/findJava';
import { LocalEnvironment } from './environment/local/localEnvironment';
import { LocalPaths } from './environment/local/localPaths';
import { ConnectionRecord } from './environment/remote/connectionRecord';
import { remoteAvailability, RemoteEnvironment } from './environment/remote/remoteEnvironment';
import { targetOf, type RemoteSettings } from './environment/remote/remoteTarget';
import type { FlinkClient } from './flink/flinkClient';
import type { KafkaPort } from './kafka/kafkaPort';
import { playground } from './playground';
import { systemCode } from './util/errors';

/** What environments are made of. */
export interface EnvironmentParts extends Pick<
  EngineOptions,
  'distDirectory' | 'settings' | 'extensionFolders' | 'logger'
> {
  /** The roots of downloads and of data. */
  readonly cache: string;
  readonly data: string;
  readonly artifacts: () => ArtifactStore;
  readonly kafka: KafkaPort;
  readonly createClient: (baseUrl: string) => FlinkClient;
}

/** Every way of running the playground, none of them begun. */
export function environmentAdapters(parts: EnvironmentParts): readonly EnvironmentAdapter[] {
  return [compose(parts), local(parts), remote(parts)];
}

function local(parts: EnvironmentParts): EnvironmentAdapter {
  const { distDirectory, settings, extensionFolders, logger, cache, data, artifacts, kafka, createClient } = parts;
  return {
    kind: 'local',
    recordedAt: () => changedAt(new LocalPaths(data).stateFile),
    availability: () => localAvailability(artifacts()),
    create: () =>
      new LocalEnvironment({
        dataDirectory: data,
        cacheDirectory: cache,
        jarsDirectory: join(distDirectory, 'playground'),
        artifacts: {
          ensure: (sets, onProgress, signal) => artifacts().ensure(sets, onProgress, signal),
          verify: (sets, signal) => artifacts().verify(sets, signal),
        },
        findJava: (signal) =>
          findJava(
            {
              configuredHome: settings().javaHome,
              logger: logger.child('java'),
              ...(extensionFolders === undefined ? {} : { extensionFolders }),
            },
            signal,
          ),
        kafka,
        flinkClient: createClient,
        memory: () => settings().memory,
        logger: logger.child('local'),
      }),
  };
}

/** The sizes of the versions that a start without options takes. */
async function localAvailability(artifacts: ArtifactStore): Promise<Availability> {
  const missing = await artifacts.missingBytes(Object.values(requiredSets(playground.flink.default, 'kraft')));
  const detail =
    missing === 0
      ? l10n.t('Java processes on this machine. Everything is downloaded.')
      : l10n.t('Java processes on this machine. The first start downloads {0}.', formatBytes(missing));
  return { usable: true, detail };
}

function compose({
  distDirectory,
  settings,
  logger,
  data,
  artifacts,
  kafka,
  createClient,
}: EnvironmentParts): EnvironmentAdapter {
  const log = logger.child('compose');
  const runner = execaRunner({ logger: log });
  const playgroundDirectory = join(distDirectory, 'playground');
  return {
    kind: 'compose',
    recordedAt: () => changedAt(new ComposePaths(data).stateFile),
    availability: async (signal) => {
      const found = await probeDocker({ runner, command: settings().composeCommand }, signal);
      if (found.state !== 'ready') {
        return { usable: false, detail: [found.error.message, found.error.remedy ?? ''].join(' ').trim() };
      }
      return {
        usable: true,
        detail: l10n.t(
          'Containers of Docker {0}. The first start pulls images of Flink and Kafka.',
          found.engineVersion,
        ),
      };
    },
    create: () =>
      new ComposeEnvironment({
        dataDirectory: data,
        stackDirectory: playgroundDirectory,
        jarsDirectory: playgroundDirectory,
        artifacts: { ensure: (sets, onProgress, signal) => artifacts().ensure(sets, onProgress, signal) },
        settings: () => ({
          command: settings().composeCommand,
          file: settings().composeFile,
          project: settings().composeProject,
        }),
        kafka,
        flinkClient: createClient,
        runner,
        logger: log,
      }),
  };
}

function remote({ distDirectory, settings, logger, data, kafka, createClient }: EnvironmentParts): EnvironmentAdapter {
  const directory = join(data, 'remote');
  const settingsNow = (): RemoteSettings => ({ restUrl: settings().remoteRestUrl, brokers: settings().remoteBrokers });
  return {
    kind: 'remote',
    recordedAt: async () => {
      const target = targetOf(settingsNow());
      return target === undefined ? undefined : new ConnectionRecord(directory).connectedAt(target);
    },
    availability: async () => remoteAvailability(settingsNow()),
    create: () =>
      new RemoteEnvironment({
        settings: settingsNow,
        jarsDirectory: join(distDirectory, 'playground'),
        directory,
        kafka,
        flinkClient: createClient,
        logger: logger.child('remote'),
      }),
  };
}

async function changedAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
