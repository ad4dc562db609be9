import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import type { MetricScope } from '../core/flink/jobReads';
import { targetWords } from '../core/trees/describeMetrics';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import type { PickItem } from '../host/userInput';
import { endedJobStates } from '../shared/model/flink';
import { taskManagersOf } from '../shared/model/instances';
import { pinKey, targetKey, type MetricTarget } from '../shared/model/metrics';
import { parseNothing, parsePinMetric, parseUnpinMetric } from './arguments';
import type { CommandMap, PinMetricArguments, UnpinMetricArguments } from './catalog';
import { chooseAnyJob } from './jobPick';
import { pinOfNode, unpinOfNode } from './nodes';
import type { CommandServices } from './services';

export interface MetricPorts extends CommandServices {
  readonly openMetrics: () => Promise<void>;
}

type Names = 'metric.pin' | 'metric.unpin' | 'metrics.show';

const readTimeoutMs = 15_000;

/** Where a metric hangs now, and what of its names is offered. */
interface Chosen {
  readonly target: MetricTarget;
  readonly scope: MetricScope;
  /** Names that begin so; all when it is empty. */
  readonly prefix: string;
}

/** Metrics that stay in sight. */
export function metricCommands(ports: MetricPorts): Pick<CommandHandlers<CommandMap>, Names> {
  return {
    'metric.pin': { parse: parsePinMetric, fromNode: pinOfNode, run: (args) => pin(args, ports) },
    'metric.unpin': { parse: parseUnpinMetric, fromNode: unpinOfNode, run: (args) => unpin(args, ports) },
    'metrics.show': {
      parse: parseNothing,
      run: async () => {
        await ports.engines.get();
        await ports.openMetrics();
      },
    },
  };
}

async function pin(args: PinMetricArguments, ports: MetricPorts): Promise<readonly string[] | undefined> {
  const engine = await ports.engines.get();
  const chosen = await chooseTarget(engine, args, ports);
  if (chosen === undefined) return undefined;
  const key = targetKey(chosen.target);
  const all = engine.metrics.pins.value;
  const before = all.filter(({ target }) => targetKey(target) === key).map(({ name }) => name);
  const names =
    args.metrics === undefined
      ? await chooseNames(engine, chosen, before, ports)
      : Array.from(new Set([...before, ...args.metrics]));
  if (names === undefined) return undefined;
  const others = all.filter(({ target }) => targetKey(target) !== key);
  engine.metrics.setPins([...others, ...names.map((name) => ({ target: chosen.target, name }))]);
  return names;
}

async function unpin(args: UnpinMetricArguments, { engines, input }: MetricPorts): Promise<string | undefined> {
  const { metrics } = await engines.get();
  const pins = metrics.pins.value;
  if (pins.length === 0) throw new PlaygroundError('input', l10n.t('No metric is pinned.'));
  const key =
    args.pin ??
    (await input.pick(
      pins.map((each) => ({ label: each.name, description: targetWords(each.target), value: pinKey(each) })),
      { placeholder: l10n.t('The metric to unpin') },
    ));
  const found = pins.find((each) => pinKey(each) === key);
  if (found !== undefined) metrics.setPins(pins.filter((each) => each !== found));
  return found?.name;
}

async function chooseTarget(
  engine: Engine,
  { instance, job, vertex, subtask }: PinMetricArguments,
  ports: MetricPorts,
): Promise<Chosen | undefined> {
  if (instance !== undefined) return machine(engine, instance);
  if (job !== undefined) return partOfJob(engine, job, vertex ?? wholeJob, subtask, ports);
  const places: PickItem<string>[] = [
    { label: l10n.t('A job or one of its vertices…'), codicon: 'play-circle', value: jobs },
    { label: 'jobmanager', codicon: 'server-process', value: 'jobmanager' },
    ...taskManagersOf(engine.environment.snapshot.value).map(({ id }) => ({ label: id, codicon: 'vm', value: id })),
  ];
  const place = await ports.input.pick(places, { placeholder: l10n.t('What to pin a metric of') });
  if (place === undefined) return undefined;
  return place === jobs ? partOfJob(engine, undefined, vertex, subtask, ports) : machine(engine, place);
}

/** Stand in choices for what has no name; no machine and no vertex is called so. */
const jobs = '';
const wholeJob = '';

function machine(engine: Engine, instance: string): Chosen {
  if (instance === 'jobmanager') return { target: { kind: instance }, scope: { kind: instance }, prefix: '' };
  const found = taskManagersOf(engine.environment.snapshot.value).find(({ id }) => id === instance);
  return {
    target: { kind: 'taskmanager', instance },
    scope: { kind: 'taskmanager', taskManagerId: found?.flinkId ?? instance },
    prefix: '',
  };
}

async function partOfJob(
  engine: Engine,
  named: string | undefined,
  part: string | undefined,
  subtask: number | undefined,
  ports: MetricPorts,
): Promise<Chosen | undefined> {
  const job = await chooseAnyJob(engine, named, ports, l10n.t('The job of which to pin a metric'));
  if (job === undefined) return undefined;
  if (endedJobStates.has(job.state)) {
    throw new PlaygroundError('input', l10n.t('{0} has ended: Flink has no metrics of it any more.', job.name));
  }
  const whole: Chosen = { target: { kind: 'job', job: job.name }, scope: { kind: 'job', jobId: job.id }, prefix: '' };
  if (part === wholeJob) return whole;
  const { vertices } = await engine.inspector.job(job.id, AbortSignal.timeout(readTimeoutMs));
  const vertexId =
    part ??
    (await ports.input.pick(
      [
        { label: l10n.t('The job as a whole'), value: wholeJob },
        ...vertices.map(({ name, parallelism, id }) => ({
          label: name,
          description: l10n.t('parallelism {0}', parallelism),
          value: id,
        })),
      ],
      { placeholder: l10n.t('The part of {0} of which to pin a metric', job.name) },
    ));
  if (vertexId === undefined) return undefined;
  if (vertexId === wholeJob) return whole;
  const vertexName = vertices.find(({ id }) => id === vertexId)?.name ?? vertexId;
  return {
    target: { kind: 'vertex', job: job.name, vertexId, vertexName },
    scope: { kind: 'vertex', jobId: job.id, vertexId },
    prefix: subtask === undefined ? '' : `${subtask}.`,
  };
}

/** What is to be pinned of the target afterwards; pins whose names are not offered stay. */
async function chooseNames(
  engine: Engine,
  { target, scope, prefix }: Chosen,
  before: readonly string[],
  { input }: MetricPorts,
): Promise<readonly string[] | undefined> {
  const known = await engine.inspector.metricNames(scope, AbortSignal.timeout(readTimeoutMs));
  const offered = known.filter((name) => name.startsWith(prefix));
  if (offered.length === 0) {
    throw new PlaygroundError('notFound', l10n.t('Flink has no metrics of this yet.'), {
      remedy: l10n.t('Try again in a few seconds.'),
    });
  }
  const picked = offered.toSorted((a, b) => Number(before.includes(b)) - Number(before.includes(a)));
  const chosen = await input.pickMany(
    picked.map((name) => ({ label: name, value: name, picked: before.includes(name) })),
    { placeholder: l10n.t('The metrics of {0} to pin; type to search', targetWords(target)) },
  );
  if (chosen === undefined) return undefined;
  return [...before.filter((name) => !offered.includes(name)), ...chosen];
}
