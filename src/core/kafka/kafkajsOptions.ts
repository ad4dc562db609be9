import type { LogEntry } from 'kafkajs';
import type { Logger } from '../util/logger';

/** How every client of kafkajs is made. */
export const clientOptions = {
  clientId: 'flink-playground',
  connectionTimeout: 2000,
  requestTimeout: 10_000,
  retry: {
    initialRetryTime: 100,
    maxRetryTime: 1000,
    retries: 2,
    restartOnFailure: (): Promise<boolean> => Promise.resolve(false),
  },
};

/** kafkajs reports as errors what its caller handles, again and again while a broker is away. */
export function logEntry(logger: Logger, { namespace, log: { message, error, broker } }: LogEntry): void {
  logger.trace(
    [namespace, message, error, broker].filter((part) => typeof part === 'string' && part !== '').join(': '),
  );
}
