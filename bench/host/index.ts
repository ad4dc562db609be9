import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commandId } from '../../src/commands/catalog';
import { activationText } from '../../test/host/page';
import type { HostRequest, HostResult } from '../hostProtocol';

const settleMs = 15_000;
/** After a start the class archives are made, which is over by then. */
const archivesMs = 75_000;
/** Long enough that one collection of garbage more or less does not decide. */
const restMs = 40_000;
const samples = 3;
const hiddenMs = 60_000;

/** Runs in the extension host: measures what it is asked to in the file that `FLINK_PLAYGROUND_BENCH` names. */
export async function run(): Promise<void> {
  const file = process.env['FLINK_PLAYGROUND_BENCH'];
  if (file === undefined) throw new Error('FLINK_PLAYGROUND_BENCH does not name the request.');
  const request: HostRequest = JSON.parse(readFileSync(file, 'utf8'));
  const measures: Readonly<Record<HostRequest['measure'], () => Promise<HostResult>>> = {
    activation,
    rest: atRest,
    refresh,
  };
  writeFileSync(request.result, JSON.stringify(await measures[request.measure]()));
}

/** Loading the bundle and `activate()`, as the extension host measures it for the editor "Running Extensions". */
async function activation(): Promise<HostResult> {
  const extension = vscode.extensions.all.find(({ packageJSON }) => packageJSON['name'] === 'flink-playground');
  if (extension === undefined || extension.isActive) throw new Error('The extension is not there, or active already.');
  await extension.activate();
  await vscode.commands.executeCommand('workbench.action.showRuntimeExtensions');
  const text = await activationText('flink-playground');
  const milliseconds = /(\d+)\s*ms/.exec(text)?.[1];
  if (milliseconds === undefined) throw new Error(`The activation time was not found in "${text}".`);
  return { activationMs: Number(milliseconds) };
}

/** A host with nothing to do, as old as ours is when it is measured, for comparison. */
async function atRest(): Promise<HostResult> {
  await delay(archivesMs);
  const cpuPercents: number[] = [];
  for (let index = 0; index < samples; index++) cpuPercents.push(await cpuPercent(restMs));
  return { cpuPercents };
}

/** The playground runs, first with all views visible and the job collapsed, then with none. */
async function refresh(): Promise<HostResult> {
  await vscode.commands.executeCommand(commandId('start'), { onError: 'throw' });
  try {
    for (const view of ['cluster', 'jobs', 'topics']) {
      await vscode.commands.executeCommand(`flinkPlayground.${view}.focus`);
    }
    await delay(archivesMs);
    const intervalMs = vscode.workspace.getConfiguration('flinkPlayground').get('refresh.interval', 2) * 1000;
    const cpuPercents: number[] = [];
    const callsPerTick: number[] = [];
    for (let index = 0; index < samples; index++) {
      const before = await restCalls();
      cpuPercents.push(await cpuPercent(restMs));
      callsPerTick.push(((await restCalls()) - before) / (restMs / intervalMs));
    }
    await vscode.commands.executeCommand('workbench.view.explorer');
    await delay(settleMs);
    const hiddenBefore = await restCalls();
    await delay(hiddenMs);
    const callsPerMinute = ((await restCalls()) - hiddenBefore) / (hiddenMs / 60_000);
    return { cpuPercents, callsPerTick, callsPerMinute: [callsPerMinute] };
  } finally {
    await vscode.commands.executeCommand(commandId('stopAndDeleteData'), { confirmed: true, onError: 'throw' });
  }
}

/** Calls so far, without the ones that asking costs. */
async function restCalls(): Promise<number> {
  const { restCalls: calls } = await vscode.commands.executeCommand<{ restCalls?: number }>(
    commandId('copyDiagnostics'),
    { copy: false, read: false },
  );
  return calls ?? Number.NaN;
}

async function cpuPercent(ms: number): Promise<number> {
  const before = process.cpuUsage();
  await delay(ms);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / ms;
}
