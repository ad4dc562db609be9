import { FlinkClient } from '../../../src/core/flink/flinkClient';
import { systemProcessTable } from '../../../src/core/environment/common/processTable';
import { FlinkJobOperations } from '../../../src/core/savepoints/flinkJobOperations';
import { systemClock } from '../../../src/core/util/clock';
import { silentLogger } from '../../../src/core/util/logger';
import { LocalTestBed } from '../localPlayground';
import type { Boundary, VictimOrder } from './boundaries';

/** A client that ends its process without a word at one moment. */
class DeadlyClient extends FlinkClient {
  constructor(
    baseUrl: string,
    private readonly dieAt: Boundary | undefined,
  ) {
    super({ baseUrl, logger: silentLogger });
    const { actions } = this;
    const stop = actions.requestStop.bind(actions);
    actions.requestStop = async (...args) => {
      this.#at('before the stop is asked for');
      await stop(...args);
      this.#at('after the stop was asked for');
    };
    const outcome = actions.savepointOutcome.bind(actions);
    actions.savepointOutcome = async (...args) => {
      const found = await outcome(...args);
      if (found !== undefined) this.#at('after the savepoint is complete');
      return found;
    };
    const times = actions.taskTimes.bind(actions);
    actions.taskTimes = (...args) => {
      this.#at('after all tasks run');
      return times(...args);
    };
  }

  override async runJar(...args: Parameters<FlinkClient['runJar']>): Promise<string> {
    this.#at('before the job is submitted');
    const id = await super.runJar(...args);
    this.#at('after the job was submitted');
    return id;
  }

  override async checkpoints(...args: Parameters<FlinkClient['checkpoints']>): ReturnType<FlinkClient['checkpoints']> {
    const found = await super.checkpoints(...args);
    if ((found?.completed ?? 0) > 0) this.#at('after the first checkpoint');
    return found;
  }

  #at(moment: Boundary): void {
    if (moment === this.dieAt) process.kill(process.pid, 'SIGKILL');
  }
}

const order = JSON.parse(process.argv[2] ?? '{}') as VictimOrder;
const never = new AbortController().signal;
const environment = LocalTestBed.at(order.root).open();
await environment.refresh(never);
const operations = new FlinkJobOperations({
  environment,
  createClient: (baseUrl) => new DeadlyClient(baseUrl, order.dieAt),
  table: systemProcessTable(),
  clock: systemClock,
  logger: silentLogger,
  changed: () => undefined,
});
process.stdout.write('begins\n');
const { jobId, parallelism } = order;
const done =
  order.operation === 'restart'
    ? operations.restart({ jobId }, () => undefined, never)
    : operations.rescale({ jobId, parallelism }, () => undefined, never);
const { jobId: successor } = await done;
process.stdout.write(`done ${successor}\n`);
process.exit(0);
