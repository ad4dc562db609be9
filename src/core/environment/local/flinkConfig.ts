import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import type { Scheduler } from '../../../shared/model/environment';
import { flinkUri } from '../common/flinkUri';
import { loopback } from '../common/ports';
import type { ProfilePaths } from './localPaths';

/** Our own key in Flink's configuration; `/jobmanager/config` echoes it. */
export const instanceKeySetting = 'flinkplayground.instance';

export type MemorySize = 'small' | 'large';

/** Megabytes of the parts of which Flink's memory is made; the JVM's limits follow from them. */
export interface FlinkMemory {
  readonly jobManagerHeap: number;
  readonly taskHeap: number;
  readonly frameworkHeap: number;
  readonly frameworkOffHeap: number;
  readonly managed: number;
  readonly network: number;
  readonly metaspace: number;
  readonly overhead: number;
}

const memorySizes: Readonly<Record<MemorySize, FlinkMemory>> = {
  small: {
    jobManagerHeap: 512,
    taskHeap: 128,
    frameworkHeap: 128,
    frameworkOffHeap: 64,
    managed: 32,
    network: 64,
    metaspace: 128,
    overhead: 64,
  },
  large: {
    jobManagerHeap: 1024,
    taskHeap: 768,
    frameworkHeap: 256,
    frameworkOffHeap: 128,
    managed: 256,
    network: 128,
    metaspace: 256,
    overhead: 128,
  },
};

export function flinkMemory(size: MemorySize): FlinkMemory {
  return memorySizes[size];
}

export interface FlinkConfigOptions {
  readonly instanceKey: string;
  readonly ports: { readonly rest: number; readonly rpc: number };
  readonly slots: number;
  readonly scheduler?: Scheduler | undefined;
  readonly memory: MemorySize;
  readonly profile: ProfilePaths;
  /** The instance's own folder for temporary files. */
  readonly temporaryDirectory: string;
}

type Settings = Readonly<Record<string, string | number>>;

/**
 * `config.yaml` of a JobManager. Flat keys are valid in Flink's YAML and are what its documentation names.
 * Addresses and bind hosts both stand here, for with the addresses alone six ports listen on all interfaces.
 */
export function jobManagerConfig(options: FlinkConfigOptions): string {
  return stringify({ ...commonSettings(options), ...(options.scheduler === 'adaptive' ? adaptiveScheduler : {}) });
}

/**
 * By default it waits 30 s and more before it changes a job that runs, so that many changes make one restart, and fails a job that
 * finds no slot for five minutes. Flink 1.20 knows the shorter names only, 2.x calls them old.
 */
const adaptiveScheduler: Settings = {
  'jobmanager.scheduler': 'adaptive',
  'jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling': '0s',
  'jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout': '0s',
  'jobmanager.adaptive-scheduler.scaling-interval.min': '0s',
  'jobmanager.adaptive-scheduler.rescale-trigger.max-delay': '0s',
  'jobmanager.adaptive-scheduler.submission.resource-wait-timeout': '365d',
  'jobmanager.adaptive-scheduler.resource-wait-timeout': '365d',
};

/** `config.yaml` of one TaskManager; `resourceId` makes our instance and Flink's id one thing. */
export function taskManagerConfig(options: FlinkConfigOptions, resourceId: string): string {
  return stringify({ ...commonSettings(options), 'taskmanager.resource-id': resourceId });
}

function commonSettings({
  instanceKey,
  ports,
  slots,
  memory,
  profile,
  temporaryDirectory,
}: FlinkConfigOptions): Settings {
  const sizes = memorySizes[memory];
  return {
    [instanceKeySetting]: instanceKey,
    'jobmanager.rpc.address': loopback,
    'jobmanager.rpc.port': ports.rpc,
    'jobmanager.bind-host': loopback,
    'taskmanager.host': loopback,
    'taskmanager.bind-host': loopback,
    'rest.address': loopback,
    'rest.bind-address': loopback,
    'rest.port': ports.rest,

    'taskmanager.numberOfTaskSlots': slots,
    'taskmanager.cpu.cores': slots,
    'taskmanager.memory.task.heap.size': `${sizes.taskHeap}mb`,
    'taskmanager.memory.task.off-heap.size': '0mb',
    'taskmanager.memory.framework.heap.size': `${sizes.frameworkHeap}mb`,
    'taskmanager.memory.framework.off-heap.size': `${sizes.frameworkOffHeap}mb`,
    'taskmanager.memory.managed.size': `${sizes.managed}mb`,
    'taskmanager.memory.network.min': `${sizes.network}mb`,
    'taskmanager.memory.network.max': `${sizes.network}mb`,
    'taskmanager.memory.jvm-metaspace.size': `${sizes.metaspace}mb`,
    'taskmanager.memory.jvm-overhead.min': `${sizes.overhead}mb`,
    'taskmanager.memory.jvm-overhead.max': `${sizes.overhead}mb`,

    // A killed process is seen by its closed connection; the long timeout lets a machine that sleeps survive.
    'heartbeat.interval': 1000,
    'heartbeat.timeout': 20_000,
    // A TaskManager that is up before its JobManager would otherwise wait 10 s after its first failed attempt.
    'cluster.registration.initial-timeout': '100 ms',
    'cluster.registration.error-delay': '100 ms',
    'cluster.registration.refused-registration-delay': '200 ms',
    'restart-strategy.type': 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': 2_147_483_647,
    'restart-strategy.fixed-delay.delay': '1 s',

    'execution.checkpointing.dir': flinkUri(profile.checkpoints),
    'execution.checkpointing.savepoint-dir': flinkUri(profile.savepoints),
    // Else nothing is left to go on from after a cancelled or failed job.
    'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',

    'web.upload.dir': profile.uploads,
    // `/jobs/:id` is cached for this long, 3 s by default.
    'web.refresh-interval': 100,
    'metrics.fetcher.update-interval': 2000,
    'rest.flamegraph.enabled': 'true',
    'io.tmp.dirs': temporaryDirectory,
  };
}

/** The jars that the job brings along, as `pipeline.classpaths` wants them: URLs, encoded, separated by semicolons. */
export function pipelineClasspaths(jars: readonly string[]): string {
  return jars.map((jar) => pathToFileURL(jar).href.replaceAll(';', '%3B')).join(';');
}
