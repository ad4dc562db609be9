import * as vscode from 'vscode';

/** Asks where a file is to be written, at first beside what is open; `undefined` when the person does not want it. */
export function askWhere(name: string, filters: Record<string, string[]>): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    filters,
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
}

/** Asks where to, and writes. @param ending of the file's name, whose capitals are what the dialog calls such files. */
export async function saveFile(name: string, ending: string, bytes: Uint8Array): Promise<void> {
  const file = await askWhere(`${name}.${ending}`, { [ending.toUpperCase()]: [ending] });
  if (file !== undefined) await vscode.workspace.fs.writeFile(file, bytes);
}
