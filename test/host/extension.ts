import * as vscode from 'vscode';
import { join } from 'node:path';

/** The extension as VS Code knows it. */
export function ours(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('flink-playground.flink-playground');
  if (found === undefined) throw new Error('VS Code does not know the extension.');
  return found;
}

/** True when a bundle of the extension was loaded in this extension host. */
export function isLoaded(bundle: string): boolean {
  return join(ours().extensionPath, 'dist', bundle) in require.cache;
}

/** Ids of registered and contributed commands that begin as ours do. */
export async function ourCommands(): Promise<readonly string[]> {
  const all = await vscode.commands.getCommands(true);
  return all.filter((id) => id.startsWith('flinkPlayground.'));
}
