import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle';
import { rescaleDowntime, restartDowntime } from './downtime';
import { graphUpdate } from './graph';
import type { Surroundings } from './hostProtocol';
import type { Figure } from './measure';
import { activation, refresh } from './inHost';
import { dockerIdle } from './dockerIdle';
import { killDetect } from './killDetect';
import { startWarm } from './startWarm';
import { tailFirstRecord, tailHostDelay, tailIdle, tailMemory, tailThroughput } from './tail';
import { filter, ledger } from './tailFilter';
import { tailPaint } from './tailPaint';
import { heapHour, treeCalls, treeUpdate } from './tree';

const benches: Readonly<Record<string, (surroundings: Surroundings) => Promise<readonly Figure[]>>> = {
  // First, because the memory of this process is measured, which others leave grown.
  'tail.memory': tailMemory,
  bundle,
  activation: ({ inHost }) => activation(inHost),
  refresh: ({ inHost }) => refresh(inHost),
  'start.warm': startWarm,
  'tail.throughput': tailThroughput,
  'tail.firstRecord': tailFirstRecord,
  'tail.hostDelay': tailHostDelay,
  'tail.idle': tailIdle,
  'tail.paint': tailPaint,
  filter,
  ledger,
  'kill.detect': killDetect,
  'docker.idle': dockerIdle,
  'restart.downtime': restartDowntime,
  'rescale.downtime': rescaleDowntime,
  'tree.update': treeUpdate,
  'tree.calls': treeCalls,
  'heap.hour': heapHour,
  'graph.update': graphUpdate,
};

/** Runs the named benches, all of them when none is named; prints a table and leaves the figures as JSON. */
export async function main(names: readonly string[], surroundings: Surroundings): Promise<void> {
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    throw new Error(`No bench is named ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  }
  const figures: Figure[] = [];
  for (const [name, run] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.error(`bench ${name} …`);
    figures.push(...(await run(surroundings)));
  }
  console.table(
    Object.fromEntries(
      figures.map(({ name, ours, theirs, unit, ratio, worst, limit, baseline }) => [
        name,
        { ours, theirs, unit, ratio, worst, limit, baseline },
      ]),
    ),
  );
  const results = join(process.cwd(), 'bench', 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'latest.json'), `${JSON.stringify(figures, null, 2)}\n`);
}
