import * as l10n from '@vscode/l10n';
import type { WindowContract } from '../../shared/model/ledger';

/** What counts in a topic that neither our job nor upstream's writes, as the person described it in the settings. */
export interface LedgerContract {
  readonly topic: string;
  readonly contract: WindowContract;
  readonly windowMs: number;
  readonly expectedCount: number;
  /** What is counted; what the newest records have, unless given. */
  readonly keys?: readonly string[];
}

export interface ParsedContracts {
  readonly contracts: readonly LedgerContract[];
  /** A sentence for each entry that cannot be used. */
  readonly problems: readonly string[];
}

const mostContracts = 50;
const mostKeys = 1000;
const longestWindowSeconds = 7 * 86_400;
const texts = ['windowStartField', 'keyField', 'countField'] as const;

/** Reads the setting `ledger.contracts`, which is edited by hand. */
export function parseContracts(raw: unknown): ParsedContracts {
  if (!Array.isArray(raw)) {
    return { contracts: [], problems: [l10n.t('flinkPlayground.ledger.contracts is not a list.')] };
  }
  const contracts: LedgerContract[] = [];
  const problems: string[] = [];
  raw.slice(0, mostContracts).forEach((entry: unknown, index) => {
    const parsed = parseContract(entry, index + 1);
    if (typeof parsed === 'string') problems.push(parsed);
    else if (contracts.some(({ topic }) => topic === parsed.topic)) {
      problems.push(l10n.t('The topic {0} has more than one contract: the first counts.', parsed.topic));
    } else contracts.push(parsed);
  });
  if (raw.length > mostContracts) {
    problems.push(l10n.t('There are more than {0} contracts: the others are left out.', mostContracts));
  }
  return { contracts, problems };
}

function parseContract(entry: unknown, position: number): LedgerContract | string {
  const value = (name: string): unknown =>
    typeof entry === 'object' && entry !== null && Object.hasOwn(entry, name) ? Reflect.get(entry, name) : undefined;
  const topic = value('topic');
  if (!isText(topic)) return l10n.t('Contract {0} names no topic.', position);
  const missing = texts.find((name) => !isText(value(name)));
  if (missing !== undefined) {
    return l10n.t('The contract of the topic {0} needs a text for {1}.', topic, missing);
  }
  const end = value('windowEndField');
  if (end !== undefined && !isText(end)) {
    return l10n.t('The contract of the topic {0} needs a text for {1}.', topic, 'windowEndField');
  }
  const seconds = value('windowSeconds');
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > longestWindowSeconds || !isWholeMs(seconds)) {
    return l10n.t('The contract of the topic {0} needs the length of a window in windowSeconds, above 0.', topic);
  }
  const expectedCount = value('expectedCount');
  if (typeof expectedCount !== 'number' || !Number.isSafeInteger(expectedCount) || expectedCount < 0) {
    return l10n.t('The contract of the topic {0} needs a whole number for expectedCount.', topic);
  }
  const keys = value('keys');
  if (keys !== undefined && !isKeys(keys)) {
    return l10n.t('The keys in the contract of the topic {0} are not a list of 1 to {1} texts.', topic, mostKeys);
  }
  return {
    topic,
    contract: {
      start: String(value('windowStartField')),
      key: String(value('keyField')),
      count: String(value('countField')),
      ...(end === undefined ? {} : { end }),
    },
    windowMs: Math.round(seconds * 1000),
    expectedCount,
    ...(keys === undefined ? {} : { keys: Array.from(new Set(keys)) }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isWholeMs(seconds: number): boolean {
  return Math.abs(seconds * 1000 - Math.round(seconds * 1000)) < 1e-6 && Math.round(seconds * 1000) >= 1;
}

function isKeys(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= mostKeys &&
    value.every((key) => typeof key === 'string')
  );
}
