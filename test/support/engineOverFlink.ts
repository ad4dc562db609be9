import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../src/core/engineApi';
import { PollingClusterMonitor } from '../../src/core/flink/clusterMonitor';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import { JobReads } from '../../src/core/flink/jobReads';
import { JobTroubles } from '../../src/core/flink/jobTroubles';
import { MetricBoard } from '../../src/core/flink/metricBoard';
import { RestTransport, type RestRequest, type RestTransportOptions } from '../../src/core/flink/transport';
import { valueOf } from '../../src/core/state/resource';
import { Store } from '../../src/core/state/store';
import type { Clock } from '../../src/core/util/clock';
import { TimelineRecorder } from '../../src/core/timeline/timelineRecorder';
import { DisposableStore, type Disposable } from '../../src/core/util/disposable';
import { silentLogger } from '../../src/core/util/logger';
import type { EnvironmentSnapshot } from '../../src/shared/model/environment';
import { lookingOnly, runningEnvironment } from './builders/environment';
import { engineDouble } from './builders/engine';
import { settled } from './builders/fakeClock';

/** Answers a request: what JSON says, or the error that the call ends with. */
export type Answerer = (path: string, signal: AbortSignal) => Promise<unknown>;

export interface EngineOverFlink extends Disposable {
  readonly engine: Engine;
  /** Another one stands for another address; `undefined` for no Flink. */
  readonly endpoints: Store<string | undefined>;
  /** Calls so far. */
  readonly calls: number;
  /** Resolves when no call is under way and nothing of the last one's answer is left to do. */
  idle(): Promise<void>;
}

export interface EngineOverFlinkOptions {
  readonly clock: Clock;
  /** Takes the place of a server; without it a server is asked at `baseUrl`. */
  readonly answer?: Answerer;
  readonly baseUrl?: string;
  readonly environment?: EnvironmentSnapshot;
}

const intervalMs = (): number => 2000;

/** An engine whose Flink part is the real one, with a clock of the test's and a Flink that is not its own. */
export function engineOverFlink(options: EngineOverFlinkOptions): EngineOverFlink {
  const { clock, answer, baseUrl = 'http://flink.test', environment = runningEnvironment() } = options;
  const owned = new DisposableStore();
  const endpoints = owned.add(new Store<string | undefined>(baseUrl));
  const logger = silentLogger;
  const common = { intervalMs, logger, clock, random: () => 0.5 };
  const traffic = { calls: 0, underWay: 0 };
  const createClient = (url: string): FlinkClient =>
    new FlinkClient({ baseUrl: url, logger }, new CountedTransport({ baseUrl: url, logger }, traffic, answer));
  const cluster = owned.add(new PollingClusterMonitor({ ...common, endpoints, createClient }));
  const jobs = owned.add(new JobReads({ ...common, client: cluster.client }));
  const metrics = owned.add(
    new MetricBoard({
      ...common,
      client: cluster.client,
      jobs: () => valueOf(cluster.state.value.jobs) ?? [],
      watchJobs: () => cluster.watch(['jobs']),
      flinkIdOf: () => undefined,
    }),
  );
  const double = engineDouble({ environment: { capabilities: lookingOnly } }, environment).engine;
  const timelines = owned.add(
    new TimelineRecorder({ ...double, cluster, jobs, environment: double.environment.snapshot, clock }),
  );
  const engine: Engine = {
    ...double,
    cluster,
    jobs,
    metrics,
    timelines,
    watchTroubles: () => new JobTroubles({ cluster, jobs, clock }),
  };
  return {
    engine,
    endpoints,
    get calls() {
      return traffic.calls;
    },
    async idle() {
      await settled();
      while (traffic.underWay > 0) {
        await delay(1);
        await settled();
      }
    },
    dispose: () => owned.dispose(),
  };
}

/** A transport that counts its calls and can be answered without a server. */
class CountedTransport extends RestTransport {
  constructor(
    options: RestTransportOptions,
    private readonly traffic: { calls: number; underWay: number },
    private readonly answer: Answerer | undefined,
  ) {
    super(options);
  }

  override async send(request: RestRequest, signal: AbortSignal): Promise<unknown> {
    this.traffic.calls += 1;
    this.traffic.underWay += 1;
    try {
      return await (this.answer === undefined ? super.send(request, signal) : this.answer(request.path, signal));
    } finally {
      this.traffic.underWay -= 1;
    }
  }
}
