import { systemProcessTable } from '../../src/core/environment/common/processTable';
import type { Environment } from '../../src/core/environment/environment';
import { FlinkClient } from '../../src/core/flink/flinkClient';
import { createInProcessKafkaPort } from '../../src/core/kafka/inProcessKafkaPort';
import type { LedgerSession } from '../../src/core/kafka/kafkaPort';
import { playground } from '../../src/core/playground';
import { FlinkJobOperations } from '../../src/core/savepoints/flinkJobOperations';
import type { OperationSink } from '../../src/core/savepoints/jobOperations';
import { waitFor } from '../../src/core/util/async';
import { systemClock } from '../../src/core/util/clock';
import { silentLogger, type Logger } from '../../src/core/util/logger';
import type { LedgerSummary } from '../../src/shared/model/ledger';

export const watchNothing: OperationSink = () => undefined;

/** Operations on the jobs of an environment, as one window has them. */
export function operationsOf(environment: Environment, logger: Logger = silentLogger): FlinkJobOperations {
  return new FlinkJobOperations({
    environment,
    createClient: (baseUrl) => new FlinkClient({ baseUrl, logger }),
    table: systemProcessTable(),
    clock: systemClock,
    logger,
    changed: () => undefined,
  });
}

/** An account of `output`, from its first record on. */
export interface OpenLedger {
  readonly ledger: LedgerSession;
  /** The account when this many more windows are closed. */
  afterMoreWindows(count: number): Promise<LedgerSummary>;
  dispose(): void;
}

export async function openLedger(brokers: readonly string[], recoveries: readonly number[] = []): Promise<OpenLedger> {
  const kafka = createInProcessKafkaPort({ logger: silentLogger });
  const ledger = await kafka.openLedger({
    brokers,
    topic: 'output',
    gapsTopic: 'input-gaps',
    windowMs: playground.window.sizeMs,
    expectedCount: playground.window.count,
    pages: playground.pages,
    from: 'earliest',
    eventTime: true,
    recoveries,
  });
  return {
    ledger,
    afterMoreWindows: async (count) => {
      const { summary } = ledger;
      const wanted = summary.value.totals.windows + count;
      return waitFor(async () => (summary.value.totals.windows >= wanted ? summary.value : undefined), {
        what: `${count} more windows`,
        timeoutMs: 30_000,
        intervalMs: 50,
        signal: new AbortController().signal,
      });
    },
    dispose: () => {
      ledger.dispose();
      kafka.dispose();
    },
  };
}
