import { fileURLToPath } from 'node:url';
import type { TreeNode } from '../../../src/core/trees/node';

/**
 * A tree as text, one node a line: icon, label and description, then its context value. `show` chooses what stands in
 * further lines below it.
 */
export function printTree(
  nodes: readonly TreeNode[],
  show: { readonly tooltips?: boolean; readonly ids?: boolean } = {},
): string {
  return nodes.length === 0
    ? '(nothing: welcome content)\n'
    : `${nodes.flatMap((node) => lines(node, show)).join('\n')}\n`;
}

function lines(node: TreeNode, show: { readonly tooltips?: boolean; readonly ids?: boolean }): readonly string[] {
  const icon = node.icon === undefined ? '' : `(${[node.icon.codicon, node.icon.color].filter(Boolean).join(' ')}) `;
  const description = node.description === undefined ? '' : `  ${node.description}`;
  const fold = node.children === undefined ? ' ' : node.children === 'lazy' ? '…' : node.expanded === true ? 'v' : '>';
  const head = `${fold} ${icon}${node.label}${description}  [${[node.kind, ...(node.flags ?? [])].join(';')}]`;
  const more = [
    ...(show.ids === true ? [`id: ${node.id}`] : []),
    ...(show.tooltips === true ? (node.tooltip ?? '').split('\n\n').map((line) => `| ${line}`) : []),
    ...(show.tooltips === true ? [`says: ${node.accessibilityLabel ?? '(label and description)'}`] : []),
  ];
  const children = typeof node.children === 'object' ? node.children.flatMap((child) => lines(child, show)) : [];
  return [head, ...[...more, ...children].map((line) => `    ${line}`)];
}

/** The file with the text that a tree must have; `vitest -u` writes it anew. */
export function golden(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/trees/${name}.txt`, import.meta.url));
}
