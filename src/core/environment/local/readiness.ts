import { connect } from 'node:net';
import * as l10n from '@vscode/l10n';
import type { FlinkClient } from '../../flink/flinkClient';
import { waitFor } from '../../util/async';
import type { Clock } from '../../util/clock';
import { PlaygroundError, type ErrorKind } from '../../util/errors';
import { instanceKeySetting } from './flinkConfig';
import { isOpen, loopback } from '../common/ports';
import type { KafkaAdmin } from './services';

/** A start on a busy machine of two cores takes 20 s; three times that is not a start any more. */
const readyTimeoutMs = 120_000;
const pollMs = 50;
const replyTimeoutMs = 1000;

interface ReadyContext {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What a server that is not up yet answers: nothing, 404 for paths that it does not have yet, 500 and 503. */
const passing: ReadonlySet<ErrorKind> = new Set(['unreachable', 'timeout', 'protocol', 'notFound', 'rejected']);

/** Asks until there is an answer that is meant; only what will not pass is a failure. */
async function eventually<T>(
  what: string,
  { clock, signal }: ReadyContext,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  return waitFor(
    async () => {
      try {
        return await ask();
      } catch (error) {
        signal.throwIfAborted();
        if (PlaygroundError.is(error) && passing.has(error.kind)) return undefined;
        throw error;
      }
    },
    { what, timeoutMs: readyTimeoutMs, intervalMs: pollMs, signal, clock },
  );
}

/**
 * Waits until Kafka answers as a broker.
 * @returns the cluster id.
 * @throws PlaygroundError `stranger` when it is not the expected cluster.
 */
export async function kafkaReady(
  kafka: KafkaAdmin,
  port: number,
  expectedClusterId: string | undefined,
  context: ReadyContext,
): Promise<string> {
  const clusterId = await eventually(l10n.t('Kafka to answer'), context, async () => {
    if (!(await isOpen(port, context.signal))) return undefined;
    return kafka.clusterId([`${loopback}:${port}`], context.signal);
  });
  if (expectedClusterId !== undefined && clusterId !== expectedClusterId) throw strangerKafka(port);
  return clusterId;
}

/** Waits until ZooKeeper says that it serves. */
export async function zookeeperReady(port: number, context: ReadyContext): Promise<void> {
  await eventually(l10n.t('ZooKeeper to answer'), context, async () =>
    (await askZookeeper(port, context.signal)) === 'imok' ? true : undefined,
  );
}

/** The answer to `ruok`; empty when there is none. */
function askZookeeper(port: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: loopback, signal });
    const finish = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(replyTimeoutMs, finish);
    socket.on('connect', () => socket.write('ruok'));
    socket.on('data', (data) => {
      answer += data.toString('latin1').slice(0, 16);
      if (answer.length >= 4) finish();
    });
    socket.once('error', finish);
    socket.once('close', finish);
  });
}

/** Waits until the JobManager's REST server works, and sees that it is ours. */
export async function jobManagerReady(client: FlinkClient, instanceKey: string, context: ReadyContext): Promise<void> {
  await eventually(l10n.t('the JobManager to answer'), context, async () => {
    await assertOurFlink(client, instanceKey, context.signal);
    await client.overview(context.signal);
    return true;
  });
}

/** @throws PlaygroundError `stranger` when another Flink answers; `unreachable` and `timeout` when none does. */
export async function assertOurFlink(client: FlinkClient, instanceKey: string, signal: AbortSignal): Promise<void> {
  const entries = await client.jobManagerConfig(signal);
  if (entries.some(({ key, value }) => key === instanceKeySetting && value === instanceKey)) return;
  throw new PlaygroundError('stranger', l10n.t('Another Flink answers on the REST port of the playground.'), {
    remedy: l10n.t('End the other Flink, or stop the playground and start it again to use another port.'),
  });
}

function strangerKafka(port: number): PlaygroundError {
  return new PlaygroundError('stranger', l10n.t('Another Kafka answers on port {0}.', port), {
    remedy: l10n.t('End the other Kafka, or stop the playground and start it again to use another port.'),
  });
}

/** Waits until the TaskManager is registered and its slots can be used. */
export async function taskManagerReady(
  client: Pick<FlinkClient, 'taskManagers'>,
  flinkId: string,
  context: ReadyContext,
): Promise<void> {
  await eventually(l10n.t('{0} to register', flinkId), context, async () => {
    const registered = await client.taskManagers(context.signal);
    // It is known a moment before its slots are; whoever counts them then is told that there are too few.
    return registered.some(({ id, slotsTotal }) => id === flinkId && slotsTotal > 0) ? true : undefined;
  });
}
