import type { TreeNode } from './node';
import { idPart, nodeId } from './nodeIds';

/** More rows than this nobody reads, and each costs work with every read: a longer list is shown in groups of so many. */
export const mostRows = 100;

/** A part of a list: indices, the last one not included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Groups that a long list is laid out in; the rows of one are described while it is open.
 * @param label what a group is called, by the numbers of its first and last row, from 1
 */
export function rangeNodes(
  parent: string,
  count: number,
  label: (first: number, last: number) => string,
): readonly TreeNode[] {
  return Array.from({ length: Math.ceil(count / mostRows) }, (_, index) => {
    const [first, last] = [index * mostRows + 1, Math.min(count, (index + 1) * mostRows)];
    return {
      id: `${parent}/${nodeId(['range', `${first}-${last}`])}`,
      kind: 'range',
      label: label(first, last),
      icon: { codicon: 'list-ordered' },
      children: 'lazy' as const,
    };
  });
}

/** What a group of `rangeNodes` holds; `undefined` for a node that is none, or below one. */
export function rangeOf(id: string): Range | undefined {
  const own = id.slice(id.lastIndexOf('/') + 1);
  const [first, last] = (idPart(own, 'range') ?? '').split('-').map(Number);
  return first === undefined || last === undefined ? undefined : { from: first - 1, to: last };
}
