import { decodeLogFiles, decodeThreadDump, type LogFileInfo } from './decode/logFiles';
import type { RestTransport, TextTail } from './transport';

/** A machine of the cluster: the JobManager, or a TaskManager by Flink's id of it. */
export type Machine = { readonly kind: 'jobmanager' } | { readonly kind: 'taskmanager'; readonly id: string };

/** Reading a log file may take that long: a TaskManager's goes through the blob server first. */
const fileTimeoutMs = 60_000;
/** Flink serves whole files only; of a bigger one the end is kept, which is what a person looks for. */
const keptBytes = 4 * 1024 * 1024;

/** Log files and threads of single machines. Every method throws what `RestTransport.send` throws. */
export class LogFiles {
  constructor(private readonly transport: RestTransport) {}

  /** What the machine has in its log folder, by name. Empty when it logs to no file. */
  async list(machine: Machine, signal: AbortSignal): Promise<readonly LogFileInfo[]> {
    return decodeLogFiles(await this.transport.send({ method: 'GET', path: `${pathOf(machine)}/logs` }, signal));
  }

  /** The end of a log file, whole lines. @throws PlaygroundError `notFound`, or `rejected` when the file is missing there. */
  async read(machine: Machine, name: string, signal: AbortSignal): Promise<TextTail> {
    const path = `${pathOf(machine)}/logs/${encodeURIComponent(name)}`;
    return this.transport.readTail({ path, keptBytes, timeoutMs: fileTimeoutMs }, signal);
  }

  /** What every thread of the machine does now, as Java prints it. */
  async threadDump(machine: Machine, signal: AbortSignal): Promise<string> {
    const path = `${pathOf(machine)}/thread-dump`;
    return decodeThreadDump(await this.transport.send({ method: 'GET', path, timeoutMs: fileTimeoutMs }, signal));
  }
}

function pathOf(machine: Machine): string {
  return machine.kind === 'jobmanager' ? '/jobmanager' : `/taskmanagers/${encodeURIComponent(machine.id)}`;
}
