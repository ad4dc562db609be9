import * as vscode from 'vscode';

/**
 * Shows a folder where the person can look into it: in the file manager, or in a terminal where the window runs on another machine
 * than the folder lies on.
 */
export async function revealFolder(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  const isHere = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  await vscode.commands.executeCommand(isHere ? 'revealFileInOS' : 'openInIntegratedTerminal', uri);
}
