import { endedJobStates, type JobDetail, type JobOverview } from '../../shared/model/flink';
import type { ExceptionHistory, JobTrouble, RestartLoop } from '../../shared/model/jobReads';
import type { ClusterMonitor, Watch } from '../engineApi';
import { valueOf } from '../state/resource';
import { sameValue } from '../state/sameValue';
import { Store } from '../state/store';
import { systemClock, type Clock } from '../util/clock';
import { DisposableStore, type Disposable } from '../util/disposable';
import type { JobReads } from './jobReads';
import { rootCause } from './rootCause';
import { slotsOf } from './slotNeeds';

/** As many failures within so long are no accident any more. */
const loopTimes = 3;
const loopMs = 120_000;
/** Between two failures of a loop a job runs for a while, in which it is not well either. */
const lingerMs = 30_000;
/** When a TaskManager dies, hundreds of jobs may be in trouble: what it costs to ask why must not grow with them. */
const mostPatients = 5;

interface Patient {
  readonly detail: Watch<JobDetail>;
  readonly exceptions: Watch<ExceptionHistory>;
  readonly owned: DisposableStore;
  troubledAt: number;
}

export interface JobTroublesOptions {
  readonly cluster: Pick<ClusterMonitor, 'state' | 'watch' | 'watchJob'>;
  readonly jobs: Pick<JobReads, 'exceptions'>;
  readonly clock?: Clock;
}

/**
 * Why jobs do not run that should: reads more of a job as long as not all of its tasks run, and for a while after, and nothing of
 * one that is well. Of many in trouble it looks at the newest.
 */
export class JobTroubles implements Disposable {
  /** By the id of the job. */
  readonly state = new Store<ReadonlyMap<string, JobTrouble>>(new Map(), (a, b) => sameValue([...a], [...b]));
  readonly #patients = new Map<string, Patient>();
  readonly #clock: Clock;
  readonly #clusterChange: Disposable;
  #overview: Disposable | undefined;

  constructor(private readonly options: JobTroublesOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#clusterChange = options.cluster.state.onDidChange(() => this.#look());
    this.#look();
  }

  dispose(): void {
    this.#clusterChange.dispose();
    for (const { owned } of this.#patients.values()) owned.dispose();
    this.#patients.clear();
    this.#overview?.dispose();
    this.state.dispose();
  }

  #look(): void {
    const now = this.#clock.now();
    const active = this.#active();
    const newest = active.filter((job) => !isWell(job)).toSorted((a, b) => b.startTime - a.startTime);
    const troubled = new Set(newest.map(({ id }) => id));
    for (const [id, patient] of this.#patients) {
      const stays = active.some((job) => job.id === id) && now - patient.troubledAt < lingerMs;
      if (troubled.has(id)) patient.troubledAt = now;
      else if (!stays) {
        patient.owned.dispose();
        this.#patients.delete(id);
      }
    }
    for (const id of troubled) {
      if (this.#patients.size >= mostPatients) break;
      if (!this.#patients.has(id)) this.#admit(id, now);
    }
    if (this.#patients.size > 0) this.#overview ??= this.options.cluster.watch(['overview']);
    else {
      this.#overview?.dispose();
      this.#overview = undefined;
    }
    this.#diagnose();
  }

  #admit(id: string, troubledAt: number): void {
    const { cluster, jobs } = this.options;
    const owned = new DisposableStore();
    const detail = owned.add(cluster.watchJob(id));
    const exceptions = owned.add(jobs.exceptions(id));
    owned.add(detail.state.onDidChange(() => this.#diagnose()));
    owned.add(exceptions.state.onDidChange(() => this.#diagnose()));
    this.#patients.set(id, { detail, exceptions, owned, troubledAt });
  }

  #diagnose(): void {
    const total = valueOf(this.options.cluster.state.value.overview)?.slotsTotal;
    const alone = this.#active().length === 1;
    const troubles = Array.from(this.#patients, ([id, { detail, exceptions }]): [string, JobTrouble] => {
      const job = valueOf(detail.state.value);
      const restarts = loopOf(valueOf(exceptions.state.value), this.#clock.now());
      const there = alone && total !== undefined ? { there: total } : {};
      return [
        id,
        {
          ...(job === undefined || job.vertices.length === 0 ? {} : { slots: { needed: slotsOf(job), ...there } }),
          ...(restarts === undefined ? {} : { restarts }),
        },
      ];
    });
    this.state.set(new Map(troubles));
  }

  #active(): readonly JobOverview[] {
    return (valueOf(this.options.cluster.state.value.jobs) ?? []).filter(({ state }) => !endedJobStates.has(state));
  }
}

function isWell({ state, tasks, totalTasks }: JobOverview): boolean {
  return state === 'RUNNING' && tasks.RUNNING + tasks.FINISHED === totalTasks;
}

/** A TaskManager that died is one failure; only what comes back with the same cause is a loop. */
function loopOf(history: ExceptionHistory | undefined, now: number): RestartLoop | undefined {
  const recent = (history?.entries ?? []).filter(({ at }) => now - at <= loopMs);
  const [newest] = recent;
  if (newest === undefined) return undefined;
  const cause = rootCause(newest);
  const times = recent.filter((exception) => rootCause(exception).label === cause.label).length;
  return times < loopTimes ? undefined : { times, withinMs: loopMs, cause };
}
