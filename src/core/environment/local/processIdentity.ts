import { systemCode } from '../../util/errors';
import type { ProcessFacts, ProcessTable } from '../common/processTable';

/**
 * What a process is known by: its pid *and* when it began *and* a text on its command line that nobody else has. A pid alone
 * is given to other processes when its owner is gone.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startToken: string;
  /** Part of the command line, `-Dflink.playground.instance=<uuid>`. */
  readonly mark: string;
}

/** The Java system property by which an instance is known. */
export function instanceMark(uuid: string): string {
  return `-Dflink.playground.instance=${uuid}`;
}

/** The Java system property that all processes of one data root carry. */
export function environmentMark(marker: string): string {
  return `-Dflink.playground.environment=${marker}`;
}

/** True for a Java with the mark as an argument of its own, not for an editor or a search with that text somewhere. */
export function isJvmWith(mark: string, commandLine: string): boolean {
  const [executable = ''] = commandLine.split(/\s+-/, 1);
  return /(?:^|[\\/])javaw?(?:\.exe)?"?$/i.test(executable) && commandLine.split(/[\s"]+/).includes(mark);
}

export function matches(identity: ProcessIdentity, facts: ProcessFacts | undefined): boolean {
  return (
    facts !== undefined &&
    facts.pid === identity.pid &&
    facts.startToken === identity.startToken &&
    facts.commandLine.includes(identity.mark)
  );
}

export async function isAlive(identity: ProcessIdentity, table: ProcessTable): Promise<boolean> {
  const found = await table.read([identity.pid]);
  return matches(identity, found.get(identity.pid));
}

/**
 * Sends a signal to the process if it is still the one that is meant, never to a stranger with its pid.
 * @returns false when it is gone.
 */
export async function signalProcess(
  identity: ProcessIdentity,
  signal: 'SIGTERM' | 'SIGKILL',
  table: ProcessTable,
): Promise<boolean> {
  if (!(await isAlive(identity, table))) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
    throw error;
  }
}
