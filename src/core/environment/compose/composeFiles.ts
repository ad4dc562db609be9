import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import type { KafkaMode } from '../../../shared/model/environment';
import { playground } from '../../playground';
import { diskError } from '../common/diskError';
import { variantArguments } from '../common/startOptions';
import type { ComposePaths } from './composePaths';
import type { ComposeRun } from './composeRecord';
import { profileOf } from './composeSession';
import { ownerLabel } from './containerRecords';
import type { ComposeProject } from './engineCli';

/** What this extension adds to the compose file: whose the containers and volumes are, and names of volumes by profile. */
const additionName = 'compose.extension.yaml';

function fileFor(kafkaMode: KafkaMode): string {
  return kafkaMode === 'zookeeper' ? 'compose.zookeeper.yaml' : 'compose.yaml';
}

const composeSchema = z.object({
  services: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
});

/** The text of the addition to a compose file of ours. */
export function additionTo(composeFile: string, { project, profile, owner }: AdditionOptions): string {
  const { services, volumes } = composeSchema.parse(parse(composeFile, { merge: true }));
  const labels = { [ownerLabel]: owner };
  return stringify({
    services: Object.fromEntries(Object.keys(services).map((name) => [name, { labels }])),
    volumes: Object.fromEntries(
      Object.keys(volumes).map((name) => [name, { name: `${project}_${profile}_${name}`, labels }]),
    ),
  });
}

export interface AdditionOptions {
  readonly project: string;
  /** Version and mode: their data cannot be read by another pair, so each has volumes of its own. */
  readonly profile: string;
  readonly owner: string;
}

/** The variables of the compose files. */
function variablesOf(run: ComposeRun, savepoint: string | undefined): Readonly<Record<string, string>> {
  const { options, ports, instanceKey } = run;
  return {
    PLAYGROUND_FLINK_VERSION: options.flinkVersion,
    PLAYGROUND_INSTANCE: instanceKey,
    PLAYGROUND_REST_PORT: String(ports.rest),
    PLAYGROUND_BROKER_PORT: String(ports.broker),
    PLAYGROUND_SPEED: String(options.speed),
    PLAYGROUND_SCHEDULER: options.scheduler ?? 'default',
    PLAYGROUND_JOB_PARALLELISM: String(options.parallelism),
    PLAYGROUND_JOB_OPTIONS: variantArguments(options.variant).join(' '),
    PLAYGROUND_JOB_SAVEPOINT: savepoint ?? '',
  };
}

/** The project of a run of ours, as `writeProject` put it on disk. */
export function ownProject(paths: ComposePaths, run: ComposeRun, savepoint?: string): ComposeProject {
  return {
    name: run.project,
    files: [join(paths.project, fileFor(run.options.kafkaMode)), join(paths.project, additionName)],
    directory: paths.project,
    variables: variablesOf(run, savepoint),
  };
}

/**
 * Writes the addition and an `.env` beside the compose file, so that `docker compose` by hand in that folder means the same
 * project. @throws PlaygroundError `disk`.
 */
export async function writeProject(paths: ComposePaths, run: ComposeRun, savepoint?: string): Promise<ComposeProject> {
  const project = ownProject(paths, run, savepoint);
  const [composeFile = '', addition = ''] = project.files;
  try {
    await mkdir(paths.project, { recursive: true });
    const text = await readFile(composeFile, 'utf8');
    await writeFileAtomic(
      addition,
      additionTo(text, { project: run.project, profile: profileOf(run), owner: paths.owner }),
    );
    const variables = {
      COMPOSE_PROJECT_NAME: run.project,
      COMPOSE_FILE: [fileFor(run.options.kafkaMode), additionName].join(delimiter),
      ...project.variables,
    };
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    await writeFileAtomic(join(paths.project, '.env'), lines.join(''));
  } catch (error) {
    throw diskError(paths.project, error);
  }
  return project;
}

/** The images that a start pulls where the engine has none: ours is built on the first. */
export function imagesFor(flinkVersion: string, kafkaMode: KafkaMode): readonly string[] {
  const { images } = playground;
  return [
    images.flink.replace('${version}', flinkVersion),
    images.kafka[kafkaMode],
    ...(kafkaMode === 'zookeeper' ? [images.zookeeper] : []),
  ];
}
