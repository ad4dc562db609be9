import type { GenerationGap, WindowRecord } from '../../shared/model/ledger';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const isoUtc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/**
 * Reads a record of our job, `{"windowStart":"…Z","windowEnd":"…Z","page":"/shop","count":1000}`.
 * Anything else, whoever wrote it, is `undefined`: the ledger counts it as undecodable.
 */
export function decodeWindowRecord(value: Uint8Array): WindowRecord | undefined {
  const fields = parseObject(value);
  if (fields === undefined) return undefined;
  const windowStart = parseTime(fields['windowStart']);
  const windowEnd = parseTime(fields['windowEnd']);
  const page = fields['page'];
  const count = fields['count'];
  if (windowStart === undefined || windowEnd === undefined || typeof page !== 'string') return undefined;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) return undefined;
  return { windowStart, windowEnd, page, count };
}

/** Reads a record of the generator's topic of gaps, `{"from":"…Z","to":"…Z"}`; `undefined` when it is something else. */
export function decodeGap(value: Uint8Array): GenerationGap | undefined {
  const fields = parseObject(value);
  if (fields === undefined) return undefined;
  const from = parseTime(fields['from']);
  const to = parseTime(fields['to']);
  if (from === undefined || to === undefined || to <= from) return undefined;
  return { from, to };
}

function parseObject(value: Uint8Array): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(utf8.decode(value));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function parseTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || !isoUtc.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
