import type { TailBegin, TailChoice } from '../../../src/shared/protocol/topicPanel';

export type BeginKind = 'auto' | 'latest' | 'earliest' | 'last' | 'time' | 'offset';

/** What is to be read, as it stands in the fields. */
export interface ChoiceForm {
  readonly begin: BeginKind;
  /** Of the kinds that need one: a number, a time such as `2026-11-23T12:00:05`, an offset. */
  readonly value: string;
  readonly partitions: string;
  readonly isolation: TailChoice['isolation'];
}

export type FormProblem = 'badCount' | 'badTime' | 'badOffset' | 'badPartitions';

const mostRecords = 10_000_000;

/** @param isUtc whether times are written in UTC instead of the person's own zone. */
export function formOf({ begin, partitions, isolation }: TailChoice, isUtc: boolean): ChoiceForm {
  return { ...beginOf(begin, isUtc), partitions: (partitions ?? []).join(', '), isolation };
}

function beginOf(begin: TailBegin | undefined, isUtc: boolean): Pick<ChoiceForm, 'begin' | 'value'> {
  if (begin === undefined) return { begin: 'auto', value: '' };
  if (typeof begin === 'string') return { begin, value: '' };
  if ('last' in begin) return { begin: 'last', value: String(begin.last) };
  if ('offset' in begin) return { begin: 'offset', value: begin.offset };
  return { begin: 'time', value: timeText(begin.time, isUtc) };
}

/** A time as fields of dates and times have it, to the second. */
export function timeText(time: number, isUtc: boolean): string {
  const shift = isUtc ? 0 : new Date(time).getTimezoneOffset() * 60_000;
  return new Date(time - shift).toISOString().slice(0, 19);
}

/** What is to be read, or what is wrong with what stands in the fields. */
export function choiceOf(form: ChoiceForm, isUtc: boolean): TailChoice | FormProblem {
  const { begin, problem } = parseBegin(form, isUtc);
  if (problem !== undefined) return problem;
  const partitions = parsePartitions(form.partitions);
  if (partitions === undefined) return 'badPartitions';
  return {
    isolation: form.isolation,
    ...(begin === undefined ? {} : { begin }),
    ...(partitions.length === 0 ? {} : { partitions }),
  };
}

interface ParsedBegin {
  readonly begin?: TailBegin;
  readonly problem?: FormProblem;
}

function parseBegin({ begin, value }: ChoiceForm, isUtc: boolean): ParsedBegin {
  const text = value.trim();
  switch (begin) {
    case 'latest':
    case 'earliest':
      return { begin };
    case 'last': {
      const last = /^\d{1,8}$/.test(text) ? Number(text) : 0;
      return last >= 1 && last <= mostRecords ? { begin: { last } } : { problem: 'badCount' };
    }
    case 'offset':
      return /^\d{1,18}$/.test(text) ? { begin: { offset: text } } : { problem: 'badOffset' };
    case 'time': {
      const time = Date.parse(isUtc ? `${text}Z` : text);
      return text.includes('T') && time >= 0 ? { begin: { time } } : { problem: 'badTime' };
    }
    case 'auto':
      break;
  }
  return {};
}

function parsePartitions(text: string): readonly number[] | undefined {
  if (text.trim() === '') return [];
  const parts = text.split(',').map((part) => part.trim());
  if (!parts.every((part) => /^\d{1,6}$/.test(part))) return undefined;
  return Array.from(new Set(parts.map(Number))).sort((a, b) => a - b);
}
