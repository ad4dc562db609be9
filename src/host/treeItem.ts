import * as vscode from 'vscode';
import type { TreeNode } from '../core/trees/node';

/** How VS Code shows a node. A tooltip may hold icons, but no link that runs a command. */
export function treeItem(node: TreeNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, collapsibleState(node));
  item.id = node.id;
  item.contextValue = [node.kind, ...(node.flags ?? [])].join(';');
  item.accessibilityInformation = {
    label: node.accessibilityLabel ?? [node.label, node.description].filter(Boolean).join(', '),
  };
  if (node.description !== undefined) item.description = node.description;
  if (node.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(node.tooltip, true);
  if (node.icon !== undefined) {
    const { codicon, color } = node.icon;
    item.iconPath = new vscode.ThemeIcon(codicon, color === undefined ? undefined : new vscode.ThemeColor(color));
  }
  if (node.command !== undefined) {
    item.command = { command: node.command.id, title: node.label, arguments: [...(node.command.args ?? [])] };
  }
  return item;
}

function collapsibleState(node: TreeNode): vscode.TreeItemCollapsibleState {
  if (node.children === undefined || node.children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return node.expanded === true ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
