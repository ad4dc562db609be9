import { spawn } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JAVA_FILENAME } from 'jdk-utils';

const deadlineMs = 10_000;

/** `bin/java` of a home, when it is there and may be run. */
export async function javaExecutable(home: string): Promise<string | undefined> {
  const executable = join(home, 'bin', JAVA_FILENAME);
  try {
    await access(executable, constants.X_OK);
    return executable;
  } catch {
    return undefined;
  }
}

/**
 * The feature number of a Java home (8, 11, 17, 21): from its `release` file, else from what `java -version` says within
 * 10 s. `undefined` when neither tells. Rejects with the signal's reason.
 */
export async function javaVersion(home: string, signal: AbortSignal): Promise<number | undefined> {
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '');
  const written = /^JAVA_VERSION="([^"]+)"/m.exec(release)?.[1];
  if (written !== undefined) return featureOf(written);
  const executable = await javaExecutable(home);
  if (executable === undefined) return undefined;
  const said = /version "([^"]+)"/.exec(await versionOutput(executable, signal))?.[1];
  return said === undefined ? undefined : featureOf(said);
}

/** `1.8.0_392` is 8, `17.0.15` is 17, `22-ea` is 22. */
function featureOf(version: string): number | undefined {
  const digits = /^(?:1\.)?(\d+)/.exec(version)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** What `java -version` prints, as far as it did before the deadline. Does not wait for children that it left behind. */
function versionOutput(executable: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, ['-version'], { stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });
    let output = '';
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      child.kill('SIGKILL');
      child.stderr.destroy();
      settle();
    };
    const timer = setTimeout(() => end(() => resolve(output)), deadlineMs);
    const onAbort = (): void => end(() => reject(signal.reason as Error));
    signal.addEventListener('abort', onAbort, { once: true });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', () => end(() => resolve(output)));
    child.on('close', () => end(() => resolve(output)));
    if (signal.aborted) onAbort();
  });
}
