import * as l10n from '@vscode/l10n';
import { delay } from '../../util/async';
import { PlaygroundError } from '../../util/errors';
import { environmentMark, instanceMark, isJvmWith, signalProcess, type ProcessIdentity } from './processIdentity';
import type { ProcessFacts } from '../common/processTable';
import type { LocalServices } from './services';

const graceMs = 5000;
/** Kafka writes its logs to disk. */
const kafkaGraceMs = 20_000;
const killedMs = 10_000;
const pollMs = 50;

type Where = Pick<LocalServices, 'table' | 'registry' | 'paths'>;

/** JVMs of this data root that are not the process of a running instance. They carry our mark, so no stranger is among them. */
async function leftovers({ table, registry, paths }: Where): Promise<readonly ProcessFacts[]> {
  const mark = environmentMark(paths.marker);
  const known = registry.runningIds.flatMap((id) => registry.record(id) ?? []).map(({ uuid }) => instanceMark(uuid));
  const ours = (await table.find(mark)).filter(({ commandLine }) => isJvmWith(mark, commandLine));
  return ours.filter(({ commandLine }) => !known.some((text) => commandLine.includes(text)));
}

/** True when processes of this data root run that no record knows: the record was lost. */
export async function hasLeftovers(services: Where): Promise<boolean> {
  return (await leftovers(services)).length > 0;
}

/**
 * Ends processes of this data root that no record knows: what a lost state file, or a crash between two writes, leaves
 * running. Returns when they are gone; none is given more time than `longestGraceMs` before it is killed.
 * @throws PlaygroundError `process` for one that SIGKILL does not end.
 */
export async function endLeftovers(
  services: Where & Pick<LocalServices, 'logger' | 'clock'>,
  longestGraceMs = kafkaGraceMs,
): Promise<void> {
  const unknown = await leftovers(services);
  if (unknown.length === 0) return;
  const pids = unknown.map(({ pid }) => pid).join(', ');
  services.logger.warn(`Ending ${unknown.length} processes that no record knows: ${pids}`);
  await Promise.all(unknown.map((facts) => endOne(services, facts, longestGraceMs)));
}

async function endOne(
  { table, paths, clock }: Pick<LocalServices, 'table' | 'paths' | 'clock'>,
  { pid, startToken, commandLine }: ProcessFacts,
  longestGraceMs: number,
): Promise<void> {
  const identity: ProcessIdentity = { pid, startToken, mark: environmentMark(paths.marker) };
  const never = new AbortController().signal;
  const goneWithin = async (ms: number): Promise<boolean> => {
    const deadline = clock.now() + ms;
    while ((await table.read([pid])).get(pid)?.startToken === startToken) {
      if (clock.now() >= deadline) return false;
      await delay(pollMs, never, clock);
    }
    return true;
  };
  const isKafka = commandLine.split(' ').includes('kafka.Kafka');
  if (!(await signalProcess(identity, 'SIGTERM', table))) return;
  if (await goneWithin(Math.min(isKafka ? kafkaGraceMs : graceMs, longestGraceMs))) return;
  if (!(await signalProcess(identity, 'SIGKILL', table)) || (await goneWithin(killedMs))) return;
  throw new PlaygroundError('process', l10n.t('Process {0} did not end.', pid), {
    remedy: l10n.t('It hangs in the operating system. End it by hand, or restart the machine.'),
  });
}
