import { readdir } from 'node:fs/promises';
import type { SavepointFolders } from '../../savepoints/diskSavepointStore';
import { systemCode } from '../../util/errors';
import { profileName, type LocalPaths } from './localPaths';
import type { LocalState } from './stateFile';

/** Where Flink writes savepoints and checkpoints: the folders of what runs first, then those of other versions and modes. */
export async function savepointFolders(paths: LocalPaths, { run }: LocalState): Promise<readonly SavepointFolders[]> {
  const current = run === undefined ? undefined : profileName(run.options.flinkVersion, run.options.kafkaMode);
  const kept = await profilesIn(paths.profiles);
  const names = current === undefined ? kept : [current, ...kept.filter((name) => name !== current)];
  return names.map((name) => {
    const { savepoints, checkpoints } = paths.profile(name);
    const isOwn = name === (current ?? (names.length === 1 ? name : undefined));
    return { savepoints, checkpoints, ...(isOwn ? {} : { origin: name }) };
  });
}

async function profilesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
