import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as l10n from '@vscode/l10n';
import writeFileAtomic from 'write-file-atomic';
import type { CommandPlaces, TerminalCommand } from '../../commandLines/commandPlaces';
import { playground } from '../../playground';
import { isAbort, messageOf } from '../../util/errors';
import { batchScript, javaArguments, shellScript, type CliScript } from './cliScripts';
import { cliFlags, jobArguments, log4j2Flag } from './commandLines';
import { diskError } from '../common/diskError';
import { jobManagerConfig, pipelineClasspaths } from './flinkConfig';
import { prepareInstallation, type Installation } from './installation';
import { profileName } from './localPaths';
import { log4j2Properties } from './logConfig';
import { loopback } from '../common/ports';
import type { LocalServices } from './services';
import type { RunRecord } from './stateFile';
import { notRunning } from '../notRunning';

/** Under this name the client has a folder of its own for settings, for temporary files and a log. */
const cliId = 'flink-cli';

/** Names of the tutorial, and the classes that Kafka's own scripts of these names run. */
const kafkaTools: Readonly<Record<string, string>> = {
  'kafka-console-consumer.sh': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'kafka-consumer-groups.sh': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
};

/** Not needed to start, hence brought when a terminal is first opened; one version serves every broker of ours. */
const toolsSet = 'kafka-tools';

interface CliTools {
  readonly installation: Installation;
  /** Absent when the jars of Kafka's tools could not be had. */
  readonly kafkaTools: readonly string[] | undefined;
}

/** The terminal in which `flink` runs from the jars of the cluster, with the settings of the run. */
export async function localFlinkCli(
  services: LocalServices,
  run: RunRecord | undefined,
  signal: AbortSignal,
): Promise<TerminalCommand> {
  const known = requireRun(run);
  await writeCli(services, known, await provideTools(services, known, signal));
  return {
    name: l10n.t('Flink CLI (local)'),
    environment: { FLINK_CONF_DIR: services.paths.conf(cliId) },
    searchPath: [services.paths.bin],
    greeting: l10n.t(
      'flink is bound to the playground at {0}. To begin with, try: flink list',
      `http://${loopback}:${known.ports.rest}`,
    ),
  };
}

/** Of what the command lines are made that do by hand what the extension does on the local environment. */
export async function localCommandPlaces(
  services: LocalServices,
  run: RunRecord | undefined,
  signal: AbortSignal,
): Promise<CommandPlaces> {
  const known = requireRun(run);
  const tools = await provideTools(services, known, signal);
  await writeCli(services, known, tools);
  const { paths } = services;
  const { path: jar } = tools.installation.jobJar;
  return {
    kind: 'local',
    flink: [scriptPath(paths.bin, 'flink')],
    ...(tools.kafkaTools === undefined
      ? {}
      : {
          consoleConsumer: [
            scriptPath(paths.bin, 'kafka-console-consumer.sh'),
            '--bootstrap-server',
            `${loopback}:${known.ports.broker}`,
          ],
        }),
    job: {
      jar,
      file: jar,
      arguments: jobArguments(known.options.variant, known.ports.broker),
      classPath: [],
      configuration: { 'pipeline.classpaths': pipelineClasspaths(tools.installation.connector) },
    },
    savepoints: paths.profile(profileName(known.options.flinkVersion, known.options.kafkaMode)).savepoints,
    logs: Object.fromEntries(services.registry.records.map(({ id }) => [id, paths.log(id)])),
  };
}

/** @throws PlaygroundError `input` when nothing was started. */
function requireRun(run: RunRecord | undefined): RunRecord {
  if (run !== undefined) return run;
  throw notRunning();
}

async function provideTools(services: LocalServices, run: RunRecord, signal: AbortSignal): Promise<CliTools> {
  const installation = await prepareInstallation(services, run.options, undefined, signal);
  try {
    const jars = await services.artifacts.ensure([toolsSet], () => undefined, signal);
    return { installation, kafkaTools: jars.get(toolsSet) };
  } catch (error) {
    if (isAbort(error)) throw error;
    services.logger.warn(`Kafka's tools are not at hand in the terminal: ${messageOf(error)}`);
    return { installation, kafkaTools: undefined };
  }
}

async function writeCli(services: LocalServices, run: RunRecord, tools: CliTools): Promise<void> {
  const { paths } = services;
  const confDirectory = paths.conf(cliId);
  const temporaryDirectory = paths.temporary(cliId);
  // A job that the client submits takes settings from here: where savepoints go, what is kept of checkpoints.
  const config = jobManagerConfig({
    instanceKey: run.instanceKey,
    ports: run.ports,
    slots: playground.slotsPerTaskManager,
    memory: services.memory(),
    profile: paths.profile(profileName(run.options.flinkVersion, run.options.kafkaMode)),
    temporaryDirectory,
  });
  try {
    for (const folder of [confDirectory, temporaryDirectory, paths.bin]) await mkdir(folder, { recursive: true });
    await writeFile(join(confDirectory, 'config.yaml'), config);
    await writeFile(join(confDirectory, 'log4j.properties'), log4j2Properties);
    for (const script of scripts(services, tools, confDirectory)) await writeScript(paths.bin, script);
  } catch (error) {
    throw diskError(paths.bin, error);
  }
}

function scripts(
  { paths }: LocalServices,
  { installation, kafkaTools: jars }: CliTools,
  confDirectory: string,
): readonly CliScript[] {
  const java = installation.java.executable;
  const logging = [`-Dlog.file=${paths.log(cliId)}`, log4j2Flag(confDirectory)];
  const temporary = `-Djava.io.tmpdir=${paths.temporary(cliId)}`;
  const flink: CliScript = {
    name: 'flink',
    java,
    flags: [...cliFlags, temporary, ...logging],
    classPath: installation.flink,
    mainClass: 'org.apache.flink.client.cli.CliFrontend',
    variables: { FLINK_CONF_DIR: confDirectory },
    afterRun: installation.connector.flatMap((connectorJar) => ['-C', pathToFileURL(connectorJar).href]),
  };
  if (jars === undefined) return [flink];
  const tools = Object.entries(kafkaTools).map(([name, mainClass]) => ({
    name,
    java,
    flags: [...cliFlags, temporary, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'],
    classPath: jars,
    mainClass,
    variables: {},
    afterRun: [],
  }));
  return [flink, ...tools];
}

async function writeScript(folder: string, script: CliScript): Promise<void> {
  if (process.platform !== 'win32') {
    await writeFileAtomic(join(folder, script.name), shellScript(script), { mode: 0o755 });
    return;
  }
  const argumentsFile = `${script.name}.args`;
  await writeFileAtomic(join(folder, argumentsFile), javaArguments(script));
  await writeFileAtomic(scriptPath(folder, script.name), batchScript(script, argumentsFile));
}

/** Where a command lies; Windows finds it by its ending. */
function scriptPath(folder: string, name: string): string {
  return join(folder, process.platform === 'win32' ? `${name.replace(/\.sh$/, '')}.cmd` : name);
}
