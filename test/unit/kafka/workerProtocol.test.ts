import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  hostMethods,
  receiver,
  unwrap,
  workerMethods,
  type HostFunctions,
} from '../../../src/core/kafka/workerProtocol';
import { PlaygroundError } from '../../../src/core/util/errors';

const methods = {
  half: { args: z.tuple([z.number()]), answer: z.number() },
  fail: { args: z.tuple([]), answer: z.undefined() },
};

const receive = receiver(methods, {
  half: (value) => Promise.resolve(value / 2),
  fail: () =>
    Promise.reject(new PlaygroundError('unreachable', 'Away.', { remedy: 'Start it.', detail: 'ECONNREFUSED' })),
});

async function reply(name: string, ...args: unknown[]): Promise<unknown> {
  return receive(name)?.(...args);
}

describe('what the other thread may call', () => {
  it('answers a call that is right', async () => {
    expect(unwrap('half', methods.half.answer, await reply('half', 4))).toBe(2);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'missing', ''])('does not know %j', (name) => {
    expect(receive(name)).toBeUndefined();
  });

  it.each([[[]], [['4']], [[null]], [[4, 5]], [[{}]]])('refuses the arguments %j', async (args) => {
    expect(await reply('half', ...args)).toMatchObject({ ok: false, failure: { kind: 'internal' } });
  });

  it('hands on an error with all that the person is told', async () => {
    const answer = await reply('fail');
    const thrown = (): unknown => unwrap('fail', methods.fail.answer, structuredClone(answer));
    expect(thrown).toThrow(PlaygroundError);
    expect(thrown).toThrow(
      expect.objectContaining({ kind: 'unreachable', message: 'Away.', remedy: 'Start it.', detail: 'ECONNREFUSED' }),
    );
  });

  it.each([
    undefined,
    null,
    'ok',
    {},
    { ok: 'yes' },
    { ok: false },
    { ok: false, failure: { kind: 'odd', message: '' } },
  ])('takes %j for no reply', (message) => {
    expect(() => unwrap('half', methods.half.answer, message)).toThrow('The reply to half');
  });

  it('takes an answer of another type for no answer', () => {
    expect(() => unwrap('half', methods.half.answer, { ok: true, answer: '2' })).toThrow('The answer of half');
  });
});

describe('the messages between host and worker', () => {
  const tail = { brokers: ['b:1'], topic: 'clicks', from: 'latest', capacity: 10, maxValueLength: 10 };

  it('lets a request for a tail through', () => {
    expect(z.safeParse(workerMethods.openTail.args, [1, tail, undefined]).success).toBe(true);
  });

  it.each([
    ['no brokers', { brokers: [] }],
    ['no topic', { topic: '' }],
    ['a topic that is none', { topic: {} }],
    ['another start', { from: 'middle' }],
    ['room for nothing', { capacity: 0 }],
    ['room for everything', { capacity: Number.POSITIVE_INFINITY }],
    ['a length that is none', { maxValueLength: 1.5 }],
  ])('stops a request for a tail with %s', (_, change) => {
    expect(z.safeParse(workerMethods.openTail.args, [1, { ...tail, ...change }, undefined]).success).toBe(false);
  });

  it('takes times for the recoveries of a ledger, and nothing else', () => {
    const ledger = {
      brokers: ['b:1'],
      topic: 'output',
      windowMs: 15_000,
      expectedCount: 1000,
      pages: ['/shop'],
      from: 'earliest',
      eventTime: true,
    };
    const allows = (recoveries: unknown): boolean =>
      z.safeParse(workerMethods.openLedger.args, [1, { ...ledger, recoveries }]).success;
    expect([[], [1000, 2000]].map((times) => allows(times))).toEqual([true, true]);
    expect([undefined, ['1000'], [Number.NaN], 1000].map((times) => allows(times))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('stops a state that lacks something', async () => {
    const functions: HostFunctions = {
      tailState: () => Promise.resolve(undefined),
      ledgerSummary: () => Promise.resolve(undefined),
      log: () => Promise.resolve(undefined),
    };
    const state = { topic: 'clicks', status: 'live', first: 0, end: 1, total: 1, capacity: 10, rate: 0 };
    const tell = receiver(hostMethods, functions)('tailState');
    expect(await tell?.(1, state, [[0, 5n]])).toMatchObject({ ok: true });
    expect(await tell?.(1, { ...state, end: undefined }, [])).toMatchObject({ ok: false });
    expect(await tell?.(1, { ...state, status: 'well' }, [])).toMatchObject({ ok: false });
  });
});
