import * as l10n from '@vscode/l10n';
import { formatTime } from '../../shared/format/time';
import { patienceFor } from '../flink/patience';
import type { Resource } from '../state/resource';
import { messageOf, PlaygroundError } from '../util/errors';
import { escapeMarkdown, tooltip } from './markdown';
import type { NodeIcon, TreeNode } from './node';

/** The mark of everything whose state is not known now, whatever it was before. */
export const unknownIcon: NodeIcon = { codicon: 'question', color: 'list.deemphasizedForeground' };

/** Words for a value that is no longer fresh. */
export interface StaleMark {
  /** "not refreshed since 22:13:20", where there is room. */
  readonly words: string;
  /** "as of 22:13:20", for a description, which is cut where the side bar ends. */
  readonly brief: string;
}

/** `undefined` for a value that is fresh, or was never read. */
export function staleMark(resource: Resource<unknown>): StaleMark | undefined {
  if (resource.state !== 'stale') return undefined;
  const words = l10n.t('not refreshed since {0}', formatTime(resource.readAt));
  return { words, brief: asOf(resource.readAt) };
}

/** "as of 22:13:20", for a list of so many rows that it is not read in every interval. */
export function seldomReadMark(resource: Resource<unknown>, rows: number): string | undefined {
  if (resource.state !== 'ready' || patienceFor(rows) === 1) return undefined;
  return asOf(resource.readAt);
}

function asOf(readAt: number): string {
  return l10n.t('as of {0}', formatTime(readAt));
}

/** Says in a tree that something could not be read, where no welcome content does. */
export function errorNode(id: string, label: string, error: Error): TreeNode {
  const remedy = error instanceof PlaygroundError ? error.remedy : undefined;
  const message = messageOf(error);
  return {
    id,
    kind: 'error',
    label,
    description: message,
    icon: { codicon: 'error', color: 'list.errorForeground' },
    tooltip: tooltip(escapeMarkdown(label), [escapeMarkdown(message), escapeMarkdown(remedy ?? '')]),
    accessibilityLabel: `${label}: ${message}`,
  };
}
