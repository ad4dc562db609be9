/** How large a simulated cluster is. */
export interface ClusterSize {
  readonly jobs: number;
  /** Of each job. */
  readonly vertices: number;
  /** Of the first job, nearly all of them in its second vertex; the other jobs have two for each vertex. */
  readonly subtasks: number;
  readonly taskManagers: number;
}

export const largestSize: ClusterSize = { jobs: 500, vertices: 30, subtasks: 2000, taskManagers: 1000 };

const ended = ['FINISHED', 'CANCELED', 'FAILED'];
const taskStates = [
  'CREATED',
  'SCHEDULED',
  'DEPLOYING',
  'INITIALIZING',
  'RUNNING',
  'FINISHED',
  'CANCELING',
  'CANCELED',
  'FAILED',
  'RECONCILING',
];
const checkpointMs = 10_000;
const keptCheckpoints = 10;

/**
 * A cluster that is made up: every answer is a function of its path and the time, in the form, with the fields and so about of
 * the size of Flink 2.2's. Counters grow with time at rates of their own; one job in ten has ended.
 */
export class LargeCluster {
  constructor(
    readonly size: ClusterSize,
    /** When everything began, milliseconds since the epoch. */
    private readonly begunAt: number,
    /** Tasks of all jobs wait for slots. */
    private readonly waiting = false,
  ) {}

  /** The JSON of an answer; `undefined` where Flink would know of nothing. */
  answer(url: string, now: number): string | undefined {
    const value = this.#value(url, now);
    return value === undefined ? undefined : JSON.stringify(value);
  }

  #value(url: string, now: number): unknown {
    const [path = '', query = ''] = url.split('?');
    if (path === '/overview') return this.#overview();
    if (path === '/jobs/overview') {
      return { jobs: Array.from({ length: this.size.jobs }, (_, job) => this.#row(job, now)) };
    }
    if (path === '/taskmanagers') {
      return { taskmanagers: Array.from({ length: this.size.taskManagers }, (_, index) => taskManager(index, now)) };
    }
    const [, jobs, id = '', vertices, vertexId = '', ...rest] = path.split('/');
    const job = numberOf(id);
    if (jobs !== 'jobs' || job === undefined || job >= this.size.jobs) return undefined;
    const names = new URLSearchParams(query).get('get')?.split(',') ?? [];
    if (vertices === undefined) return this.#detail(job, now);
    if (vertices === 'checkpoints') return this.#checkpoints(job, now);
    if (vertices === 'exceptions') return { exceptionHistory: { entries: [], truncated: false } };
    if (vertices === 'metrics') return names.map((name) => ({ id: name, value: String(this.#count(job, now)) }));
    const vertex = numberOf(vertexId);
    if (vertices !== 'vertices' || vertex === undefined || vertex >= this.size.vertices) return undefined;
    return this.#ofVertex(job, vertex, rest.join('/'), names, now);
  }

  #ofVertex(job: number, vertex: number, what: string, names: readonly string[], now: number): unknown {
    const parallelism = this.#parallelism(job, vertex);
    const all = Array.from({ length: parallelism }, (_, index) => index);
    if (what === '')
      return { ...vertexHead(vertex), parallelism, now, subtasks: all.map((at) => this.#subtask(at, now)) };
    if (what === 'watermarks') {
      return all.map((index) => ({ id: `${index}.currentInputWatermark`, value: String(now - index * 10) }));
    }
    if (what === 'metrics') return names.map((name) => ({ id: name, value: String(this.#count(vertex, now)) }));
    if (what !== 'subtasks/metrics') return undefined;
    return names.map((name, index) => {
      const max = (this.#count(index, now) % 900) + vertex;
      return { id: name, min: name.includes('Watermark') ? now : 0, max, avg: max / 2, sum: max * 2, skew: index * 7 };
    });
  }

  #overview(): unknown {
    const { jobs, taskManagers } = this.size;
    return {
      taskmanagers: taskManagers,
      'slots-total': taskManagers * 4,
      'slots-available': this.waiting ? 0 : taskManagers,
      'jobs-running': jobs - Math.floor(jobs / 10),
      'jobs-finished': Math.floor(jobs / 10),
      'jobs-cancelled': 0,
      'jobs-failed': 0,
      'flink-version': '2.2.1',
      'flink-commit': '450c63e',
    };
  }

  #row(job: number, now: number): unknown {
    const over = isOver(job);
    const total = Array.from({ length: this.size.vertices }, (_, vertex) => this.#parallelism(job, vertex)).reduce(
      (sum, parallelism) => sum + parallelism,
    );
    const begun = this.begunAt - job * 1000;
    const counts = this.#tasks(job, total);
    return {
      jid: idOf(job),
      name: nameOf(job),
      'start-time': begun,
      'end-time': over ? this.begunAt : -1,
      duration: (over ? this.begunAt : now) - begun,
      state: stateOf(job),
      'last-modification': begun + 700,
      tasks: {
        total,
        ...Object.fromEntries(Object.entries(counts).map(([state, tasks]) => [state.toLowerCase(), tasks])),
      },
      'pending-operators': 0,
    };
  }

  #detail(job: number, now: number): unknown {
    const begun = this.begunAt - job * 1000;
    const vertices = Array.from({ length: this.size.vertices }, (_, vertex) => vertex);
    return {
      jid: idOf(job),
      name: nameOf(job),
      isStoppable: false,
      state: stateOf(job),
      'job-type': 'STREAMING',
      'start-time': begun,
      'end-time': isOver(job) ? this.begunAt : -1,
      duration: now - begun,
      maxParallelism: -1,
      now,
      vertices: vertices.map((vertex) => {
        const parallelism = this.#parallelism(job, vertex);
        return {
          ...vertexHead(vertex),
          slotSharingGroupId: '02a389ae62eb611d704540f6ec5b99f7',
          parallelism,
          status: 'RUNNING',
          'start-time': begun,
          'end-time': -1,
          duration: now - begun,
          tasks: this.#tasks(job, parallelism),
          metrics: this.#metrics(vertex, parallelism, now),
        };
      }),
      plan: {
        jid: idOf(job),
        name: nameOf(job),
        type: 'STREAMING',
        nodes: vertices.map((vertex) => ({
          id: idOf(vertex),
          operator: '',
          parallelism: this.#parallelism(job, vertex),
          operator_strategy: '',
          description: `Operator ${vertex}<br/>`,
          optimizer_properties: {},
          ...(vertex === 0 ? {} : { inputs: [{ num: 0, id: idOf((vertex - 1) >> 1), ship_strategy: 'HASH' }] }),
        })),
      },
    };
  }

  #subtask(index: number, now: number): unknown {
    return {
      subtask: index,
      status: 'RUNNING',
      attempt: 0,
      endpoint: `10.0.${index >> 8}.${index & 255}:36629`,
      'start-time': this.begunAt,
      'end-time': -1,
      duration: now - this.begunAt,
      metrics: this.#metrics(index, 1, now),
      'taskmanager-id': taskManagerId(index % this.size.taskManagers),
      'status-duration': {
        INITIALIZING: 1379,
        RUNNING: now - this.begunAt,
        CREATED: 249,
        SCHEDULED: 1368,
        DEPLOYING: 1315,
      },
      start_time: this.begunAt,
    };
  }

  #metrics(seed: number, parallelism: number, now: number): unknown {
    const elapsed = now - this.begunAt;
    const busy = Math.floor(elapsed * parallelism * ((seed % 10) / 11));
    const records = this.#count(seed, now);
    return {
      'read-bytes': records * 68,
      'read-bytes-complete': true,
      'write-bytes': records * 29,
      'write-bytes-complete': true,
      'read-records': records,
      'read-records-complete': true,
      'write-records': records,
      'write-records-complete': true,
      'accumulated-backpressured-time': 0,
      'accumulated-idle-time': elapsed * parallelism - busy,
      'accumulated-busy-time': busy,
    };
  }

  #checkpoints(job: number, now: number): unknown {
    const newest = Math.floor((now - this.begunAt) / checkpointMs);
    const history = Array.from({ length: Math.min(newest, keptCheckpoints) }, (_, back) => {
      const id = newest - back;
      return {
        className: 'completed',
        id,
        status: 'COMPLETED',
        is_savepoint: false,
        savepointFormat: null,
        trigger_timestamp: this.begunAt + id * checkpointMs,
        latest_ack_timestamp: this.begunAt + id * checkpointMs + 84,
        checkpointed_size: 530 + id,
        state_size: 530 + id,
        end_to_end_duration: 84,
        alignment_buffered: 0,
        processed_data: 0,
        persisted_data: 0,
        num_subtasks: 60,
        num_acknowledged_subtasks: 60,
        checkpoint_type: 'CHECKPOINT',
        tasks: {},
        external_path: `file:/playground/cp/${idOf(job)}/chk-${id}`,
        discarded: back > 0,
      };
    });
    const counts = { restored: 0, total: newest, in_progress: 0, completed: newest, failed: 0 };
    return {
      counts,
      latest: { completed: history[0] ?? null, savepoint: null, failed: null, restored: null },
      history,
    };
  }

  #tasks(job: number, total: number): Readonly<Record<string, number>> {
    const state = isOver(job) ? 'FINISHED' : this.waiting ? 'SCHEDULED' : 'RUNNING';
    return Object.fromEntries(taskStates.map((each) => [each, each === state ? total : 0]));
  }

  #count(seed: number, now: number): number {
    return Math.floor(((now - this.begunAt) / 1000) * (100 + (seed % 37) * 13));
  }

  #parallelism(job: number, vertex: number): number {
    if (job > 0) return 2;
    return vertex === 1 ? this.size.subtasks - (this.size.vertices - 1) : 1;
  }
}

/** The id of a job or a vertex by its number. */
export function idOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

function numberOf(id: string): number | undefined {
  return /^[0-9a-f]{32}$/.test(id) ? Number.parseInt(id, 16) : undefined;
}

function nameOf(job: number): string {
  return `Job ${job} of the simulated cluster`;
}

function isOver(job: number): boolean {
  return job % 10 === 9;
}

function stateOf(job: number): string {
  return isOver(job) ? (ended[Math.floor(job / 10) % ended.length] ?? 'FINISHED') : 'RUNNING';
}

function vertexHead(vertex: number): object {
  const name = vertex === 0 ? 'Source: Orders' : `Operator ${vertex} -> Map -> Filter`;
  return { id: idOf(vertex), name, maxParallelism: 4096 };
}

function taskManagerId(index: number): string {
  return `10.0.${index >> 8}.${index & 255}:34567-a1b2c3`;
}

function taskManager(index: number, now: number): unknown {
  const resource = {
    cpuCores: 4,
    taskHeapMemory: 1024,
    taskOffHeapMemory: 0,
    managedMemory: 512,
    networkMemory: 128,
    extendedResources: {},
  };
  return {
    id: taskManagerId(index),
    path: `pekko.tcp://flink@10.0.${index >> 8}.${index & 255}:33321/user/rpc/taskmanager_0`,
    dataPort: 42503,
    jmxPort: -1,
    timeSinceLastHeartbeat: now - (index % 1000),
    slotsNumber: 4,
    freeSlots: 1,
    totalResource: resource,
    freeResource: resource,
    hardware: { cpuCores: 4, physicalMemory: 25276514304, freeMemory: 268435456, managedMemory: 33554432 },
    memoryConfiguration: {
      frameworkHeap: 134217728,
      taskHeap: 134217728,
      frameworkOffHeap: 67108864,
      taskOffHeap: 0,
      networkMemory: 67108864,
      managedMemory: 33554432,
      jvmMetaspace: 134217728,
      jvmOverhead: 67108864,
      totalFlinkMemory: 436207616,
      totalProcessMemory: 637534208,
    },
  };
}
