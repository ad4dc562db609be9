import { abortable } from '../core/util/abortable';
import type { TailSession } from '../core/kafka/kafkaPort';
import { partOf } from '../core/kafka/view/recordDetail';
import type { TailRecord, TailRow, TailState } from '../shared/protocol/topicPanel';

/** As many rows as one question to a session answers. */
export const endedRows = 500;
/** Of whole values that rows show only in part, counted in characters from the newest. */
const mostCharacters = 8 * 1024 * 1024;
const deadlineMs = 10_000;

type Range = Pick<TailState, 'first' | 'end' | 'total'>;

/** What of a tail stays to be looked at when its broker is gone: the newest rows, without a consumer behind them. */
export class EndedTail {
  readonly range: Range;
  readonly #rows: readonly TailRow[];
  readonly #values: ReadonlyMap<number, string>;

  private constructor(rows: readonly TailRow[], values: ReadonlyMap<number, string>, { end, total }: Range) {
    this.#rows = rows;
    this.#values = values;
    const last = rows.at(-1);
    this.range = { first: rows[0]?.seq ?? end, end: last === undefined ? end : last.seq + 1, total };
  }

  /**
   * Takes the newest rows out of a session that is about to be disposed.
   * @throws whatever the session throws; the reason of a timeout when it does not answer.
   */
  static async of(session: TailSession, range: Range): Promise<EndedTail> {
    const signal = AbortSignal.timeout(deadlineMs);
    const rows = await abortable(session.rows(Math.max(range.first, range.end - endedRows), range.end), signal);
    const values = new Map<number, string>();
    let characters = 0;
    for (const { seq, valueCut } of rows.toReversed()) {
      if (!valueCut) continue;
      const value = await abortable(session.value(seq), signal);
      characters += value?.length ?? 0;
      if (characters > mostCharacters) break;
      if (value !== undefined) values.set(seq, value);
    }
    return new EndedTail(rows, values, range);
  }

  rows(from: number, to: number): Promise<readonly TailRow[]> {
    return Promise.resolve(this.#rows.filter(({ seq }) => seq >= from && seq < to));
  }

  /** The whole value of a row; `undefined` where it has none, or it was too large to be kept. */
  value(seq: number): Promise<string | undefined> {
    const row = this.#rows.find((row) => row.seq === seq);
    return Promise.resolve(row?.valueCut === true ? this.#values.get(seq) : (row?.value ?? undefined));
  }

  /** What is left to be said of a record: its headers, and bytes that were no text, are gone. */
  async record(seq: number): Promise<TailRecord | undefined> {
    const row = this.#rows.find((row) => row.seq === seq);
    if (row === undefined || row.gap !== undefined) return undefined;
    const { partition, offset, timestamp, key } = row;
    const value = await this.value(seq);
    return {
      seq,
      partition,
      offset,
      timestamp,
      key: partOfText(key),
      value: partOfText(value ?? row.value),
      headers: [],
    };
  }
}

function partOfText(text: string | null): TailRecord['key'] {
  return partOf(text === null ? null : Buffer.from(text));
}
