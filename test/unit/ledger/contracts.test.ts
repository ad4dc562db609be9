import { describe, expect, it } from 'vitest';
import { parseContracts } from '../../../src/core/ledger/contracts';

const contract = {
  topic: 'sales',
  windowStartField: 'from',
  windowSeconds: 0.5,
  keyField: 'shop',
  countField: 'sold',
  expectedCount: 5,
};

describe('a contract in the settings', () => {
  it('says where the fields are, how long a window is and what must be counted', () => {
    const full = { ...contract, windowEndField: 'to', keys: ['a', 'b', 'a'] };
    expect(parseContracts([contract, { ...full, topic: 'other' }])).toEqual({
      contracts: [
        {
          topic: 'sales',
          contract: { start: 'from', key: 'shop', count: 'sold' },
          windowMs: 500,
          expectedCount: 5,
        },
        {
          topic: 'other',
          contract: { start: 'from', end: 'to', key: 'shop', count: 'sold' },
          windowMs: 500,
          expectedCount: 5,
          keys: ['a', 'b'],
        },
      ],
      problems: [],
    });
  });

  it.each([
    ['text', 'Contract 1 names no topic.'],
    [null, 'Contract 1 names no topic.'],
    [{ ...contract, topic: ' ' }, 'Contract 1 names no topic.'],
    [{ ...contract, keyField: 5 }, 'The contract of the topic sales needs a text for keyField.'],
    [{ ...contract, countField: '' }, 'The contract of the topic sales needs a text for countField.'],
    [{ ...contract, windowEndField: 5 }, 'The contract of the topic sales needs a text for windowEndField.'],
    [{ ...contract, windowSeconds: 0 }, 'length of a window in windowSeconds, above 0.'],
    [{ ...contract, windowSeconds: Number.NaN }, 'length of a window in windowSeconds, above 0.'],
    [{ ...contract, windowSeconds: '15' }, 'length of a window in windowSeconds, above 0.'],
    [{ ...contract, expectedCount: 1.5 }, 'needs a whole number for expectedCount.'],
    [{ ...contract, expectedCount: -1 }, 'needs a whole number for expectedCount.'],
    [{ ...contract, keys: [] }, 'The keys in the contract of the topic sales are not a list of 1 to 1000 texts.'],
    [{ ...contract, keys: ['a', 5] }, 'are not a list of 1 to 1000 texts.'],
  ])('%j is refused in a sentence', (entry, sentence) => {
    const { contracts, problems } = parseContracts([entry]);
    expect(contracts).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(sentence)]);
  });

  it('has one for each topic, of which the first counts', () => {
    const { contracts, problems } = parseContracts([contract, { ...contract, expectedCount: 6 }]);
    expect(contracts.map(({ expectedCount }) => expectedCount)).toEqual([5]);
    expect(problems).toEqual(['The topic sales has more than one contract: the first counts.']);
  });

  it('is none in what is no list', () => {
    expect(parseContracts({ topic: 'sales' }).problems).toEqual(['flinkPlayground.ledger.contracts is not a list.']);
    expect(parseContracts([])).toEqual({ contracts: [], problems: [] });
  });
});
