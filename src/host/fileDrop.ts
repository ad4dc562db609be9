import { fileURLToPath } from 'node:url';
import type * as vscode from 'vscode';

const uriList = 'text/uri-list';

/** Takes files that are dropped on a tree, from the explorer or from outside; told of their paths, if there are any. */
export function fileDrop<T>(dropped: (paths: readonly string[]) => void): vscode.TreeDragAndDropController<T> {
  return {
    dragMimeTypes: [],
    dropMimeTypes: [uriList, 'files'],
    handleDrop: async (_target, data) => {
      const paths = pathsOf((await data.get(uriList)?.asString()) ?? '');
      for (const [, item] of paths.length === 0 ? data : []) {
        const uri = item.asFile()?.uri;
        if (uri?.scheme === 'file') paths.push(uri.fsPath);
      }
      if (paths.length > 0) dropped(paths);
    },
  };
}

/** The files of a `text/uri-list` (RFC 2483), in which a line that begins with `#` is a remark. */
function pathsOf(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    try {
      return line.startsWith('file:') ? [fileURLToPath(line)] : [];
    } catch {
      // An address of another machine, or none at all.
      return [];
    }
  });
}
