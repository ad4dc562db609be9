import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findRuntimes } from 'jdk-utils';

/** Editors' folders below the person's home. */
const editors = [
  '.vscode',
  '.vscode-insiders',
  '.vscode-oss',
  '.vscode-server',
  '.vscode-remote',
  '.cursor',
  '.windsurf',
];

/**
 * Java homes in the places that jdk-utils knows on this system, `JAVA_HOME` and `PATH` excepted, and those that the Java
 * language support ships with itself, for each editor that has it.
 */
export async function knownJavaHomes(
  home: string,
  extensionFolders: readonly string[] = [],
): Promise<readonly string[]> {
  const folders = new Set([...editors.map((editor) => join(home, editor, 'extensions')), ...extensionFolders]);
  const additionalLocations: string[] = [];
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.startsWith('redhat.java-')) additionalLocations.push(join(folder, name, 'jre'));
    }
  }
  const runtimes = await findRuntimes({ additionalLocations, skipFrom: { javaHomeEnv: true, inPathEnv: true } });
  return runtimes.map(({ homedir }) => homedir);
}
