import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostResult, MeasureInHost } from './hostProtocol';
import { above, alone, median, type Figure } from './measure';

const activationRounds = 3;
/** VS Code tells whole milliseconds, and single ones vary by some: a round is the median of several. */
const activationsPerRound = 9;
const mostActivationMs = 20;
const mostCallsPerTick = 3;
const mostCallsPerMinuteHidden = 6;
const mostCpuPercent = 1;

/** Loading and activating the extension in a real VS Code, each time in a new one. */
export async function activation(inHost: MeasureInHost): Promise<readonly Figure[]> {
  const values: number[] = [];
  for (let round = 0; round < activationRounds; round++) {
    const ofRound: number[] = [];
    for (let index = 0; index < activationsPerRound; index++) {
      const { activationMs } = await inHost('activation', process.cwd());
      if (activationMs !== undefined) ofRound.push(activationMs);
    }
    values.push(median(ofRound));
  }
  return [alone('activation', 'ms', 'what was asked for', values, mostActivationMs)];
}

/** What looking at a running playground costs: calls, and CPU above the same VS Code without us. */
export async function refresh(inHost: MeasureInHost): Promise<readonly Figure[]> {
  const without = await withoutUs(inHost);
  const ours = await inHost('refresh', process.cwd());
  return [
    alone('refresh.calls', 'calls a tick', 'what was asked for', ours.callsPerTick ?? [], mostCallsPerTick),
    alone(
      'refresh.calls.hidden',
      'calls a minute',
      'what was asked for',
      ours.callsPerMinute ?? [],
      mostCallsPerMinuteHidden,
    ),
    above(
      'refresh.cpu',
      '% of a core',
      'above the same host without us',
      ours.cpuPercents ?? [],
      without.cpuPercents ?? [],
      mostCpuPercent,
    ),
  ];
}

/** A VS Code with an extension that does nothing. */
async function withoutUs(inHost: MeasureInHost): Promise<HostResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-empty-extension-'));
  try {
    const manifest = { name: 'nothing', publisher: 'bench', version: '1.0.0', engines: { vscode: '^1.101.0' } };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    return await inHost('rest', folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
