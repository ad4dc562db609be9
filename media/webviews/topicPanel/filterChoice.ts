import type { TailFilter, TailSpotlight } from '../../../src/shared/protocol/topicPanel';

/** What the person set in the filter bar and the histogram. */
export interface FilterChoice {
  readonly text: string;
  readonly scope: FilterScope;
  /** Of a JSON object, where the scope is a field. */
  readonly field: string;
  readonly partition?: number;
  /** Milliseconds since the epoch, the second exclusive. */
  readonly from?: number;
  readonly to?: number;
}

export type FilterScope = 'anywhere' | 'key' | 'field';

export const noFilter: FilterChoice = { text: '', scope: 'anywhere', field: '' };

/** The filter that is asked of the host, what was chosen elsewhere included; `null` when all is to be shown. */
export function toFilter(choice: FilterChoice, spotlight: TailSpotlight | undefined): TailFilter | null {
  const { text, scope, field, partition, from, to } = choice;
  const filter: TailFilter = {
    ...spotlight?.filter,
    ...(text === '' || scope !== 'anywhere' ? {} : { text }),
    ...(text === '' || scope !== 'key' ? {} : { key: text }),
    ...(text === '' || scope !== 'field' ? {} : { field: { name: field, text } }),
    ...(partition === undefined ? {} : { partitions: [partition] }),
    ...(from === undefined || to === undefined ? {} : { from, to }),
  };
  return Object.keys(filter).length === 0 ? null : filter;
}

export function isSameFilter(a: TailFilter | null, b: TailFilter | null): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

function inOrder(filter: TailFilter | null): readonly unknown[] | null {
  if (filter === null) return null;
  const { text, key, field, partitions, from, to } = filter;
  return [
    text ?? null,
    key ?? null,
    field?.name ?? null,
    field?.text ?? null,
    partitions ?? null,
    from ?? null,
    to ?? null,
  ];
}

/** A filter that was kept over a reload; what is none is no filter. */
export function parseFilterChoice(value: unknown): FilterChoice {
  if (typeof value !== 'object' || value === null) return noFilter;
  const { text, scope, field, partition, from, to } = value as Readonly<Record<string, unknown>>;
  const isStretch = typeof from === 'number' && typeof to === 'number' && from < to;
  return {
    text: typeof text === 'string' ? text : '',
    scope: scope === 'key' || scope === 'field' ? scope : 'anywhere',
    field: typeof field === 'string' ? field : '',
    ...(typeof partition === 'number' ? { partition } : {}),
    ...(isStretch ? { from, to } : {}),
  };
}
