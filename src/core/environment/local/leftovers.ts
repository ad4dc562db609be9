import { environmentMark, instanceMark, signalProcess } from './processIdentity';
import { delay } from '../../util/async';
import type { LocalServices } from './services';

const graceMs = 5000;
const pollMs = 50;

/**
 * Ends processes of this data root that no record knows: what a lost state file, or a crash between two writes, leaves
 * running. They carry our mark on their command line, so no stranger is among them.
 */
export async function endLeftovers(services: LocalServices): Promise<void> {
  const { table, registry, paths, logger, clock } = services;
  const mark = environmentMark(paths.marker);
  const known = registry.records.map((record) => instanceMark(record.uuid));
  const unknown = (await table.find(mark)).filter(
    ({ commandLine }) => !known.some((text) => commandLine.includes(text)),
  );
  if (unknown.length === 0) return;
  logger.warn(`Ending ${unknown.length} processes that no record knows: ${unknown.map(({ pid }) => pid).join(', ')}`);
  const identities = unknown.map(({ pid, startToken }) => ({ pid, startToken, mark }));
  await Promise.all(identities.map((identity) => signalProcess(identity, 'SIGTERM', table)));
  const deadline = clock.now() + graceMs;
  const never = new AbortController().signal;
  const anyLeft = async (): Promise<boolean> => {
    const found = await table.read(identities.map(({ pid }) => pid));
    return identities.some(({ pid, startToken }) => found.get(pid)?.startToken === startToken);
  };
  while (await anyLeft()) {
    if (clock.now() >= deadline) {
      await Promise.all(identities.map((identity) => signalProcess(identity, 'SIGKILL', table)));
      return;
    }
    await delay(pollMs, never, clock);
  }
}
