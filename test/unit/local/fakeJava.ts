import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A program that is called as Java is and stays until it is ended: a process of ours without a JVM's weight.
 * `first` is what its shell does before.
 */
export async function fakeJava(folder: string, first = ''): Promise<string> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  const path = join(folder, 'bin', 'java');
  const script = `#!/bin/sh
case "$*" in *StorageTool*|*-Xshare:dump*) exit 0;; esac
${first}
while :; do sleep 0.2; done
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

export async function runFakeJava(java: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(java, [...args], { stdio: 'ignore' });
  await new Promise((resolve) => {
    child.once('spawn', resolve);
  });
  return child;
}
