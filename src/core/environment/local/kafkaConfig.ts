import { randomBytes } from 'node:crypto';
import { loopback } from '../common/ports';

type Properties = Readonly<Record<string, string | number | boolean>>;

/** A Java properties file. Values are escaped, so that paths with backslashes and non-ASCII letters arrive whole. */
export function propertiesText(properties: Properties): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeValue(String(value))}\n`)
    .join('');
}

function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replace(/^ /, '\\ ')
    .replaceAll(/[^\x20-\x7E]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What both modes share: one small broker for one person, reachable from this machine only. */
function brokerSettings(dataDirectory: string): Properties {
  return {
    'log.dirs': dataDirectory,
    'auto.create.topics.enable': false,
    'num.partitions': 2,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.segment.bytes': 33_554_432,
    'log.retention.check.interval.ms': 60_000,
    // The job's exactly-once sink asks for its transactions' lifetime.
    'transaction.max.timeout.ms': 900_000,
  };
}

export interface KraftOptions {
  readonly brokerPort: number;
  readonly controllerPort: number;
  readonly dataDirectory: string;
}

/**
 * `server.properties` of a broker that is its own controller. The voter is named here and not in the metadata, so that the
 * controller's port may be another one at the next start.
 */
export function kraftProperties({ brokerPort, controllerPort, dataDirectory }: KraftOptions): string {
  return propertiesText({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${loopback}:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: `PLAINTEXT://${loopback}:${brokerPort},CONTROLLER://${loopback}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${loopback}:${brokerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // A broker that was killed may register again only when its old session has ended, 9 s by default.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    ...brokerSettings(dataDirectory),
  });
}

export interface ZookeeperBrokerOptions {
  readonly brokerPort: number;
  readonly zookeeperPort: number;
  readonly dataDirectory: string;
}

/** `server.properties` of a broker of Kafka 3.9 that keeps its metadata in ZooKeeper. */
export function zookeeperBrokerProperties({
  brokerPort,
  zookeeperPort,
  dataDirectory,
}: ZookeeperBrokerOptions): string {
  return propertiesText({
    'broker.id': 1,
    'zookeeper.connect': `${loopback}:${zookeeperPort}`,
    'zookeeper.connection.timeout.ms': 60_000,
    // A broker that was killed and comes back meets its own old registration until this has passed, 18 s by default.
    'zookeeper.session.timeout.ms': 2000,
    listeners: `PLAINTEXT://${loopback}:${brokerPort}`,
    'advertised.listeners': `PLAINTEXT://${loopback}:${brokerPort}`,
    ...brokerSettings(dataDirectory),
  });
}

/** `zk.properties`. `ruok` and `srvr` let us see that it serves. */
export function zookeeperProperties(port: number, dataDirectory: string): string {
  return propertiesText({
    dataDir: dataDirectory,
    clientPort: port,
    clientPortAddress: loopback,
    'admin.enableServer': false,
    '4lw.commands.whitelist': 'ruok,srvr',
    maxClientCnxns: 0,
    // A session may be no shorter than two ticks.
    tickTime: 500,
  });
}

/** A new id of a KRaft cluster or of its data folder: 16 random bytes as Kafka writes them, which must not begin with a dash. */
export function newKafkaId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
