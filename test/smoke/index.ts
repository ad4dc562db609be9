import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commandId, type CommandArguments, type CommandName, type CommandResult } from '../../src/commands/catalog';
import type { KafkaMode } from '../../src/shared/model/environment';
import type { LedgerTotals } from '../../src/shared/model/ledger';

/** What the run is asked to do, in the file named by `FLINK_PLAYGROUND_SMOKE`. */
interface SmokeRequest {
  readonly flinkVersion: string;
  readonly kafkaMode: KafkaMode;
  /** Where the result goes. */
  readonly result: string;
  /** How many consecutive windows have to be exact. */
  readonly windows: number;
  /** From the start command to the last of these windows, milliseconds. */
  readonly timeoutMs: number;
}

/** The form that `npm start -- --smoke --json` promises. */
interface SmokeResult {
  verdict: string;
  environment: string;
  flinkVersion: string;
  kafkaVersion: string;
  windows: { exact: number; short: number; over: number; missing: number; duplicates: number };
  seconds: {
    download: number | null;
    kafkaReady: number | null;
    flinkReady: number | null;
    jobRunning: number | null;
    firstWindow: number | null;
  };
}

/**
 * Starts the playground by the extension's own commands, waits until windows were counted exactly, and deletes everything.
 * @throws Error when that did not come about, which makes the run fail.
 */
export async function run(): Promise<void> {
  const request = readRequest();
  const result: SmokeResult = {
    verdict: 'CANNOT TELL',
    environment: 'local',
    flinkVersion: request.flinkVersion,
    kafkaVersion: '',
    windows: { exact: 0, short: 0, over: 0, missing: 0, duplicates: 0 },
    seconds: { download: null, kafkaReady: null, flinkReady: null, jobRunning: null, firstWindow: null },
  };
  let failure: Error | undefined;
  try {
    await startAndWatch(request, result);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    log(`FAILED: ${failure.message}`);
  }
  log('stopping and deleting the data …');
  await command('stopAndDeleteData', { confirmed: true });
  const { environment } = await command('copyDiagnostics', { copy: false });
  log(`stopped: the environment is ${environment?.phase ?? 'unknown'}`);
  writeFileSync(request.result, JSON.stringify(result, undefined, 2));
  if (failure !== undefined) throw failure;
  if (environment?.phase !== 'absent') throw new Error('Something is left running.');
}

async function startAndWatch(request: SmokeRequest, result: SmokeResult): Promise<void> {
  const beganAt = Date.now();
  const { flinkVersion, kafkaMode } = request;
  log(`VS Code ${vscode.version}: starting Flink ${flinkVersion}, Kafka in ${kafkaMode} mode …`);
  const started = await command('start', { flinkVersion, kafkaMode });
  if (started === undefined) throw new Error('The start was called off.');
  const { timings } = started;
  result.seconds = {
    download: seconds(timings.downloadMs),
    kafkaReady: seconds(timings.kafkaReadyMs),
    flinkReady: seconds(timings.flinkReadyMs),
    jobRunning: seconds(timings.jobRunningMs),
    firstWindow: null,
  };
  log(`the job ${started.jobId} runs after ${seconds(timings.jobRunningMs)} s`);
  for (;;) {
    const { environment, cluster, ledger } = await command('copyDiagnostics', { copy: false });
    result.environment = environment?.kind ?? result.environment;
    result.flinkVersion = environment?.flinkVersion ?? result.flinkVersion;
    result.kafkaVersion = environment?.kafkaVersion ?? result.kafkaVersion;
    if (ledger !== undefined) {
      const { totals, verdict } = ledger;
      result.verdict = verdict;
      result.windows = windowsOf(totals);
      if (totals.windows > 0 && result.seconds.firstWindow === null) {
        result.seconds.firstWindow = seconds(Date.now() - beganAt);
        log(`the first window closed after ${result.seconds.firstWindow} s`);
      }
      const job = cluster?.jobs.find(({ id }) => id === started.jobId);
      const allRun = job !== undefined && job.totalTasks > 0 && job.tasks.RUNNING === job.totalTasks;
      if (verdict === 'FAIL') throw new Error(`The windows are wrong: ${JSON.stringify(ledger)}`);
      if (allRun && verdict === 'PASS' && totals.consecutiveExactWindows >= request.windows) {
        log(`${totals.consecutiveExactWindows} consecutive windows exact, ${totals.exact} counts; ${verdict}`);
        return;
      }
    }
    if (Date.now() - beganAt > request.timeoutMs) {
      throw new Error(`Not in time: ${JSON.stringify({ cluster, ledger })}`);
    }
    await delay(1000);
  }
}

/** The counts of the ledger by window and page, as the result names them. */
function windowsOf(totals: LedgerTotals): SmokeResult['windows'] {
  const { exact, short, over, missing, duplicates, unexplainedDuplicates } = totals;
  return { exact, short, over, missing, duplicates: duplicates + unexplainedDuplicates };
}

async function command<N extends CommandName>(name: N, args: CommandArguments<N>): Promise<CommandResult<N>> {
  return vscode.commands.executeCommand(commandId(name), { ...args, onError: 'throw' });
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}

function readRequest(): SmokeRequest {
  const file = process.env['FLINK_PLAYGROUND_SMOKE'];
  if (file === undefined) throw new Error('FLINK_PLAYGROUND_SMOKE does not name the request.');
  const request: SmokeRequest = JSON.parse(readFileSync(file, 'utf8'));
  return request;
}

/** The runner shows the lines that begin so. */
function log(line: string): void {
  console.log(`test: ${line}`);
}
