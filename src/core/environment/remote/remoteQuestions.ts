import * as l10n from '@vscode/l10n';
import type { FlinkClient } from '../../flink/flinkClient';
import type { KafkaPort } from '../../kafka/kafkaPort';
import { isAbort, PlaygroundError, type ErrorKind } from '../../util/errors';
import { newestRunning } from '../common/clickEventJob';
import type { RemoteTarget } from './remoteTarget';

export interface RemoteQuestionsOptions {
  readonly kafka: Pick<KafkaPort, 'clusterId'>;
  readonly flinkClient: (restUrl: string) => Pick<FlinkClient, 'overview' | 'jobs' | 'dispose'>;
}

/** What Flink says of itself. */
export interface FlinkAnswer {
  readonly flinkVersion: string;
  /** The newest *Click Event Count* job that has not ended, if there is one. */
  readonly jobId?: string;
}

const aboutAddress: ReadonlySet<ErrorKind> = new Set(['unreachable', 'timeout', 'protocol', 'rejected', 'notFound']);

/** Asks the Flink of a cluster who it is. @throws PlaygroundError that says what to check. */
export async function askFlink(
  { flinkClient }: RemoteQuestionsOptions,
  { rest }: RemoteTarget,
  signal: AbortSignal,
): Promise<FlinkAnswer> {
  const client = flinkClient(rest);
  try {
    const [{ flinkVersion }, jobs] = await Promise.all([client.overview(signal), client.jobs(signal)]);
    const job = newestRunning(jobs);
    return { flinkVersion, ...(job === undefined ? {} : { jobId: job.id }) };
  } catch (error) {
    throw withRemedy(
      error,
      l10n.t('Check flinkPlayground.remote.restUrl, and that this machine can reach the REST server of that Flink.'),
    );
  } finally {
    client.dispose();
  }
}

/** Asks whether the brokers of a cluster answer; nothing where none are set. @throws PlaygroundError that says what to check. */
export async function askKafka(
  { kafka }: RemoteQuestionsOptions,
  { brokers }: RemoteTarget,
  signal: AbortSignal,
): Promise<void> {
  if (brokers.length === 0) return;
  try {
    await kafka.clusterId(brokers, signal);
  } catch (error) {
    throw withRemedy(
      error,
      l10n.t('Check flinkPlayground.remote.brokers, or leave it empty to look at Flink alone.'),
      true,
    );
  }
}

/** The same failure with what the person can do about a cluster of others: looking at its log is not it. */
function withRemedy(error: unknown, remedy: string, keepOwn = false): unknown {
  if (isAbort(error) || !PlaygroundError.is(error) || !aboutAddress.has(error.kind)) return error;
  return new PlaygroundError(error.kind, error.message, {
    remedy: keepOwn && error.remedy !== undefined ? error.remedy : remedy,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    cause: error,
  });
}
