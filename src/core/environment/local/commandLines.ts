import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { variantArguments } from '../common/startOptions';
import type { RecordedVariant } from '../common/startOptionsSchema';
import { flinkMemory, type MemorySize } from './flinkConfig';
import { loopback } from '../common/ports';
import { environmentMark, instanceMark } from './processIdentity';

/** A program and its arguments, as data: nothing here runs anything. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/** Flink on Java 17 and later reaches into these packages. */
const openedPackages = [
  'java.lang',
  'java.net',
  'java.io',
  'java.nio',
  'sun.nio.ch',
  'java.lang.reflect',
  'java.text',
  'java.time',
  'java.util',
  'java.util.concurrent',
  'java.util.concurrent.atomic',
  'java.util.concurrent.locks',
];

const addOpens = openedPackages.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/** Roles differ in class path and class archive, not in instance: all TaskManagers share one. */
export type Role = 'jobmanager' | 'taskmanager' | 'kafka' | 'zookeeper' | 'clickevent-generator';

export interface JavaCommandOptions {
  readonly java: string;
  readonly classPath: readonly string[];
  /** The instance's uuid and the data root's marker, by which the process is known. */
  readonly uuid: string;
  readonly marker: string;
  readonly logFile: string;
  readonly temporaryDirectory: string;
  /** Flags that use or prepare the role's class archive. */
  readonly archiveFlags: readonly string[];
}

interface Program {
  readonly heap: readonly string[];
  readonly properties: readonly string[];
  readonly mainClass: string;
  readonly args: readonly string[];
}

/**
 * The code of these processes runs for seconds at a time at most, so the quick compiler alone is the better one; the serial
 * collector has the smallest footprint; performance counters would leave files in the system's temporary folder.
 */
const commonFlags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:-UsePerfData', '-XX:+ExitOnOutOfMemoryError'];

function javaCommand(options: JavaCommandOptions, program: Program): CommandLine {
  return {
    command: options.java,
    args: [
      environmentMark(options.marker),
      instanceMark(options.uuid),
      ...commonFlags,
      ...options.archiveFlags,
      ...program.heap,
      `-Dlog.file=${options.logFile}`,
      `-Djava.io.tmpdir=${options.temporaryDirectory}`,
      '-Dfile.encoding=UTF-8',
      '-Djava.net.preferIPv4Stack=true',
      '-Djava.awt.headless=true',
      ...program.properties,
      '-cp',
      options.classPath.join(delimiter),
      program.mainClass,
      ...program.args,
    ],
  };
}

/** Flags of a client in a terminal, which runs for a second or two. It carries no mark: ending it is the person's matter. */
export const cliFlags: readonly string[] = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-XX:-UsePerfData',
  '-Xmx256m',
  '-Dfile.encoding=UTF-8',
  '-Djava.net.preferIPv4Stack=true',
  ...addOpens,
];

/** Room for what a start loads and allocates anyway; without it the JVM collects garbage several times on the way. */
const startRoom = ['-Xms96m', '-XX:MetaspaceSize=96m'];

/** Where a JVM of ours finds the settings of its log. */
export function log4j2Flag(confDirectory: string): string {
  return `-Dlog4j.configurationFile=${pathToFileURL(join(confDirectory, 'log4j.properties')).href}`;
}

export interface FlinkCommandOptions extends JavaCommandOptions {
  readonly confDirectory: string;
  readonly memory: MemorySize;
}

export function jobManagerCommand(options: FlinkCommandOptions): CommandLine {
  const memory = flinkMemory(options.memory);
  return javaCommand(options, {
    heap: [`-Xmx${memory.jobManagerHeap}m`, '-XX:MaxMetaspaceSize=256m', ...startRoom],
    properties: [log4j2Flag(options.confDirectory), ...addOpens],
    mainClass: 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint',
    args: ['--configDir', options.confDirectory],
  });
}

export function taskManagerCommand(options: FlinkCommandOptions): CommandLine {
  const memory = flinkMemory(options.memory);
  return javaCommand(options, {
    heap: [
      `-Xmx${memory.taskHeap + memory.frameworkHeap}m`,
      `-XX:MaxDirectMemorySize=${memory.frameworkOffHeap + memory.network}m`,
      `-XX:MaxMetaspaceSize=${memory.metaspace}m`,
      ...startRoom,
    ],
    properties: [log4j2Flag(options.confDirectory), ...addOpens],
    mainClass: 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner',
    args: ['--configDir', options.confDirectory],
  });
}

export interface ConfiguredCommandOptions extends JavaCommandOptions {
  readonly confDirectory: string;
}

export function kafkaCommand(options: ConfiguredCommandOptions): CommandLine {
  return javaCommand(options, {
    heap: ['-Xmx256m', ...startRoom],
    properties: [
      log4j2Flag(options.confDirectory),
      `-Dlog4j.configuration=${pathToFileURL(join(options.confDirectory, 'reload4j.properties')).href}`,
    ],
    mainClass: 'kafka.Kafka',
    args: [join(options.confDirectory, 'server.properties')],
  });
}

export function zookeeperCommand(options: ConfiguredCommandOptions): CommandLine {
  return javaCommand(options, {
    heap: ['-Xmx128m'],
    properties: [
      `-Dlog4j.configuration=${pathToFileURL(join(options.confDirectory, 'reload4j.properties')).href}`,
      // ZooKeeper registers beans only; without this it would also look for a remote port to open.
      '-Dzookeeper.jmx.log4j.disable=true',
    ],
    mainClass: 'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    args: [join(options.confDirectory, 'zk.properties')],
  });
}

export interface GeneratorCommandOptions extends JavaCommandOptions {
  readonly mainClass: string;
  readonly brokerPort: number;
  readonly speed: number;
}

export function generatorCommand(options: GeneratorCommandOptions): CommandLine {
  return javaCommand(options, {
    heap: ['-Xmx96m'],
    properties: [],
    mainClass: options.mainClass,
    args: [
      '--bootstrap.servers',
      `${loopback}:${options.brokerPort}`,
      '--topic',
      'input',
      '--gaps-topic',
      'input-gaps',
      '--speed',
      String(options.speed),
    ],
  });
}

export interface FormatOptions {
  readonly java: string;
  readonly classPath: readonly string[];
  readonly clusterId: string;
  readonly confDirectory: string;
  readonly logFile: string;
  /** The data root's, so that one that outlives its window is found and ended before the next begins. */
  readonly marker: string;
  readonly archiveFlags: readonly string[];
}

/** Prepares an empty KRaft data folder, once; a folder that an interrupted attempt left is prepared anew. */
export function formatCommand({
  java,
  classPath,
  clusterId,
  confDirectory,
  logFile,
  marker,
  archiveFlags,
}: FormatOptions): CommandLine {
  return {
    command: java,
    args: [
      environmentMark(marker),
      ...archiveFlags,
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-XX:-UsePerfData',
      '-Xmx128m',
      `-Dlog.file=${logFile}`,
      log4j2Flag(confDirectory),
      '-cp',
      classPath.join(delimiter),
      'kafka.tools.StorageTool',
      'format',
      '--ignore-formatted',
      '-t',
      clusterId,
      '-c',
      join(confDirectory, 'server.properties'),
    ],
  };
}

/** The arguments of the *Click Event Count* job. */
export function jobArguments(variant: RecordedVariant, brokerPort: number): readonly string[] {
  return ['--bootstrap.servers', `${loopback}:${brokerPort}`, ...variantArguments(variant)];
}

const passedOn = [
  'HOME',
  'USER',
  'LOGNAME',
  'USERPROFILE',
  'SYSTEMROOT',
  'SystemRoot',
  'PATH',
  'TZ',
  'LD_LIBRARY_PATH',
];

/**
 * The environment variables of a JVM of ours: few, because Flink and job code can read them, and none that change Java's
 * options. A UTF-8 locale is needed for file names that are not ASCII.
 */
export function javaEnvironment(
  source: Readonly<Record<string, string | undefined>>,
  temporaryDirectory: string,
): Readonly<Record<string, string>> {
  const kept = passedOn.flatMap((name) => {
    const value = source[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C.UTF-8',
    TMPDIR: temporaryDirectory,
    TEMP: temporaryDirectory,
    TMP: temporaryDirectory,
  };
}
