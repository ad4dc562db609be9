import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JobState, TaskState } from '../../src/shared/model/flink';

export interface FakeJob {
  readonly id: string;
  readonly name: string;
  state: JobState;
  tasks: TaskState;
  parallelism: number;
  readonly args: readonly string[];
  readonly startTime: number;
  savepointPath?: string | undefined;
}

/** How the next savepoints and stops end; a failure is a Java stack trace. */
export type FakeOutcome = 'complete' | 'never' | { readonly failure: string };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const vertexId = 'cbc357ccb763df2852fee8c4fc7d55f2';
const checkpointTaken = { status: { id: 'COMPLETED' }, operation: { checkpointId: 7 } };
const ok = (body: unknown): Answer => ({ status: 200, body });
const refused = (status: number, text: string): Answer => ({ status, body: { errors: [text] } });

/**
 * A Flink with jobs of one vertex, as far as operations on jobs ask it: what it does at once, a real one does in a while.
 * Its answers have the form of real ones, which the contract tests see to.
 */
export class FakeFlink {
  readonly jobs = new Map<string, FakeJob>();
  readonly jars = new Map<string, string>();
  /** Every request that changes something, as `POST /jobs/…/stop`. */
  readonly seen: string[] = [];
  readonly bodies: Record<string, unknown>[] = [];
  readonly outcomes: FakeOutcome[] = [];
  readonly #triggers = new Map<string, unknown>();
  readonly #savepoints: unknown[] = [];
  /** How long the tasks of a job take to end after its savepoint is complete. */
  endsAfterMs = 0;
  slotsAvailable = 1;
  maxParallelism = 128;
  /** Tasks of a job that is submitted, and whether Flink takes it. */
  tasksOfNext: TaskState = 'RUNNING';
  refuseRun: string | undefined;
  /** What else happens when a job is cancelled. */
  onCancel: () => void = () => undefined;
  /** What else happens when a checkpoint is asked for. */
  onCheckpoint: () => void = () => undefined;
  scheduler = 'default';

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, body } = this.#answer(request, Buffer.concat(chunks).toString('utf8'));
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  static async start(): Promise<FakeFlink> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new FakeFlink(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get running(): readonly FakeJob[] {
    return [...this.jobs.values()].filter(({ state }) => state === 'RUNNING');
  }

  count(request: RegExp): number {
    return this.seen.filter((line) => request.test(line)).length;
  }

  run(change: Partial<FakeJob> & Pick<FakeJob, 'id'>): FakeJob {
    const job: FakeJob = {
      name: 'Click Event Count',
      state: 'RUNNING',
      tasks: 'RUNNING',
      parallelism: 1,
      args: ['--bootstrap.servers', '127.0.0.1:9092', '--checkpointing', '--event-time'],
      startTime: Date.now() + 1,
      ...change,
    };
    this.jobs.set(job.id, job);
    return job;
  }

  /** As a JobManager that was killed and started again: jobs, requests and what it was asked are forgotten, jars are not. */
  forget(): void {
    this.jobs.clear();
    this.#triggers.clear();
  }

  async dispose(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  #answer({ method = '', url = '' }: IncomingMessage, text: string): Answer {
    const path = url.split('?')[0] ?? '';
    if (method !== 'GET') this.seen.push(`${method} ${path}`);
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    if (method !== 'GET') this.bodies.push(body);
    if (path === '/overview') return ok(this.#overview());
    if (path === '/jobmanager/config') return ok([{ key: 'jobmanager.scheduler', value: this.scheduler }]);
    if (path === '/jobs/overview') return ok({ jobs: [...this.jobs.values()].map((job) => this.#jobRow(job)) });
    if (path === '/jars') return ok({ files: [...this.jars].map(([id, name]) => ({ id, name, uploaded: 1 })) });
    if (path === '/jars/upload') return this.#upload(text);
    const jar = /^\/jars\/([^/]+)\/run$/.exec(path)?.[1];
    if (jar !== undefined) return this.#run(decodeURIComponent(jar), body);
    const [, jobId = '', rest = ''] = /^\/jobs\/([^/]+)(.*)$/.exec(path) ?? [];
    return this.#job(method, jobId, rest, body);
  }

  #overview(): unknown {
    return { 'flink-version': '2.2.1', taskmanagers: 1, 'slots-total': 2, 'slots-available': this.slotsAvailable };
  }

  #jobRow(job: FakeJob): unknown {
    const tasks = { total: job.parallelism, [job.tasks.toLowerCase()]: job.parallelism };
    return { jid: job.id, name: job.name, state: job.state, 'start-time': job.startTime, duration: 1, tasks };
  }

  #job(method: string, jobId: string, rest: string, body: Record<string, unknown>): Answer {
    const trigger = /^\/savepoints\/(\w+)$/.exec(rest)?.[1];
    if (trigger !== undefined) return this.#outcome(trigger);
    if (rest.startsWith('/checkpoints/') && rest !== '/checkpoints/config') return ok(checkpointTaken);
    const job = this.jobs.get(jobId);
    if (method === 'POST' && rest === '/stop') return this.#trigger(job, body, true);
    if (method === 'POST' && rest === '/savepoints') return this.#trigger(job, body, false);
    if (job === undefined)
      return refused(404, `org.apache.flink.runtime.rest.NotFoundException: Job ${jobId} not found`);
    if (method === 'POST' && rest === '/checkpoints') {
      this.onCheckpoint();
      return { status: 202, body: { 'request-id': 'checkpoint' } };
    }
    if (method === 'PATCH') return this.#cancel(job);
    if (method === 'PUT' && rest === '/resource-requirements') {
      const bounds = body[vertexId] as { readonly parallelism: { readonly upperBound: number } };
      const before = job.parallelism;
      job.parallelism = Math.min(bounds.parallelism.upperBound, this.slotsAvailable + before);
      this.slotsAvailable -= job.parallelism - before;
      return ok({});
    }
    switch (rest) {
      case '':
        return ok(this.#detail(job));
      case '/config':
        return ok(configOf(job));
      case '/checkpoints/config':
        return ok({ interval: 1000 });
      case '/checkpoints':
        return ok({
          counts: { restored: 0, in_progress: 0, completed: 1, failed: 0 },
          latest: { completed: null, savepoint: null },
          history: this.#savepoints,
        });
      case `/vertices/${vertexId}/subtasktimes`:
        return ok({ subtasks: [{ timestamps: { RUNNING: job.startTime, FINISHED: job.startTime } }] });
      default:
        return refused(404, `Unknown route ${rest}`);
    }
  }

  #detail(job: FakeJob): unknown {
    const { maxParallelism } = this;
    const vertex = {
      id: vertexId,
      name: 'Source: ClickEvent Source',
      parallelism: job.parallelism,
      maxParallelism,
      status: job.tasks,
      tasks: { [job.tasks]: job.parallelism },
    };
    return {
      jid: job.id,
      name: job.name,
      state: job.state,
      'start-time': job.startTime,
      duration: 1,
      vertices: [vertex],
    };
  }

  #trigger(job: FakeJob | undefined, body: Record<string, unknown>, stop: boolean): Answer {
    const triggerId = String(body['triggerId']);
    const accepted: Answer = { status: 202, body: { 'request-id': triggerId } };
    if (this.#triggers.has(triggerId)) return accepted;
    if (job === undefined) {
      this.#triggers.set(triggerId, failed('FlinkJobNotFoundException: Could not find Flink job'));
      return accepted;
    }
    const outcome = this.outcomes.shift() ?? 'complete';
    const folder = String(body[stop ? 'targetDirectory' : 'target-directory']);
    const location = `${folder}/savepoint-${job.id.slice(0, 6)}-${triggerId.slice(0, 12)}`;
    if (outcome === 'never') this.#triggers.set(triggerId, { status: { id: 'IN_PROGRESS' }, operation: null });
    else if (outcome === 'complete')
      this.#triggers.set(triggerId, { status: { id: 'COMPLETED' }, operation: { location } });
    else this.#triggers.set(triggerId, failed(outcome.failure.replaceAll('<path>', location)));
    if (outcome === 'complete') {
      this.#savepoints.push({
        id: this.#savepoints.length + 1,
        status: 'COMPLETED',
        is_savepoint: true,
        checkpoint_type: stop ? 'SYNC_SAVEPOINT' : 'SAVEPOINT',
        external_path: location,
      });
      if (stop) this.#end(job);
    }
    return accepted;
  }

  #end(job: FakeJob): void {
    const end = (): void => {
      job.state = 'FINISHED';
      job.tasks = 'FINISHED';
    };
    if (this.endsAfterMs === 0) end();
    else setTimeout(end, this.endsAfterMs);
  }

  #cancel(job: FakeJob): Answer {
    job.state = 'CANCELED';
    job.tasks = 'CANCELED';
    this.onCancel();
    return { status: 202, body: {} };
  }

  #outcome(trigger: string): Answer {
    const found = this.#triggers.get(trigger);
    return found === undefined ? refused(404, `There is no savepoint operation with triggerId=${trigger}`) : ok(found);
  }

  #upload(text: string): Answer {
    const name = /filename="([^"]+)"/.exec(text)?.[1] ?? 'unknown.jar';
    const id = `${this.jars.size}_${name}`;
    this.jars.set(id, name);
    return ok({ filename: `/uploads/${id}`, status: 'success' });
  }

  #run(jarId: string, body: Record<string, unknown>): Answer {
    if (!this.jars.has(jarId)) return refused(400, `RestHandlerException: Jar file /uploads/${jarId} does not exist`);
    if (this.refuseRun !== undefined) return refused(400, this.refuseRun);
    const id = String(body['jobId']);
    if (this.jobs.has(id)) return refused(400, 'DuplicateJobSubmissionException: Job has already been submitted.');
    this.run({
      id,
      parallelism: Number(body['parallelism']),
      args: body['programArgsList'] as readonly string[],
      savepointPath: body['savepointPath'] as string | undefined,
      tasks: this.tasksOfNext,
    });
    return ok({ jobid: id });
  }
}

function failed(trace: string): unknown {
  return { status: { id: 'COMPLETED' }, operation: { 'failure-cause': { class: 'x', 'stack-trace': trace } } };
}

function configOf(job: FakeJob): unknown {
  const pairs: [string, string][] = [];
  for (let index = 0; index < job.args.length; index++) {
    const key = (job.args[index] ?? '').replace(/^--/, '');
    const next = job.args[index + 1];
    if (next === undefined || next.startsWith('--')) pairs.push([key, 'true']);
    else {
      pairs.push([key, next]);
      index += 1;
    }
  }
  return {
    jid: job.id,
    name: job.name,
    'execution-config': { 'job-parallelism': 1, 'user-config': Object.fromEntries(pairs) },
  };
}
