import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { CommandPlaces, TerminalCommand, Words } from '../../commandLines/commandPlaces';
import { playground } from '../../playground';
import { variantArguments } from '../common/startOptions';
import { tutorialVariant } from '../../../shared/model/environment';
import type { ComposeRun } from './composeRecord';
import type { ComposeServices } from './composeServices';
import { foreignProject, type Connection } from './connection';
import type { ContainerFacts } from './containerRecords';
import { instanceIdOf } from './containerRegistry';
import { ownProject } from './composeFiles';
import { insideBroker, savepointsDirectory, versionInImage } from './containerSubmission';
import { notRunning } from '../notRunning';
import { runs } from './scene';
import { connectorJarsInImage } from './stackFolder';

/** Upstream's jar, which is in the image of its client alone. */
const upstreamJar = '/opt/ClickCountJob.jar';

export interface CliContext {
  readonly services: Pick<ComposeServices, 'registry' | 'paths'>;
  readonly connection: Connection;
  /** The run, where the project is ours. */
  readonly run: ComposeRun | undefined;
}

/** A shell in the JobManager's container, where `flink` is on the path. @throws PlaygroundError `input` when it does not run. */
export function containerFlinkCli({ services, connection }: CliContext): TerminalCommand {
  const jobManager = services.registry.containers.find((found) => found.service === 'jobmanager' && runs(found));
  if (jobManager === undefined) throw notRunning();
  const { command, args } = connection.cli.engineCommand('exec', '-it', jobManager.name, 'bash');
  return {
    name: l10n.t('Flink CLI (Docker)'),
    program: { command, args },
    environment: {},
    searchPath: [],
    greeting: l10n.t('This is the container {0}. To begin with, try: flink list', jobManager.name),
  };
}

/** Of what the command lines are made that do by hand what the extension does with containers. */
export function containerCommandPlaces(context: CliContext): CommandPlaces {
  const { services, connection, run } = context;
  const { containers } = services.registry;
  const jobManager = containers.find(({ service }) => service === 'jobmanager');
  if (jobManager === undefined) throw notRunning();
  const compose = composeWords(context);
  const version = versionInImage(jobManager.image);
  const inJobManager = [...compose, 'exec', 'jobmanager'];
  return {
    kind: 'compose',
    engine: connection.cli.programs.engine,
    compose,
    flink:
      version === undefined ? [...compose, 'run', '--rm', '--no-deps', 'client', 'flink'] : [...inJobManager, 'flink'],
    consoleConsumer: [...compose, 'exec', 'kafka', consoleConsumer(containers), '--bootstrap-server', 'localhost:9092'],
    job: {
      ...(version === undefined
        ? { jar: upstreamJar, classPath: [] }
        : {
            jar: `/opt/flink-playground/jobs/${playground.job.jars.v1}`,
            classPath: connectorJarsInImage(version).map((jar) => `file://${jar}`),
          }),
      ...(run === undefined
        ? {}
        : { file: join(services.paths.project, 'images', 'flink', 'jars', 'jobs', playground.job.jars.v1) }),
      arguments: ['--bootstrap.servers', insideBroker, ...variantArguments(run?.options.variant ?? tutorialVariant)],
    },
    listSavepoints: [...inJobManager, 'ls', '-l', savepointsDirectory],
    containers: Object.fromEntries(containers.map((container) => [instanceIdOf(container), container.name])),
  };
}

/** Compose with the project's name and files, and its variables where they are ours. */
function composeWords({ services, connection, run }: CliContext): Words {
  const { name, files } =
    run === undefined ? foreignProject(connection, services.registry.containers) : ownProject(services.paths, run);
  const variables = run === undefined ? [] : ['--env-file', join(services.paths.project, '.env')];
  return [...connection.cli.programs.compose, '-p', name, ...variables, ...files.flatMap((file) => ['-f', file])];
}

/** Confluent's image has Kafka's scripts without an ending. */
function consoleConsumer(containers: readonly ContainerFacts[]): string {
  const kafka = containers.find(({ service }) => service === 'kafka');
  return kafka?.image.startsWith('confluentinc/') === true ? 'kafka-console-consumer' : 'kafka-console-consumer.sh';
}
