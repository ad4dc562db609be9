import * as l10n from '@vscode/l10n';
import type { InstanceSnapshot } from '../../shared/model/environment';
import type { CommandEntry, CommandForm, Step } from './commandForms';
import type { CommandPlaces, JobPlace, Words } from './commandPlaces';

/** A job as command lines name it. */
export interface JobFacts {
  readonly id: string;
  readonly parallelism: number;
}

/** The real ids that are filled in. What is not known stands as `<job-id>` in the command line, as in the tutorial. */
export interface CommandFacts {
  readonly places: CommandPlaces;
  readonly instances: readonly InstanceSnapshot[];
  readonly job?: JobFacts;
  /** The path of the newest savepoint. */
  readonly savepoint?: string;
  /** The playground's jar, when Flink has it already. */
  readonly jarId?: string;
  /** 32 hexadecimal digits that no other operation has: with them the second step of a stop can name the first. */
  readonly triggerId: string;
}

const topics = ['input', 'output'] as const;
const rescaledParallelism = 3;

/** Everything that the tutorial does and looks at, with the command lines of this environment and the calls of the REST API. */
export function tutorialCommands(facts: CommandFacts): readonly CommandEntry[] {
  const entries = [
    ...playgroundEntries(facts),
    ...facts.instances.map((instance) => followLog(facts.places, instance)),
    ...topics.map((topic) => consume(facts.places, topic)),
    jobsList(facts.places),
    ...facts.instances
      .filter(({ service }) => service === 'taskmanager')
      .map((each) => killOrStart(facts.places, each)),
    scale(facts.places),
    ...jobEntries(facts),
  ];
  return entries.filter(({ forms }) => forms.length > 0);
}

function playgroundEntries({ places, instances }: CommandFacts): readonly CommandEntry[] {
  const compose = (...words: Words): readonly CommandForm[] =>
    places.kind === 'compose' ? [cli(run(...places.compose, ...words))] : [];
  return [
    {
      id: 'playground.start',
      title: l10n.t('Start the playground'),
      forms: places.kind === 'local' ? [inEditor(l10n.t('Start Playground'))] : compose('up', '-d'),
    },
    {
      id: 'playground.status',
      title: l10n.t('See what runs'),
      forms: [...compose('ps', '-a'), rest(get('/overview'), get('/taskmanagers'))],
    },
    {
      id: 'playground.stop',
      title: l10n.t('Stop the playground and delete its data'),
      forms: places.kind === 'local' ? [inEditor(l10n.t('Stop Playground and Delete Data…'))] : compose('down', '-v'),
    },
    {
      id: 'cluster.overview',
      title: l10n.t("See the cluster's configuration"),
      forms: [rest(get('/jobmanager/config'))],
    },
    {
      id: 'cluster.threadDump',
      title: l10n.t('See what the threads of the machines do'),
      forms: [rest(...threadDumps(instances))],
    },
  ];
}

function threadDumps(instances: readonly InstanceSnapshot[]): readonly Step[] {
  const taskManagers = instances.flatMap((instance) => flinkIdOf(instance) ?? []);
  return [
    get('/jobmanager/thread-dump'),
    ...taskManagers.map((id) => get(`/taskmanagers/${encodeURIComponent(id)}/thread-dump`)),
  ];
}

/** Flink's id of a TaskManager that it knows: of one that ended it answers nothing. */
function flinkIdOf({ flinkId, state }: InstanceSnapshot): string | undefined {
  return isAlive(state) ? flinkId : undefined;
}

function isAlive(state: InstanceSnapshot['state']): boolean {
  return state === 'starting' || state === 'healthy' || state === 'unhealthy';
}

function followLog(places: CommandPlaces, instance: InstanceSnapshot): CommandEntry {
  const { id, service } = instance;
  const flinkId = flinkIdOf(instance);
  const forms: CommandForm[] = [];
  if (places.kind === 'local') {
    const file = places.logs[id];
    if (file !== undefined) forms.push(cli({ kind: 'follow', file }));
  } else if (places.kind === 'compose') {
    const container = places.containers[id];
    if (container !== undefined) forms.push(cli(run(...places.engine, 'logs', '--tail', '100', '-f', container)));
  }
  if (service === 'jobmanager') forms.push(rest(get('/jobmanager/logs'), getText('/jobmanager/log')));
  if (flinkId !== undefined) {
    const path = `/taskmanagers/${encodeURIComponent(flinkId)}`;
    forms.push(rest(get(`${path}/logs`), getText(`${path}/log`)));
  }
  return { id: 'logs.follow', subject: id, title: l10n.t('Read the log of {0}', id), forms };
}

function consume(places: CommandPlaces, topic: string): CommandEntry {
  const words = places.kind === 'remote' ? undefined : places.consoleConsumer;
  return {
    id: 'topic.consume',
    subject: topic,
    title: l10n.t('Read the topic {0}', topic),
    forms: words === undefined ? [] : [cli(run(...words, '--topic', topic))],
  };
}

function jobsList(places: CommandPlaces): CommandEntry {
  return {
    id: 'jobs.list',
    title: l10n.t('List running jobs'),
    forms: [...flink(places, 'list'), rest(get('/jobs'))],
  };
}

function killOrStart(places: CommandPlaces, { id, state, pid }: InstanceSnapshot): CommandEntry {
  return isAlive(state)
    ? {
        id: 'taskManager.kill',
        subject: id,
        title: l10n.t('Kill {0}', id),
        forms: onContainer(
          places,
          id,
          ['kill', '-s', 'SIGKILL'],
          pid === undefined ? [] : [cli({ kind: 'kill', pid })],
        ),
      }
    : {
        id: 'taskManager.start',
        subject: id,
        title: l10n.t('Start {0} again', id),
        forms: onContainer(places, id, ['start'], [inEditor(l10n.t('Start TaskManager…'))]),
      };
}

function onContainer(
  places: CommandPlaces,
  id: string,
  action: Words,
  local: readonly CommandForm[],
): readonly CommandForm[] {
  if (places.kind === 'local') return local;
  const container = places.kind === 'compose' ? places.containers[id] : undefined;
  return places.kind === 'compose' && container !== undefined ? [cli(run(...places.engine, ...action, container))] : [];
}

function scale(places: CommandPlaces): CommandEntry {
  const title = l10n.t('Scale to two TaskManagers');
  const id = 'taskManager.scale';
  if (places.kind === 'remote') return { id, title, forms: [] };
  if (places.kind === 'local') return { id, title, forms: [inEditor(l10n.t('Scale TaskManagers…'))] };
  // Without `--no-recreate` and the name, Compose would run the client again and scale back at the next `up`.
  const words = ['up', '-d', '--no-deps', '--no-recreate', '--scale', 'taskmanager=2', 'taskmanager'];
  return { id, title, forms: [cli(run(...places.compose, ...words))] };
}

function jobEntries(facts: CommandFacts): readonly CommandEntry[] {
  const { places, triggerId } = facts;
  const jobId = facts.job?.id ?? '<job-id>';
  const savepoint = facts.savepoint ?? '<savepoint-path>';
  const path = `/jobs/${facts.job === undefined ? jobId : encodeURIComponent(jobId)}`;
  const status = get(`${path}/savepoints/${triggerId}`);
  return [
    { id: 'job.detail', title: l10n.t('See the job and its vertices'), forms: [rest(get(path))] },
    {
      id: 'job.metrics',
      title: l10n.t('Query a metric of the job'),
      forms: [rest(get(`${path}/metrics`), get(`${path}/metrics?get=lastCheckpointSize`))],
    },
    {
      id: 'job.checkpoints',
      title: l10n.t('See the checkpoints of the job'),
      forms: [rest(get(`${path}/checkpoints`))],
    },
    { id: 'job.exceptions', title: l10n.t('See the exceptions of the job'), forms: [rest(get(`${path}/exceptions`))] },
    {
      id: 'job.savepoint',
      title: l10n.t('Take a savepoint'),
      forms: [...flink(places, 'savepoint', jobId), rest(post(`${path}/savepoints`, { triggerId }), status)],
    },
    {
      id: 'job.stop',
      title: l10n.t('Stop the job with a savepoint'),
      forms: [...flink(places, 'stop', jobId), rest(post(`${path}/stop`, { drain: false, triggerId }), status)],
    },
    { id: 'savepoints.list', title: l10n.t('List the savepoints on disk'), forms: listSavepoints(places) },
    {
      id: 'job.run',
      title: l10n.t('Run the job from the savepoint'),
      forms: runForms(facts, savepoint, undefined),
    },
    {
      id: 'job.rescale',
      title: l10n.t('Run the job from the savepoint with parallelism {0}', rescaledParallelism),
      forms: runForms(facts, savepoint, rescaledParallelism),
    },
    {
      id: 'job.cancel',
      title: l10n.t('Cancel the job'),
      forms: [
        ...flink(places, 'cancel', jobId),
        rest({ kind: 'request', method: 'PATCH', path: `${path}?mode=cancel` }),
      ],
    },
  ];
}

function listSavepoints(places: CommandPlaces): readonly CommandForm[] {
  switch (places.kind) {
    case 'local':
      return [cli({ kind: 'listFolder', folder: places.savepoints })];
    case 'compose':
      return [cli(run(...places.listSavepoints))];
    case 'remote':
      break;
  }
  return [];
}

function runForms(
  { places, job, jarId }: CommandFacts,
  savepoint: string,
  parallelism: number | undefined,
): readonly CommandForm[] {
  if (places.kind === 'remote') return [];
  const { job: place } = places;
  const words = [
    ...(parallelism === undefined ? [] : ['-p', String(parallelism)]),
    '-s',
    savepoint,
    '-d',
    ...place.classPath.flatMap((url) => ['-C', url]),
    place.jar,
    ...place.arguments,
  ];
  const jar = jarOf(place, jarId);
  if (jar === undefined) return flink(places, 'run', ...words);
  const body = {
    // `programArgs` of the tutorial is ignored without a word from Flink 2.0 on.
    programArgsList: place.arguments,
    parallelism: parallelism ?? job?.parallelism ?? 1,
    savepointPath: savepoint,
    ...(place.configuration === undefined ? {} : { flinkConfiguration: place.configuration }),
  };
  return [...flink(places, 'run', ...words), rest({ kind: 'runJar', jar, body })];
}

function jarOf(
  { file }: JobPlace,
  jarId: string | undefined,
): { readonly id: string } | { readonly file: string } | undefined {
  if (jarId !== undefined) return { id: jarId };
  return file === undefined ? undefined : { file };
}

function flink(places: CommandPlaces, ...words: Words): readonly CommandForm[] {
  return places.kind === 'remote' ? [] : [cli(run(...places.flink, ...words))];
}

function cli(...steps: readonly Step[]): CommandForm {
  return { kind: 'cli', steps };
}

function rest(...steps: readonly Step[]): CommandForm {
  return { kind: 'rest', steps };
}

function run(...words: Words): Step {
  return { kind: 'run', words };
}

function get(path: string): Step {
  return { kind: 'request', method: 'GET', path };
}

function getText(path: string): Step {
  return { kind: 'request', method: 'GET', path, text: true };
}

function post(path: string, body: Readonly<Record<string, unknown>>): Step {
  return { kind: 'request', method: 'POST', path, body };
}

function inEditor(title: string): CommandForm {
  return cli({ kind: 'note', text: l10n.t('In the editor only: the command "Flink Playground: {0}".', title) });
}
