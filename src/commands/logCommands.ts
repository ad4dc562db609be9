import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { Machine } from '../core/flink/logFiles';
import { cleanText } from '../core/logs/cleanText';
import { valueOf } from '../core/state/resource';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import { formatBytes } from '../shared/format/bytes';
import { parseInstance, parseLogFile } from './arguments';
import { viewIds, type CommandMap, type InstanceArguments, type LogFileArguments } from './catalog';
import { instanceOfNode } from './nodes';
import type { CommandServices } from './services';
import { notRunning } from './notRunning';

export interface LogPorts extends CommandServices {
  /** Follows the log of an instance in an output channel. */
  readonly followLog: (engine: Engine, instance: string) => void;
  /** Opens a read-only document; the name's ending decides about its colours. */
  readonly showDocument: (name: string, text: string) => Promise<void>;
}

type Names = 'showLogs' | 'openLogFile' | 'threadDump';

const readTimeoutMs = 60_000;

/** What the processes say: their logs as they grow, their log files, and what their threads do. */
export function logCommands(ports: LogPorts): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    showLogs: { parse: parseInstance, fromNode: instanceOfNode, run: (args) => showLogs(args, ports) },
    openLogFile: { parse: parseLogFile, fromNode: instanceOfNode, run: (args) => openLogFile(args, ports) },
    threadDump: { parse: parseInstance, fromNode: instanceOfNode, run: (args) => threadDump(args, ports) },
  };
}

async function showLogs(
  { instance }: InstanceArguments,
  { engines, input, followLog }: LogPorts,
): Promise<string | undefined> {
  const engine = await engines.get();
  const instances = engine.environment.snapshot.value.services.flatMap((service) => service.instances);
  if (instance === undefined && instances.length === 0) throw notRunning();
  const id =
    instance ??
    (await input.pick(
      instances.map((candidate) => ({
        label: candidate.id,
        ...(candidate.detail === undefined ? {} : { description: candidate.detail }),
        value: candidate.id,
      })),
      { placeholder: l10n.t('The process whose log to show') },
    ));
  if (id === undefined) return undefined;
  followLog(engine, id);
  return id;
}

async function openLogFile({ instance, file }: LogFileArguments, ports: LogPorts): Promise<string | undefined> {
  const { engines, input, notifications, showDocument } = ports;
  const engine = await engines.get();
  const chosen = await chooseMachine(engine, instance, ports, l10n.t('The machine whose log files to list'));
  if (chosen === undefined) return undefined;
  const { machine, name } = chosen;
  const files = await engine.inspector.logFiles(machine, AbortSignal.timeout(readTimeoutMs));
  if (files.length === 0) throw new PlaygroundError('notFound', l10n.t('{0} has no log files.', name));
  const picked =
    file ??
    (await input.pick(
      files.map(({ name: label, size }) => ({ label, description: formatBytes(size), value: label })),
      { placeholder: l10n.t('The log file of {0} to open', name) },
    ));
  if (picked === undefined) return undefined;
  const title = l10n.t('Reading {0} of {1}', picked, name);
  const { text, skippedBytes, totalBytes } = await notifications.progress(title, viewIds.cluster, (_report, signal) =>
    engine.inspector.readLogFile(machine, picked, AbortSignal.any([signal, AbortSignal.timeout(readTimeoutMs)])),
  );
  const cut = l10n.t('The first {0} of {1} are left out.', formatBytes(skippedBytes), formatBytes(totalBytes));
  const shown = cleanText(text);
  await showDocument(documentName(name, picked), skippedBytes > 0 ? `──── ${cut} ────\n${shown}` : shown);
  return picked;
}

async function threadDump({ instance }: InstanceArguments, ports: LogPorts): Promise<string | undefined> {
  const engine = await ports.engines.get();
  const chosen = await chooseMachine(engine, instance, ports, l10n.t('The machine whose threads to show'));
  if (chosen === undefined) return undefined;
  const dump = await engine.inspector.threadDump(chosen.machine, AbortSignal.timeout(readTimeoutMs));
  await ports.showDocument(`${chosen.name}-threads.log`, cleanText(dump));
  return chosen.name;
}

interface NamedMachine {
  readonly name: string;
  readonly machine: Machine;
}

/** @throws PlaygroundError `input` when no cluster runs; `notFound` for a machine that it does not have. */
async function chooseMachine(
  engine: Engine,
  name: string | undefined,
  { input }: LogPorts,
  placeholder: string,
): Promise<NamedMachine | undefined> {
  const machines = machinesOf(engine);
  if (machines.length === 0) throw notRunning();
  if (name === undefined) {
    return input.pick(
      machines.map((machine) => ({ label: machine.name, value: machine })),
      { placeholder },
    );
  }
  const found = machines.find(
    (candidate) =>
      candidate.name === name || (candidate.machine.kind === 'taskmanager' && candidate.machine.id === name),
  );
  if (found !== undefined) return found;
  throw new PlaygroundError('notFound', l10n.t('Flink has no machine "{0}" now.', name), {
    remedy: l10n.t('It has: {0}.', machines.map((machine) => machine.name).join(', ')),
  });
}

/** The machines that Flink knows, by the names of their instances where the environment has instances. */
function machinesOf({ environment, cluster }: Engine): readonly NamedMachine[] {
  const { services, endpoints } = environment.snapshot.value;
  if (endpoints === undefined) return [];
  const instances = services
    .filter(({ name }) => name === 'taskmanager')
    .flatMap((service) => service.instances)
    .filter(({ state }) => state === 'healthy' || state === 'unhealthy');
  const registered = valueOf(cluster.state.value.taskManagers) ?? [];
  const named = instances.flatMap(({ id, flinkId }) => (flinkId === undefined ? [] : [{ name: id, id: flinkId }]));
  const others = registered
    .filter(({ id }) => !named.some((each) => each.id === id))
    .map(({ id }) => ({ name: id, id }));
  return [
    { name: 'jobmanager', machine: { kind: 'jobmanager' } },
    ...[...named, ...(instances.length === 0 ? others : [])].map(({ name, id }): NamedMachine => ({
      name,
      machine: { kind: 'taskmanager', id },
    })),
  ];
}

/** A name of one part, whatever the server calls the file, with the ending that gives it the colours of a log. */
function documentName(machine: string, file: string): string {
  const last = file.split(/[/\\]/).at(-1) ?? file;
  return last.endsWith('.log') ? `${machine}-${last}` : `${machine}-${last}.log`;
}
