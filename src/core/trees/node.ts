/** A codicon and, where a state is meant, one of VS Code's theme colours. The shape alone must carry the state too. */
export interface NodeIcon {
  readonly codicon: string;
  readonly color?: string;
}

/**
 * A node of a tree as data. `id` is stable and unique in its view (`job:<jid>/vertex:<vid>`); what changes often stands in
 * `description`. `flags` become the `contextValue`: `job;running;stoppable`, the kind first.
 */
export interface TreeNode {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: NodeIcon;
  readonly flags?: readonly string[];
  /** Markdown, already escaped where it holds foreign text. */
  readonly tooltip?: string;
  /** What a screen reader says; label and description unless given. */
  readonly accessibilityLabel?: string;
  /** `lazy`: the children are asked for, and polled, only while the node is expanded. Absent: a leaf. */
  readonly children?: readonly TreeNode[] | 'lazy';
  /** Expanded when it is first shown. */
  readonly expanded?: boolean;
  /** The command that a click runs, with plain-data arguments. */
  readonly command?: { readonly id: string; readonly args?: readonly unknown[] };
}
