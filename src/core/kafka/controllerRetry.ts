import { delay } from '../util/async';
import { protocolErrorOf } from './kafkaErrors';

const attempts = 20;
const retryMs = 500;

/**
 * Asks again for up to 10 s while there is no controller: a broker that lost its ZooKeeper session for a moment answers with
 * `UNKNOWN_SERVER_ERROR` until it is the controller again.
 */
export async function untilControllerAnswers(ask: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await ask();
      return;
    } catch (error) {
      const type = protocolErrorOf(error);
      if (attempt === attempts || (type !== 'UNKNOWN' && type !== 'NOT_CONTROLLER')) throw error;
    }
    await delay(retryMs, signal);
  }
}
