import { readdir, readFile } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { execa } from 'execa';
import { PlaygroundError, systemCode } from '../../util/errors';

/** What the operating system says about a running process. A zombie does not run: it is not listed. */
export interface ProcessFacts {
  readonly pid: number;
  /** When the process began, in a form that only this system understands; differs for a process that got a recycled pid. */
  readonly startToken: string;
  readonly commandLine: string;
}

/** The operating system's list of processes. */
export interface ProcessTable {
  /** Facts of those of `pids` that run. */
  read(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessFacts>>;
  /** All processes whose command line contains `text`. */
  find(text: string): Promise<readonly ProcessFacts[]>;
}

const commandTimeoutMs = 15_000;

/** Reads `/proc`. The start time counts from the boot, so the boot's id is part of the token where the system tells it. */
export class LinuxProcessTable implements ProcessTable {
  #bootId: string | undefined;

  constructor(private readonly root = '/proc') {}

  async read(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessFacts>> {
    const found = await Promise.all(pids.map((pid) => this.#readOne(pid)));
    return new Map(found.filter((facts) => facts !== undefined).map((facts) => [facts.pid, facts]));
  }

  async find(text: string): Promise<readonly ProcessFacts[]> {
    const pids = (await readdir(this.root)).filter((name) => /^\d+$/.test(name)).map(Number);
    const all = await this.read(pids);
    return [...all.values()].filter((facts) => facts.commandLine.includes(text));
  }

  async #readOne(pid: number): Promise<ProcessFacts | undefined> {
    this.#bootId ??= await this.#readBootId();
    const bootId = this.#bootId;
    try {
      const [stat, commandLine] = await Promise.all([
        readFile(`${this.root}/${pid}/stat`, 'utf8'),
        readFile(`${this.root}/${pid}/cmdline`, 'utf8'),
      ]);
      const startTicks = startTicksOf(stat);
      if (startTicks === undefined) return undefined;
      return { pid, startToken: `${bootId}:${startTicks}`, commandLine: commandLine.replaceAll('\0', ' ') };
    } catch (error) {
      if (['ENOENT', 'ESRCH', 'EACCES'].includes(systemCode(error) ?? '')) return undefined;
      throw error;
    }
  }

  async #readBootId(): Promise<string> {
    try {
      return (await readFile(`${this.root}/sys/kernel/random/boot_id`, 'utf8')).trim();
    } catch (error) {
      if (['ENOENT', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return 'boot';
      throw error;
    }
  }
}

/** Field 22 of `/proc/<pid>/stat`; `undefined` for a zombie or a dead process. The command in parentheses may hold anything. */
function startTicksOf(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  if (state === undefined || state === 'Z' || state === 'X') return undefined;
  return fields[19];
}

/** Asks `ps`, as on macOS. Its start times have a resolution of a second. */
export class PsProcessTable implements ProcessTable {
  async read(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessFacts>> {
    if (pids.length === 0) return new Map();
    const rows = await this.#ask(['-p', pids.join(',')]);
    return new Map(rows.map((facts) => [facts.pid, facts]));
  }

  async find(text: string): Promise<readonly ProcessFacts[]> {
    return (await this.#ask(['-A'])).filter((facts) => facts.commandLine.includes(text));
  }

  async #ask(selection: readonly string[]): Promise<readonly ProcessFacts[]> {
    const { stdout, exitCode } = await execa('ps', [...selection, '-ww', '-o', 'pid=,stat=,lstart=,command='], {
      timeout: commandTimeoutMs,
      // `ps` fails when none of the pids runs.
      reject: false,
      // Start times are part of an identity that outlives this process, so neither language nor time zone may change them.
      env: { LC_ALL: 'C', TZ: 'UTC' },
    });
    if (exitCode === undefined)
      throw new PlaygroundError('process', l10n.t('The list of processes could not be read.'));
    return parsePs(stdout);
  }
}

/** Rows of `ps -o pid=,stat=,lstart=,command=`; `lstart` is always five words. */
export function parsePs(text: string): readonly ProcessFacts[] {
  const rows: ProcessFacts[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line);
    if (match === null) continue;
    const [, pid, stat = '', startToken = '', commandLine = ''] = match;
    if (!stat.startsWith('Z'))
      rows.push({ pid: Number(pid), startToken: startToken.replaceAll(/\s+/g, ' '), commandLine });
  }
  return rows;
}

/** Asks Windows' process classes by PowerShell. */
class WindowsProcessTable implements ProcessTable {
  async read(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessFacts>> {
    if (pids.length === 0) return new Map();
    const rows = await this.#ask(pids.map((pid) => `ProcessId=${pid}`).join(' OR '));
    return new Map(rows.map((facts) => [facts.pid, facts]));
  }

  async find(text: string): Promise<readonly ProcessFacts[]> {
    return (await this.#ask("Name LIKE 'java%'")).filter((facts) => facts.commandLine.includes(text));
  }

  async #ask(filter: string): Promise<readonly ProcessFacts[]> {
    const script =
      '[Console]::OutputEncoding = [Text.Encoding]::UTF8; ' +
      `Get-CimInstance Win32_Process -Filter "${filter}" | ForEach-Object { ` +
      '"{0}`t{1}`t{2}" -f $_.ProcessId, $_.CreationDate.ToFileTimeUtc(), $_.CommandLine }';
    const { stdout } = await execa('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], {
      timeout: commandTimeoutMs,
      windowsHide: true,
    });
    return stdout.split(/\r?\n/).flatMap((line) => {
      const [pid, startToken, ...rest] = line.split('\t');
      if (pid === undefined || startToken === undefined || !/^\d+$/.test(pid)) return [];
      return [{ pid: Number(pid), startToken, commandLine: rest.join('\t') }];
    });
  }
}

/** The process table of the system that this code runs on. */
export function systemProcessTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  if (platform === 'linux') return new LinuxProcessTable();
  if (platform === 'win32') return new WindowsProcessTable();
  return new PsProcessTable();
}
