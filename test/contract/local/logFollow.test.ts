import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findJava } from '../../../src/core/environment/local/java/findJava';
import type { LocalEnvironment } from '../../../src/core/environment/local/localEnvironment';
import { LocalPaths } from '../../../src/core/environment/local/localPaths';
import { followInstance } from '../../../src/core/logs/instanceLog';
import { silentLogger } from '../../../src/core/util/logger';
import { ignoreProgress, LocalTestBed, never, startOptions } from '../../support/localPlayground';

const instance = 'clickevent-generator';
const kills = 5;

/** Runs a logger of numbered lines in the generator's place, and Java for everything else. */
async function javaWithLogger(folder: string, java: string): Promise<string> {
  const path = join(folder, 'java-with-logger');
  const logger = join(import.meta.dirname, '..', '..', 'support', 'numberedLogger.mjs');
  const script = `#!/bin/sh
case "$*" in *ClickEventGenerator*) exec '${process.execPath}' '${logger}' "$@";; esac
exec '${java}' "$@"
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

describe('a log that is followed', { timeout: 180_000 }, () => {
  let bed: LocalTestBed;
  let environment: LocalEnvironment;

  beforeAll(async () => {
    bed = await LocalTestBed.create();
    const first = bed.open();
    await first.start(startOptions(), ignoreProgress, AbortSignal.timeout(120_000));
    environment = bed.open({
      findJava: async (signal) => {
        const java = await findJava({ configuredHome: '', logger: silentLogger }, signal);
        return { ...java, executable: await javaWithLogger(bed.root, java.executable) };
      },
    });
    await environment.refresh(never);
    await environment.restart(instance, AbortSignal.timeout(60_000));
  }, 180_000);

  afterAll(() => bed.remove(), 120_000);

  it('loses and repeats no line over five kills, and says where each was', async () => {
    const lines: string[] = [];
    const following = new AbortController();
    const done = followInstance(environment, instance, (line) => lines.push(line), following.signal);
    const numbered = (): readonly string[] => lines.filter((line) => line.startsWith('run '));
    for (let kill = 0; kill < kills; kill++) {
      const before = numbered().length;
      await expect.poll(() => numbered().length, { timeout: 20_000 }).toBeGreaterThan(before + 1000);
      await environment.kill(instance, never);
      await environment.startInstance(instance, AbortSignal.timeout(30_000));
    }
    const seen = numbered().length;
    await expect.poll(() => numbered().length, { timeout: 20_000 }).toBeGreaterThan(seen);
    await environment.kill(instance, never);
    await expect.poll(() => lines.at(-1)).toContain('was killed');
    following.abort();
    await done;

    const runs = Map.groupBy(numbered(), (line) => line.split(' ')[1] ?? '');
    expect(runs.size).toBe(kills + 1);
    const log = new LocalPaths(bed.dataDirectory).log(instance);
    for (const [index, [run, own]] of Array.from(runs).entries()) {
      // The first run had begun before its log was followed.
      const first = index === 0 ? Number(own[0]?.split(' ')[3]) : 1;
      expect(own).toEqual(own.map((_line, offset) => `run ${run} line ${first + offset}`));
      const counted = Number(await readFile(`${log}.count-${run}`, 'utf8'));
      // A kill may come between a line and its count.
      expect([counted, counted + 1]).toContain(first + own.length - 1);
    }
    const story = lines
      .filter((line) => line.startsWith('run ') || line.startsWith('──── '))
      .map((line) => line.replace(/ line \d+$/, '').replace(/ [\d.]+ s /, ' … '))
      .filter((line, index, all) => line !== all[index - 1]);
    expect(story).toEqual(
      Array.from(runs.keys(), (run: string, index) => [
        `run ${run}`,
        `──── ${instance} was killed ────`,
        ...(index < kills ? [`──── ${instance} restarted after … ────`] : []),
      ]).flat(),
    );
  });
});
