import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { execa } from 'execa';
import { playground } from '../../playground';
import type { FlinkClient } from '../../flink/flinkClient';
import { waitFor } from '../../util/async';
import { PlaygroundError } from '../../util/errors';
import type { ArchiveSubject } from './cds';
import {
  formatCommand,
  generatorCommand,
  javaEnvironment,
  jobManagerCommand,
  kafkaCommand,
  taskManagerCommand,
  zookeeperCommand,
  type CommandLine,
  type JavaCommandOptions,
  type Role,
} from './commandLines';
import { diskError } from '../common/diskError';
import { EarlyEnd, untilReadyOrDead } from './earlyEnd';
import { jobManagerConfig, taskManagerConfig, type FlinkConfigOptions, type MemorySize } from './flinkConfig';
import type { Installation } from './installation';
import { JavaProcess } from './javaProcess';
import { kraftProperties, newKafkaId, zookeeperBrokerProperties, zookeeperProperties } from './kafkaConfig';
import { clusterIdOf } from './kraftFolder';
import { log4j2Properties, reload4jProperties } from './logConfig';
import { linesSince, markLog, meaningfulLine } from './logTail';
import { instanceMark } from './processIdentity';
import { jobManagerReady, kafkaReady, taskManagerReady, zookeeperReady } from './readiness';
import type { LocalServices } from './services';
import type { Session } from './session';
import type { InstanceRecord, LocalServiceName, RunRecord } from './stateFile';

const formatTimeoutMs = 60_000;
const generatorTimeoutMs = 60_000;
/** Longer than the session of a broker with ZooKeeper and the time that one needs until it asks for its name. */
const nameHeldMs = 10_000;

/** Starts single instances of a run and waits until each is ready. */
export class Launcher {
  readonly #memory: MemorySize;
  /** What this launcher started, in order: a start that fails ends exactly these. */
  readonly launched: string[] = [];

  constructor(
    private readonly services: LocalServices,
    private readonly session: Session,
    private readonly installation: Installation,
    private readonly client: FlinkClient,
  ) {
    this.#memory = services.memory();
  }

  async zookeeper(signal: AbortSignal): Promise<void> {
    const { zookeeper: port } = this.#run.ports;
    if (port === undefined) throw new PlaygroundError('internal', 'The run has no ZooKeeper port.');
    const { zookeeperData } = this.#profilePaths;
    await makeFolder(zookeeperData);
    await this.#configure('zookeeper', { 'zk.properties': zookeeperProperties(port, zookeeperData) });
    await this.#launch('zookeeper', 'zookeeper', signal, (context) => zookeeperReady(port, context));
  }

  async kafka(signal: AbortSignal): Promise<void> {
    const { options, ports } = this.#run;
    const { kafkaData: dataDirectory } = this.#profilePaths;
    const confDirectory = this.services.paths.conf('kafka');
    const broker = { brokerPort: ports.broker, dataDirectory };
    let formatted = false;
    await makeFolder(dataDirectory);
    if (options.kafkaMode === 'kraft') {
      if (ports.controller === undefined) throw new PlaygroundError('internal', 'The run has no controller port.');
      await this.#configure('kafka', {
        'server.properties': kraftProperties({ ...broker, controllerPort: ports.controller }),
      });
      formatted = await this.#format(confDirectory, signal);
    } else {
      if (ports.zookeeper === undefined) throw new PlaygroundError('internal', 'The run has no ZooKeeper port.');
      const properties = zookeeperBrokerProperties({ ...broker, zookeeperPort: ports.zookeeper });
      await this.#configure('kafka', { 'server.properties': properties });
    }
    const launch = (): Promise<void> =>
      this.#launch('kafka', 'kafka', signal, async (context) => {
        const known = this.session.profile.kafkaClusterId;
        const kafkaClusterId = await kafkaReady(this.services.kafka, ports.broker, known, context);
        if (known === undefined) await this.session.updateProfile({ kafkaClusterId });
      });
    await (options.kafkaMode === 'zookeeper' ? this.#whileNameIsHeld(launch) : launch());
    if (formatted) await this.services.kraftFolders.keep(dataDirectory, this.installation.kafka);
  }

  /** ZooKeeper keeps the name of a broker that died for a while, and a broker whose name is taken ends. */
  async #whileNameIsHeld(launch: () => Promise<void>): Promise<void> {
    const { clock, registry } = this.services;
    const ended = registry.record('kafka')?.ended;
    const until = ended === undefined || ended.how === 'stopped' ? 0 : ended.at + nameHeldMs;
    for (;;) {
      try {
        return await launch();
      } catch (error) {
        if (!(error instanceof EarlyEnd) || clock.now() > until) throw error;
        this.services.logger.info(`Kafka is started again: ${error.message}`);
      }
    }
  }

  async jobManager(signal: AbortSignal): Promise<void> {
    await makeFolder(this.#profilePaths.uploads);
    await this.#configure('jobmanager', { 'config.yaml': jobManagerConfig(this.#flinkConfig('jobmanager')) });
    await this.#launch('jobmanager', 'jobmanager', signal, (context) =>
      jobManagerReady(this.client, this.#run.instanceKey, context),
    );
  }

  async taskManager(id: string, signal: AbortSignal): Promise<void> {
    const flinkId = `${id}-${this.services.clock.now().toString(36)}`;
    await this.#configure(id, { 'config.yaml': taskManagerConfig(this.#flinkConfig(id), flinkId) });
    await this.#launch(
      id,
      'taskmanager',
      signal,
      (context) => taskManagerReady(this.client, flinkId, context),
      flinkId,
    );
  }

  async generator(signal: AbortSignal): Promise<void> {
    const output = await markLog(this.services.paths.output('clickevent-generator'));
    await this.#launch('clickevent-generator', 'clickevent-generator', signal, async (context) => {
      await waitFor(
        async () =>
          (await linesSince(output, 100)).some((line) => line.includes('generator ready')) ? true : undefined,
        { what: l10n.t('the generator to be ready'), timeoutMs: generatorTimeoutMs, intervalMs: 50, ...context },
      );
    });
  }

  get #run(): RunRecord {
    const { run } = this.session;
    if (run === undefined) throw new PlaygroundError('internal', 'There is no run to launch instances of.');
    return run;
  }

  get #profilePaths(): ReturnType<LocalServices['paths']['profile']> {
    return this.services.paths.profile(this.session.profileName);
  }

  #flinkConfig(id: string): FlinkConfigOptions {
    return {
      instanceKey: this.#run.instanceKey,
      ports: this.#run.ports,
      slots: playground.slotsPerTaskManager,
      scheduler: this.#run.options.scheduler,
      memory: this.#memory,
      profile: this.#profilePaths,
      temporaryDirectory: this.services.paths.temporary(id),
    };
  }

  /** Writes the files from which an instance reads its settings, and makes its own folder for temporary files, empty. */
  async #configure(id: string, files: Readonly<Record<string, string>>): Promise<void> {
    const folder = this.services.paths.conf(id);
    const all = { 'log4j.properties': log4j2Properties, 'reload4j.properties': reload4jProperties, ...files };
    try {
      await mkdir(folder, { recursive: true });
      await Promise.all(Object.entries(all).map(([name, text]) => writeFile(join(folder, name), text)));
    } catch (error) {
      throw diskError(folder, error);
    }
  }

  /** Starts a process and waits until it is ready; one that dies with its class archive is started once more without. */
  async #launch(
    id: string,
    service: LocalServiceName,
    signal: AbortSignal,
    ready: (context: { readonly clock: LocalServices['clock']; readonly signal: AbortSignal }) => Promise<void>,
    flinkId?: string,
  ): Promise<void> {
    const subject = this.#archiveSubject(service);
    const archive = await this.services.archives.prepare(subject, id, signal);
    const attempt = (flags: readonly string[]): Promise<void> =>
      this.#attempt(id, service, flags, signal, ready, flinkId);
    try {
      await attempt(archive.flags);
    } catch (error) {
      if (!archive.uses || !(error instanceof EarlyEnd) || error.ofProgram) throw error;
      await this.services.archives.discard(subject, error.message);
      await attempt([]);
    }
  }

  async #attempt(
    id: string,
    service: LocalServiceName,
    archiveFlags: readonly string[],
    signal: AbortSignal,
    ready: (context: { readonly clock: LocalServices['clock']; readonly signal: AbortSignal }) => Promise<void>,
    flinkId: string | undefined,
  ): Promise<void> {
    const { clock, paths, registry, table } = this.services;
    signal.throwIfAborted();
    const temporary = paths.temporary(id);
    await makeEmptyFolder(temporary);
    const record: InstanceRecord = {
      id,
      service,
      uuid: randomUUID(),
      startedAt: clock.now(),
      ...(flinkId === undefined ? {} : { flinkId }),
    };
    const marks = await Promise.all([markLog(paths.log(id)), markLog(paths.output(id))]);
    this.launched.push(id);
    registry.begin(record);
    await this.session.save();
    signal.throwIfAborted();
    const process = await JavaProcess.spawn(
      {
        commandLine: this.#commandLine(record, archiveFlags),
        environment: javaEnvironment(globalThis.process.env, temporary),
        workingDirectory: paths.root,
        outputFile: paths.output(id),
        mark: instanceMark(record.uuid),
      },
      table,
      clock,
    );
    registry.attach(id, process);
    await this.session.save();
    await untilReadyOrDead(process, service, marks, signal, (inner) => ready({ clock, signal: inner }));
    registry.markHealthy(id);
  }

  #commandLine(record: InstanceRecord, archiveFlags: readonly string[]): CommandLine {
    const { paths } = this.services;
    const { java } = this.installation;
    const base: JavaCommandOptions = {
      java: java.executable,
      classPath: this.#classPath(record.service),
      uuid: record.uuid,
      marker: paths.marker,
      logFile: paths.log(record.id),
      temporaryDirectory: paths.temporary(record.id),
      archiveFlags,
    };
    const configured = { ...base, confDirectory: paths.conf(record.id) };
    const commands: Readonly<Record<LocalServiceName, () => CommandLine>> = {
      jobmanager: () => jobManagerCommand({ ...configured, memory: this.#memory }),
      taskmanager: () => taskManagerCommand({ ...configured, memory: this.#memory }),
      kafka: () => kafkaCommand(configured),
      zookeeper: () => zookeeperCommand(configured),
      'clickevent-generator': () =>
        generatorCommand({
          ...base,
          mainClass: playground.job.generatorClass,
          brokerPort: this.#run.ports.broker,
          speed: this.#run.options.speed,
        }),
    };
    return commands[record.service]();
  }

  #classPath(role: Role): readonly string[] {
    const { flink, kafka, kafkaClients, generatorJar, guardJar } = this.installation;
    const classPaths: Readonly<Record<Role, readonly string[]>> = {
      jobmanager: [guardJar.path, ...flink],
      taskmanager: flink,
      kafka,
      zookeeper: kafka,
      'clickevent-generator': [generatorJar.path, ...kafkaClients],
    };
    return classPaths[role];
  }

  #archiveSubject(role: Role): ArchiveSubject {
    const { executable, version } = this.installation.java;
    return { role, java: executable, javaVersion: version, classPath: this.#classPath(role) };
  }

  /**
   * Gives an empty KRaft data folder its cluster id. The id is recorded before, so an interrupted attempt repeats it.
   * @returns true when Kafka's own tool was run for it
   */
  async #format(confDirectory: string, signal: AbortSignal): Promise<boolean> {
    const { kafkaData } = this.#profilePaths;
    const formatted = await clusterIdOf(kafkaData);
    if (formatted !== undefined) {
      if (this.session.profile.kafkaClusterId !== formatted)
        await this.session.updateProfile({ kafkaClusterId: formatted });
      return false;
    }
    const clusterId = this.session.profile.kafkaClusterId ?? newKafkaId();
    await this.session.updateProfile({ kafkaClusterId: clusterId });
    if (await this.services.kraftFolders.prepare(kafkaData, clusterId, this.installation.kafka)) return false;
    const temporary = this.services.paths.temporary('kafka');
    await makeFolder(temporary);
    await makeFolder(this.services.paths.logs);
    const attempt = async (
      archiveFlags: readonly string[],
    ): Promise<{ exitCode?: number | undefined; all: string }> => {
      const { command, args } = formatCommand({
        java: this.installation.java.executable,
        classPath: this.installation.kafka,
        clusterId,
        confDirectory,
        logFile: this.services.paths.log('kafka'),
        marker: this.services.paths.marker,
        archiveFlags,
      });
      return execa(command, [...args], {
        cancelSignal: signal,
        timeout: formatTimeoutMs,
        env: { ...javaEnvironment(globalThis.process.env, temporary) },
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
        all: true,
      });
    };
    const archiveFlags = await this.services.archives.borrow(this.#archiveSubject('kafka'), signal);
    let result = await attempt(archiveFlags);
    if (result.exitCode !== 0 && archiveFlags.length > 0 && !signal.aborted) result = await attempt([]);
    signal.throwIfAborted();
    if (result.exitCode === 0) return true;
    const lines = result.all.split(/\r?\n/).filter((line) => line.trim() !== '');
    throw new PlaygroundError(
      'process',
      l10n.t('Kafka could not prepare its data folder: {0}', meaningfulLine(lines) ?? ''),
      {
        detail: lines.slice(-40).join('\n'),
        remedy: l10n.t('Use Stop Playground and Delete Data, then start again.'),
      },
    );
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw diskError(path, error);
  }
}

async function makeEmptyFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw diskError(path, error);
  }
  await makeFolder(path);
}
