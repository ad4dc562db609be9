import { describe, expect, it } from 'vitest';
import { untilControllerAnswers } from '../../../src/core/kafka/controllerRetry';

const never = new AbortController().signal;

function refusal(type: string): Error {
  return Object.assign(new Error(type), { type });
}

describe('a request that the controller has to answer', () => {
  it('is made again while there is no controller', async () => {
    const answers = [refusal('UNKNOWN'), refusal('NOT_CONTROLLER')];
    let asked = 0;
    await untilControllerAnswers(() => {
      asked += 1;
      const failure = answers.shift();
      return failure === undefined ? Promise.resolve() : Promise.reject(failure);
    }, never);
    expect(asked).toBe(3);
  });

  it('is not made again when it was refused', async () => {
    let asked = 0;
    const failing = untilControllerAnswers(() => {
      asked += 1;
      return Promise.reject(refusal('INVALID_CONFIG'));
    }, never);
    await expect(failing).rejects.toThrow('INVALID_CONFIG');
    expect(asked).toBe(1);
  });

  it('is not made again after it was cancelled', async () => {
    const cancel = new AbortController();
    const failing = untilControllerAnswers(() => {
      cancel.abort();
      return Promise.reject(refusal('UNKNOWN'));
    }, cancel.signal);
    await expect(failing).rejects.toThrow(/abort/i);
  });
});
