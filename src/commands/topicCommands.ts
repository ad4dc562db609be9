import * as l10n from '@vscode/l10n';
import type { Engine } from '../core/engineApi';
import { parseContracts } from '../core/ledger/contracts';
import { playground } from '../core/playground';
import { valueOf } from '../core/state/resource';
import type { Store } from '../core/state/store';
import { PlaygroundError } from '../core/util/errors';
import type { CommandHandlers } from '../host/commandRegistry';
import { formatCount } from '../shared/format/numbers';
import type { TopicInfo, TopicSetting } from '../shared/model/kafka';
import { parseConfirmableTopic, parseNewTopic, parseNothing, parseTopic } from './arguments';
import type { CommandArguments, CommandMap } from './catalog';
import { topicOfNode } from './nodes';
import type { CommandServices } from './services';
import { notRunning } from './notRunning';

export interface TopicPorts extends CommandServices {
  readonly openTopic: (topic: string) => Promise<void>;
  readonly checkWindows: (topic: string) => Promise<void>;
  readonly openSettings: (prefix: string) => void;
  readonly showDocument: (name: string, text: string) => Promise<void>;
  /** Whether Kafka's own topics are shown in the view. */
  readonly showInternal: Store<boolean>;
  /** The person's locale, for numbers. */
  readonly locale: string;
}

type Names =
  | 'topic.tail'
  | 'topic.checkWindows'
  | 'topic.create'
  | 'topic.delete'
  | 'topic.showConfiguration'
  | 'topics.showInternal'
  | 'topics.hideInternal';

/** The topic of the playground's own counts. */
const ourTopic = 'output';
const topicsTimeoutMs = 10_000;
const changeTimeoutMs = 30_000;
const mostPartitions = 1000;
/** What Kafka takes for a name (`Topic.validate`): up to 249 of these characters, but neither `.` nor `..`. */
const topicName = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

/** Looking at topics, making and deleting them. */
export function topicCommands(ports: TopicPorts): Pick<CommandHandlers<CommandMap>, Names> {
  const setInternal = (shown: boolean) => (): Promise<void> => {
    ports.showInternal.set(shown);
    ports.contextKeys.set('internalTopics', shown);
    return Promise.resolve();
  };
  return {
    'topic.tail': { parse: parseTopic, fromNode: topicOfNode, run: (args) => tailTopic(args, ports) },
    'topic.checkWindows': { parse: parseTopic, fromNode: topicOfNode, run: (args) => checkWindows(args, ports) },
    'topic.create': { parse: parseNewTopic, run: (args) => createTopic(args, ports) },
    'topic.delete': {
      parse: parseConfirmableTopic,
      fromNode: (node) => topicOfNode(node),
      run: (args) => deleteTopic(args, ports),
    },
    'topic.showConfiguration': {
      parse: parseTopic,
      fromNode: topicOfNode,
      run: (args) => showConfiguration(args, ports),
    },
    'topics.showInternal': { parse: parseNothing, run: setInternal(true) },
    'topics.hideInternal': { parse: parseNothing, run: setInternal(false) },
  };
}

async function tailTopic(
  { topic }: CommandArguments<'topic.tail'>,
  { engines, input, openTopic }: TopicPorts,
): Promise<string | undefined> {
  const engine = await engines.get();
  const chosen = topic ?? (await pickTopic(engine, brokersOf(engine), input, l10n.t('The topic to tail')));
  if (chosen === undefined) return undefined;
  brokersOf(engine);
  await openTopic(chosen);
  return chosen;
}

/** @throws PlaygroundError `input` when nothing is known of what counts in the topic. */
async function checkWindows(
  { topic }: CommandArguments<'topic.checkWindows'>,
  { engines, input, settings, notifications, checkWindows: show, openSettings }: TopicPorts,
): Promise<string | undefined> {
  const { contracts, problems } = parseContracts(settings('ledger.contracts'));
  const engine = await engines.get();
  const described = contracts.map((contract) => contract.topic).filter((name) => name !== ourTopic);
  const chosen = topic ?? (described.length === 0 ? ourTopic : await pickCounted(described, input));
  if (chosen === undefined) return undefined;
  brokersOf(engine);
  if (chosen !== ourTopic && !described.includes(chosen)) {
    throw new PlaygroundError('input', problems[0] ?? l10n.t('It is not known what counts in the topic {0}.', chosen), {
      remedy: l10n.t('Describe its records in the setting flinkPlayground.ledger.contracts.'),
    });
  }
  const [problem] = problems;
  if (problem !== undefined) {
    const title = l10n.t('Open Settings');
    notifications.info(problem, [{ title, run: () => openSettings('flinkPlayground.ledger.contracts') }]);
  }
  await show(chosen);
  return chosen;
}

async function pickCounted(described: readonly string[], input: TopicPorts['input']): Promise<string | undefined> {
  const items = [ourTopic, ...described].map((name) => ({ label: name, value: name }));
  return input.pick(items, { placeholder: l10n.t('The topic whose windows to check') });
}

async function createTopic(
  { topic, partitions, config = {} }: CommandArguments<'topic.create'>,
  { engines, input, notifications }: TopicPorts,
): Promise<string | undefined> {
  const engine = await engines.get();
  const brokers = brokersOf(engine);
  const name = topic ?? (await input.text({ prompt: l10n.t('The name of the new topic'), validate: nameProblem }));
  if (name === undefined) return undefined;
  const problem = nameProblem(name);
  if (problem !== undefined) throw new PlaygroundError('input', problem);
  const count = partitions ?? (await askPartitions(input));
  if (count === undefined) return undefined;
  await engine.kafka.createTopic(brokers, { name, partitions: count, config }, AbortSignal.timeout(changeTimeoutMs));
  engine.topics.poke();
  notifications.hint(l10n.t('The topic {0} is there.', name));
  return name;
}

async function askPartitions(input: TopicPorts['input']): Promise<number | undefined> {
  const text = await input.text({
    prompt: l10n.t('How many partitions it has'),
    value: '2',
    validate: (typed) =>
      isPartitionCount(typed) ? undefined : l10n.t('A number from 1 to {0} is needed.', mostPartitions),
  });
  return text === undefined ? undefined : Number(text);
}

function isPartitionCount(text: string): boolean {
  return /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= mostPartitions;
}

function nameProblem(name: string): string | undefined {
  if (topicName.test(name)) return undefined;
  return l10n.t('A topic has a name of up to 249 letters, digits, dots, underscores and hyphens.');
}

async function deleteTopic(
  { topic, confirmed }: CommandArguments<'topic.delete'>,
  { engines, input, notifications, locale }: TopicPorts,
): Promise<string | undefined> {
  const engine = await engines.get();
  const brokers = brokersOf(engine);
  const name = topic ?? (await pickTopic(engine, brokers, input, l10n.t('The topic to delete')));
  if (name === undefined) return undefined;
  const found = (await readTopics(engine, brokers)).find((each) => each.name === name);
  if (found === undefined) throw new PlaygroundError('notFound', l10n.t('There is no topic {0}.', name));
  if (found.internal) throw new PlaygroundError('input', l10n.t('{0} is a topic of Kafka itself.', name));
  const agreed =
    confirmed === true ||
    (await input.confirm({
      message: l10n.t('Delete the topic {0}?', name),
      detail: deletionDetail(found, locale),
      action: l10n.t('Delete Topic'),
    }));
  if (!agreed) return undefined;
  await engine.kafka.deleteTopic(brokers, name, AbortSignal.timeout(changeTimeoutMs));
  engine.topics.poke();
  notifications.hint(l10n.t('The topic {0} is deleted.', name));
  return name;
}

function deletionDetail(topic: TopicInfo, locale: string): string {
  const count = topic.partitions.reduce((sum, { earliest, latest }) => sum + BigInt(latest) - BigInt(earliest), 0n);
  const records =
    count === 1n
      ? l10n.t('Its 1 record is deleted and cannot be brought back.')
      : l10n.t('Its {0} records are deleted and cannot be brought back.', formatCount(count, locale));
  if (!playground.topics.some(({ name }) => name === topic.name)) return records;
  return `${records} ${l10n.t('The playground works with this topic: its job and its generator fail without it until the next start.')}`;
}

async function showConfiguration(
  { topic }: CommandArguments<'topic.showConfiguration'>,
  { engines, input, showDocument }: TopicPorts,
): Promise<string | undefined> {
  const engine = await engines.get();
  const brokers = brokersOf(engine);
  const name = topic ?? (await pickTopic(engine, brokers, input, l10n.t('The topic whose configuration to show')));
  if (name === undefined) return undefined;
  const settings = await engine.kafka.topicSettings(brokers, name, AbortSignal.timeout(topicsTimeoutMs));
  const text = configurationText(name, settings);
  await showDocument(`${name}.properties`, text);
  return text;
}

/** A file of properties: what is set on the topic itself first, then what it has from its broker. */
function configurationText(topic: string, settings: readonly TopicSetting[]): string {
  const lines = (own: boolean): readonly string[] =>
    settings
      .filter((setting) => setting.own === own)
      .map(({ name, value }) => (value === undefined ? `# ${name}: ${l10n.t('secret')}` : `${name}=${value}`));
  const set = lines(true);
  return [
    `# ${l10n.t('Set on the topic {0}', topic)}`,
    ...(set.length === 0 ? [`# ${l10n.t('nothing')}`] : set),
    '',
    `# ${l10n.t('As the broker has it')}`,
    ...lines(false),
    '',
  ].join('\n');
}

async function pickTopic(
  engine: Engine,
  brokers: readonly string[],
  input: TopicPorts['input'],
  placeholder: string,
): Promise<string | undefined> {
  const topics = valueOf(engine.topics.state.value) ?? (await readTopics(engine, brokers));
  const items = topics
    .filter(({ internal }) => !internal)
    .map(({ name, partitions }) => ({
      label: name,
      description: partitions.length === 1 ? l10n.t('1 partition') : l10n.t('{0} partitions', partitions.length),
      value: name,
    }));
  return input.pick(items, { placeholder });
}

function readTopics(engine: Engine, brokers: readonly string[]): Promise<readonly TopicInfo[]> {
  return engine.kafka.describeTopics(brokers, AbortSignal.timeout(topicsTimeoutMs));
}

/** @throws PlaygroundError `input` while nothing runs. */
function brokersOf(engine: Engine): readonly string[] {
  const brokers = engine.environment.snapshot.value.endpoints?.brokers;
  if (brokers?.length === 0) {
    throw new PlaygroundError('input', l10n.t('No Kafka brokers of the remote cluster are set.'), {
      remedy: l10n.t('Set flinkPlayground.remote.brokers, then stop and start to connect to them.'),
    });
  }
  if (brokers !== undefined) return brokers;
  throw notRunning();
}
