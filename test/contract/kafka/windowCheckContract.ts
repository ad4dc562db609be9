import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaPort } from '../../../src/core/kafka/kafkaPort';
import { parseContracts } from '../../../src/core/ledger/contracts';
import { writtenTime } from '../../../src/core/ledger/decodeWindowRecord';
import { WindowCheck } from '../../../src/panels/windowCheck';
import type { TailSpotlight } from '../../../src/shared/protocol/topicPanel';
import { engineDouble } from '../../support/builders/engine';
import { runningEnvironment } from '../../support/builders/environment';
import { KafkaTestClient } from '../../support/kafkaClient';
import { soon, until } from '../../support/tails';

const windowMs = 15_000;
const noon = Date.UTC(2026, 10, 23, 12);
const shops = ['north', 'south'];

/** The window check of topics that the settings describe, over real records of other shapes than the playground's. */
export function windowCheckContract(getBrokers: () => readonly string[], createPort: () => KafkaPort): void {
  let port: KafkaPort;
  let client: KafkaTestClient;

  beforeAll(() => {
    port = createPort();
    client = new KafkaTestClient(getBrokers());
  });
  afterAll(() => port.dispose());

  const openCheck = (topic: string): { readonly check: WindowCheck; readonly shown: readonly TailSpotlight[] } => {
    const setting = { topic, windowStartField: 'from', windowSeconds: 15, keyField: 'shop', countField: 'sold' };
    const { contracts, problems } = parseContracts([{ ...setting, expectedCount: 5 }]);
    expect(problems).toEqual([]);
    const endpoints = { rest: '', brokers: getBrokers() };
    const kafka = {
      openTail: (request: Parameters<KafkaPort['openTail']>[0]) => port.openTail(request),
      openLedger: (request: Parameters<KafkaPort['openLedger']>[0]) => port.openLedger(request),
    };
    const shown: TailSpotlight[] = [];
    const check = new WindowCheck({
      topic,
      engine: engineDouble({ kafka }, runningEnvironment({ endpoints })).engine,
      contract: contracts[0],
      locale: 'en',
      timeZone: () => 'utc',
      showRecords: (_topic, spotlight) => Promise.resolve(void shown.push(spotlight)),
      showDocument: () => Promise.resolve(),
      savePicture: () => Promise.resolve(),
      onFailure: () => undefined,
      onPageError: () => undefined,
    });
    return { check, shown };
  };

  describe('a window check', () => {
    it.each([
      ['ISO 8601', (time: number) => new Date(time).toISOString()],
      ['milliseconds', (time: number) => time],
      ["upstream's 12-hour times", (time: number) => `${writtenTime(time, 'halfDays')}:000`],
    ])(
      'judges a topic that the settings describe, with %s, and leads from a cell to its record',
      async (_name, write) => {
        const topic = `shops-${randomUUID()}`;
        await port.ensureTopics(getBrokers(), [{ name: topic, partitions: 2, config: {} }], AbortSignal.timeout(soon));
        // Twelve o'clock at night, since upstream's times have no other.
        const starts = [0, 1, 2, 3].map((index) => noon + 12 * 3_600_000 + index * windowMs);
        await client.produce(
          topic,
          starts.flatMap((start, index) =>
            shops.map((shop, partition) => ({
              value: JSON.stringify({
                shop,
                from: write(start),
                sold: index === 2 && shop === 'south' ? 4 : 5,
                till: null,
              }),
              partition,
            })),
          ),
        );
        const { check, shown } = openCheck(topic);
        try {
          await until(check.state, ({ verdict }) => verdict === 'FAIL');
          expect(check.state.value.windows.map(({ start }) => start)).toEqual(starts);
          expect(check.state.value).toMatchObject({
            expected: 5,
            totals: { windows: 4, exactWindows: 3, short: 1, undecodable: 0 },
            reasons: ['1 count is too low: clicks were lost.'],
          });
          await check.host.showRecords(starts[2] ?? 0, 'south');
          expect(await recordsOf(topic, shown[0])).toEqual([expect.stringContaining('"sold":4')]);
        } finally {
          check.dispose();
        }
      },
    );

    it("passes upstream's times across the wraps at twelve o'clock", async () => {
      const topic = `shops-${randomUUID()}`;
      await port.ensureTopics(getBrokers(), [{ name: topic, partitions: 1, config: {} }], AbortSignal.timeout(soon));
      const midnight = Date.UTC(1970, 0, 2);
      const starts = [-2, -1].map((index) => midnight - 12 * 3_600_000 + index * windowMs);
      const values = [...starts, midnight, midnight + windowMs].flatMap((start) =>
        shops.map((shop) => ({
          value: JSON.stringify({ shop, from: `${writtenTime(start, 'halfDays')}:000`, sold: 5 }),
        })),
      );
      await client.produce(topic, values);
      const { check } = openCheck(topic);
      try {
        await until(check.state, ({ verdict }) => verdict === 'PASS');
        expect(check.state.value.totals).toMatchObject({ exactWindows: 4, notGenerated: 2 * 2880, missing: 0 });
      } finally {
        check.dispose();
      }
    });
  });

  async function recordsOf(topic: string, spotlight: TailSpotlight | undefined): Promise<readonly (string | null)[]> {
    const tail = await port.openTail({
      brokers: getBrokers(),
      topic,
      from: 'earliest',
      capacity: 1000,
      maxValueLength: 1024,
    });
    try {
      await tail.setFilter(spotlight?.filter);
      await until(tail.state, ({ behind, matches }) => behind === 0 && matches?.left === 0 && matches.end > 0);
      return (await tail.matches(0, 100)).map(({ value }) => value);
    } finally {
      tail.dispose();
    }
  }
}
