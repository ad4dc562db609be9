import * as l10n from '@vscode/l10n';
import type { Endpoints } from '../../../shared/model/environment';
import { loopback } from '../common/ports';
import type { ContainerFacts, PublishedPort } from './containerRecords';

/** Where things are reached from here, and what cannot be. */
export interface Reach {
  readonly endpoints?: Endpoints;
  readonly notices: readonly string[];
  /** How to get to what another machine publishes for itself only; one of the notices. */
  readonly forward?: string;
}

/** Flink's REST port in the container. */
export const restPort = 8081;

/**
 * The host on which an engine publishes ports, from its address: `unix:` and named pipes are this machine.
 * @returns `undefined` when it is this machine.
 */
export function remoteHostOf(engineAddress: string | undefined): string | undefined {
  if (engineAddress === undefined) return undefined;
  const match = /^(?:tcp|ssh|https?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/i.exec(engineAddress);
  const host = match?.[1]?.replace(/^\[|\]$/g, '');
  return host === undefined || isLoopback(host) ? undefined : host;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Where Flink's REST server and the brokers are reached, as far as the containers publish them. */
export function reachOf(containers: readonly ContainerFacts[], remoteHost: string | undefined): Reach {
  const jobManager = current(containers, 'jobmanager');
  const kafka = current(containers, 'kafka');
  if (jobManager === undefined) return { notices: [] };
  const notices: string[] = [];
  const restBinding = jobManager.ports.find(({ container }) => container === restPort);
  if (restBinding === undefined) {
    if (jobManager.status !== 'running') return { notices: [] };
    return {
      notices: [
        l10n.t(
          'The JobManager publishes no port for its REST API, so nothing of Flink can be shown. Add "8081:8081" to its ports.',
        ),
      ],
    };
  }
  const broker = kafka === undefined ? undefined : brokerOf(kafka, remoteHost);
  if (broker?.notice !== undefined) notices.push(broker.notice);
  const shut = [restBinding, ...(broker?.binding === undefined ? [] : [broker.binding])].filter((port) =>
    isLoopback(port.hostAddress),
  );
  const forward = remoteHost === undefined || shut.length === 0 ? undefined : forwardNotice(remoteHost, shut);
  if (forward !== undefined) notices.push(forward);
  return {
    endpoints: {
      rest: `http://${bracketed(hostFor(restBinding, remoteHost))}:${restBinding.host}`,
      brokers: broker?.address === undefined ? [] : [broker.address],
    },
    notices,
    ...(forward === undefined ? {} : { forward }),
  };
}

/**
 * What is published on the other machine's loopback alone is reached through a tunnel that ends on this one's, and what is
 * published on one of its addresses under that address only.
 */
function hostFor({ hostAddress }: PublishedPort, remoteHost: string | undefined): string {
  if (isLoopback(hostAddress)) return hostAddress === '::1' ? hostAddress : loopback;
  return isWildcard(hostAddress) ? (remoteHost ?? loopback) : hostAddress;
}

function isWildcard(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::';
}

function forwardNotice(host: string, ports: readonly PublishedPort[]): string {
  const forwards = ports.map((port) => `-L ${port.host}:${loopback}:${port.host}`).join(' ');
  return l10n.t(
    'The containers run on {0}, which publishes their ports for itself only. To reach them, forward the ports: ssh -N {1} {0}',
    host,
    forwards,
  );
}

interface Broker {
  readonly address?: string;
  readonly binding?: PublishedPort;
  readonly notice?: string;
}

/**
 * A broker tells its clients where to go on (its advertised listeners), so a published port alone is not enough: the address
 * that it tells must lead back to the port.
 */
function brokerOf(kafka: ContainerFacts, remoteHost: string | undefined): Broker {
  if (kafka.ports.length === 0) {
    if (kafka.status !== 'running') return {};
    return {
      notice: l10n.t(
        'Kafka publishes no port, so topics cannot be read from here. Add a listener for this machine to the compose file.',
      ),
    };
  }
  const told = advertisedListeners(kafka.environment);
  const bindings = kafka.ports.filter(({ container }) => told.size === 0 || isListened(kafka, container));
  for (const binding of bindings) {
    const host = hostFor(binding, remoteHost);
    for (const listener of told.values()) {
      if (listener.port === binding.host && leadsTo(listener.host, host, binding)) {
        return { address: `${bracketed(listener.host)}:${listener.port}`, binding };
      }
    }
  }
  const [first] = kafka.ports;
  const words = [...told.values()].map(({ host, port }) => `${host}:${port}`).join(', ');
  return {
    notice: l10n.t(
      'Kafka sends its clients to "{0}", which is not reachable from here, so topics cannot be read. Advertise a listener as {1}.',
      words === '' ? '?' : words,
      `${bracketed(first === undefined ? (remoteHost ?? loopback) : hostFor(first, remoteHost))}:${first?.host ?? 9092}`,
    ),
  };
}

/**
 * Whether clients that are sent to a host get back to a published port. One that is published on all addresses of the machine is
 * found under any name that the machine has; the names of containers, which have no dot, are not among them.
 */
function leadsTo(told: string, host: string, { hostAddress }: PublishedPort): boolean {
  if (told === host) return true;
  if (isLoopback(told) || isLoopback(hostAddress)) return isLoopback(told) && isLoopback(host);
  return isWildcard(hostAddress) && /[.:]/.test(told);
}

interface Listener {
  readonly host: string;
  readonly port: number;
}

/** `INSIDE://kafka:9092,OUTSIDE://127.0.0.1:9094` by name; an empty host means the container's own name. */
function advertisedListeners(environment: ReadonlyMap<string, string>): ReadonlyMap<string, Listener> {
  const value =
    environment.get('KAFKA_ADVERTISED_LISTENERS') ?? environment.get('KAFKA_CFG_ADVERTISED_LISTENERS') ?? '';
  return listenersIn(value);
}

function isListened({ environment }: ContainerFacts, port: number): boolean {
  const value = environment.get('KAFKA_LISTENERS') ?? environment.get('KAFKA_CFG_LISTENERS') ?? '';
  const listeners = [...listenersIn(value).values()];
  return listeners.length === 0 || listeners.some((listener) => listener.port === port);
}

function listenersIn(text: string): ReadonlyMap<string, Listener> {
  return new Map(
    text.split(',').flatMap((entry) => {
      const match = /^\s*(\w+):\/\/(\[[^\]]*\]|[^:]*):(\d+)\s*$/.exec(entry);
      if (match === null) return [];
      const [, name = '', host = '', port] = match;
      return [[name, { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }] as const];
    }),
  );
}

function current(containers: readonly ContainerFacts[], service: string): ContainerFacts | undefined {
  const own = containers.filter((container) => container.service === service);
  return own.find(({ status }) => status === 'running') ?? own[0];
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
