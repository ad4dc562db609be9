import * as l10n from '@vscode/l10n';
import type { InstanceSnapshot, ServiceName } from '../../../shared/model/environment';
import type { FlinkClient } from '../../flink/flinkClient';
import { waitFor } from '../../util/async';
import { PlaygroundError, type ErrorKind } from '../../util/errors';
import type { ComposeServices } from './composeServices';
import type { ComposeSession } from './composeSession';
import { foreignProject, isForeign, type Connection } from './connection';
import type { ContainerFacts } from './containerRecords';
import { instanceIdOf } from './containerRegistry';
import { meaningfulLine } from '../local/logTail';
import type { ComposeProject, EngineCli } from './engineCli';
import { ownProject } from './composeFiles';
import { reachOf } from './endpoints';
import { notRunning } from '../notRunning';

const seenTimeoutMs = 20_000;
const lookMs = 50;
const logLines = 40;

/** What a transition of the compose environment acts on. */
export interface Scene {
  readonly services: ComposeServices;
  readonly session: ComposeSession;
  readonly connection: Connection;
  /** Lists the containers, so that the registry is what the engine has. */
  readonly list: (signal: AbortSignal) => Promise<void>;
}

/** As much of a scene as is needed to wait for an answer. */
export interface WaitingScene {
  readonly services: Pick<ComposeServices, 'registry' | 'clock'>;
  readonly connection: Pick<Connection, 'cli' | 'remoteHost'>;
}

export function isOther({ services, connection }: Pick<Scene, 'services' | 'connection'>): boolean {
  return isForeign(connection.settings, services.registry.containers, services.paths.owner);
}

/** The project for what Compose itself has to do. @throws PlaygroundError `input` when nothing runs, or whose files are unknown. */
export function projectOf(scene: Scene): ComposeProject {
  const { services, session, connection } = scene;
  if (isOther(scene)) return foreignProject(connection, services.registry.containers);
  if (session.run === undefined) throw notRunning();
  return ownProject(services.paths, session.run);
}

/** Containers of a service that run. */
export function runningOf({ services }: Pick<Scene, 'services'>, service: ServiceName): readonly ContainerFacts[] {
  return services.registry.containers.filter((container) => container.service === service && runs(container));
}

export function runs({ status }: ContainerFacts): boolean {
  return status === 'running' || status === 'paused' || status === 'restarting';
}

/** @throws PlaygroundError `notFound` for an instance that the project does not have. */
export function requireContainer({ services, connection }: Scene, instanceId: string): ContainerFacts {
  const found = services.registry.container(instanceId);
  if (found !== undefined) return found;
  const names = services.registry.snapshots.map(({ id }) => id).join(', ');
  throw new PlaygroundError('notFound', l10n.t('The playground has no instance "{0}".', instanceId), {
    remedy:
      names === ''
        ? l10n.t('The Compose project "{0}" has no containers.', connection.project)
        : l10n.t('It has: {0}.', names),
  });
}

/** A client of Flink's REST server, to be disposed. @throws PlaygroundError `unreachable` where it is not published. */
function flinkClientOf({ services, connection }: Scene): FlinkClient {
  const { endpoints, notices } = reachOf(services.registry.containers, connection.remoteHost);
  if (endpoints !== undefined) return services.flinkClient(endpoints.rest);
  throw new PlaygroundError('unreachable', notices[0] ?? l10n.t('The JobManager does not run.'), {
    remedy: l10n.t('Start the JobManager first.'),
  });
}

/** Runs something with a client of Flink's REST server. */
export async function withFlink<T>(scene: Scene, act: (client: FlinkClient) => Promise<T>): Promise<T> {
  const client = flinkClientOf(scene);
  try {
    return await act(client);
  } finally {
    client.dispose();
  }
}

/**
 * Waits until what is shown is what was done.
 * @throws PlaygroundError `timeout`.
 */
export async function untilShown(
  { services }: Pick<Scene, 'services'>,
  what: string,
  holds: (instances: readonly InstanceSnapshot[]) => boolean,
  signal: AbortSignal,
  timeoutMs = seenTimeoutMs,
): Promise<void> {
  await waitFor(() => Promise.resolve(holds(services.registry.snapshots) ? true : undefined), {
    what,
    timeoutMs,
    intervalMs: lookMs,
    signal,
    clock: services.clock,
  });
}

/** A container that is well for so long answers, if it can be reached from here at all. */
const reachedWithinMs = 10_000;

/** What a server that is not up yet answers. */
const passing: ReadonlySet<ErrorKind> = new Set(['unreachable', 'timeout', 'protocol', 'notFound', 'rejected']);

export interface Readiness {
  /** What is waited for, completing "Waited … for …". */
  readonly what: string;
  /** Instances whose end is the end of the wait. */
  readonly of: readonly ServiceName[];
  readonly timeoutMs: number;
  readonly intervalMs?: number;
}

/**
 * Asks until there is an answer that is meant, or a container that it needs has ended.
 * @throws PlaygroundError `process` with the last lines of the container's log, `unreachable` for a container that is well and
 *   does not answer here, `timeout`, what will not pass by itself.
 */
export async function untilReady<T>(
  scene: WaitingScene,
  { what, of, timeoutMs, intervalMs = 100 }: Readiness,
  ask: () => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  const { services, connection } = scene;
  const { clock } = services;
  const [asked] = of;
  let wellSince: number | undefined;
  return waitFor(
    async () => {
      const dead = services.registry.containers.find(
        (container) => of.includes(container.service) && hasEnded(container),
      );
      if (dead !== undefined) throw await earlyEnd(connection.cli, dead, signal);
      try {
        return await ask();
      } catch (error) {
        signal.throwIfAborted();
        if (!PlaygroundError.is(error) || !passing.has(error.kind)) throw error;
        const isWell = asked !== undefined && error.kind === 'unreachable' && runsWell(scene, asked);
        wellSince = isWell ? (wellSince ?? clock.now()) : undefined;
        if (isWell && clock.now() - (wellSince ?? 0) >= reachedWithinMs) throw beyondReach(scene, asked, error);
        return undefined;
      }
    },
    { what, timeoutMs, intervalMs, signal, clock },
  );
}

/** By its own health check, which asks it where it is. */
function runsWell({ services }: WaitingScene, service: ServiceName): boolean {
  return services.registry.containers.some(
    (container) => container.service === service && container.health === 'healthy',
  );
}

/** The engine is somewhere else than it seems, or known to be on another machine. */
function beyondReach(
  { services, connection }: WaitingScene,
  service: ServiceName,
  cause: PlaygroundError,
): PlaygroundError {
  const { endpoints, forward } = reachOf(services.registry.containers, connection.remoteHost);
  const address = (service === 'kafka' ? endpoints?.brokers[0] : endpoints?.rest) ?? '?';
  return new PlaygroundError(
    'unreachable',
    l10n.t('The container of {0} is well, but nothing answers at {1}.', service, address),
    {
      remedy:
        forward ??
        l10n.t(
          'Where the editor runs in a container itself, give that container the network of its host; or use the local environment.',
        ),
      cause,
    },
  );
}

function hasEnded({ status, restarts, error }: ContainerFacts): boolean {
  if (status === 'created') return error !== undefined;
  return status === 'exited' || status === 'dead' || (status === 'restarting' && restarts > 2);
}

/** The end of a container while it was waited for, with the last lines of its log. */
export async function earlyEnd(
  cli: EngineCli,
  container: ContainerFacts,
  signal: AbortSignal,
): Promise<PlaygroundError> {
  const lines = await lastLines(cli, container.id, logLines, signal);
  const last = meaningfulLine(lines) ?? container.error ?? l10n.t('it left no message');
  const how = container.outOfMemory ? l10n.t('out of memory') : String(container.exitCode ?? '?');
  return new PlaygroundError(
    'process',
    l10n.t('{0} ended while it started ({1}): {2}', instanceIdOf(container), how, last.trim().slice(0, 400)),
    { detail: lines.join('\n'), remedy: l10n.t('Look at its log, then start the playground again.') },
  );
}

/** What a container wrote last, of both streams. */
export async function lastLines(
  cli: EngineCli,
  id: string,
  count: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines: string[] = [];
  await cli.follow(['logs', '--tail', String(count), id], (line) => lines.push(line), signal);
  return lines.filter((line) => line.trim() !== '');
}
