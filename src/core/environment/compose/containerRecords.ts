import { resolve } from 'node:path';
import * as z from 'zod';
import { serviceNames, type ServiceName } from '../../../shared/model/environment';

/** Labels that Compose v1 and v2, and Podman's, put on what they make. */
export const labels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  configFiles: 'com.docker.compose.project.config_files',
  workingDirectory: 'com.docker.compose.project.working_dir',
} as const;

/** Our own label, on containers and volumes: which data root they belong to. What lacks it is somebody else's. */
export const ownerLabel = 'flink-playground.owner';

export type ContainerStatus =
  'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead' | 'unknown';

/** A port of a container that is published on a machine. */
export interface PublishedPort {
  readonly container: number;
  /** `127.0.0.1`, `0.0.0.0`, `::`. */
  readonly hostAddress: string;
  readonly host: number;
}

/** A container of a project, as the engine describes it. Times are milliseconds since the epoch. */
export interface ContainerFacts {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly project: string;
  readonly service: ServiceName;
  /** Compose's number of the container within its service, from 1. */
  readonly number: number;
  readonly status: ContainerStatus;
  /** Absent where the image and the compose file have no health check. */
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
  /** What the last health check printed. */
  readonly healthOutput?: string;
  readonly exitCode?: number;
  readonly outOfMemory: boolean;
  readonly restarts: number;
  /** The engine's words on why it could not be started. */
  readonly error?: string;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Its addresses in the networks of the project. */
  readonly addresses: readonly string[];
  readonly ports: readonly PublishedPort[];
  readonly environment: ReadonlyMap<string, string>;
  readonly configFiles: readonly string[];
  readonly owner?: string;
}

const text = z.nullish(z.string()).transform((value) => value ?? '');
const textMap = z.nullish(z.record(z.string(), z.unknown())).transform((value) => value ?? {});

/** `8081/tcp` to where it is published. */
const bindings = z.nullish(z.record(z.string(), z.nullish(z.array(z.object({ HostIp: text, HostPort: text })))));

/** `docker inspect`, as far as it is used; Podman's has the same form. */
const inspected = z.object({
  Id: z.string().regex(/^[0-9a-f]{12,64}$/),
  Name: z.string(),
  RestartCount: z.nullish(z.number()),
  State: z.object({
    Status: text,
    ExitCode: z.nullish(z.number()),
    OOMKilled: z.nullish(z.boolean()),
    Error: text,
    StartedAt: text,
    FinishedAt: text,
    Health: z.nullish(
      z.object({ Status: text, Log: z.nullish(z.array(z.object({ Output: text, ExitCode: z.nullish(z.number()) }))) }),
    ),
  }),
  Config: z.object({ Image: text, Env: z.nullish(z.array(z.string())), Labels: textMap }),
  HostConfig: z.nullish(z.object({ PortBindings: bindings })),
  NetworkSettings: z.nullish(
    z.object({
      IPAddress: text,
      Networks: z.nullish(z.record(z.string(), z.nullish(z.object({ IPAddress: text })))),
      Ports: bindings,
    }),
  ),
});

type Inspected = z.infer<typeof inspected>;

/**
 * The containers of `docker inspect`'s answer that are instances of the playground's services. Others of the project, those
 * of `compose run`, and entries of another form are left out.
 */
export function decodeContainers(stdout: string): readonly ContainerFacts[] {
  const entries = z.array(z.unknown()).safeParse(parseJson(stdout));
  if (!entries.success) return [];
  return entries.data.flatMap((entry) => {
    const parsed = inspected.safeParse(entry);
    return parsed.success ? (factsOf(parsed.data) ?? []) : [];
  });
}

function factsOf(raw: Inspected): ContainerFacts | undefined {
  const label = (name: string): string | undefined => {
    const value = raw.Config.Labels[name];
    return typeof value === 'string' ? value : undefined;
  };
  const service = serviceNames.find((name) => name === label(labels.service));
  if (service === undefined || label(labels.oneOff)?.toLowerCase() === 'true') return undefined;
  const { State: state } = raw;
  const status = statusOf(state.Status);
  const ended = status === 'exited' || status === 'dead' || status === 'restarting';
  const health = state.Health?.Status;
  const healthOutput = state.Health?.Log?.at(-1)?.Output.trim();
  const startedAt = timeOf(state.StartedAt);
  const finishedAt = timeOf(state.FinishedAt);
  const owner = label(ownerLabel);
  return {
    id: raw.Id,
    name: raw.Name.replace(/^\//, ''),
    image: raw.Config.Image,
    project: label(labels.project) ?? '',
    service,
    number: numberOf(label(labels.number)) ?? 1,
    status,
    ...(health === 'starting' || health === 'healthy' || health === 'unhealthy' ? { health } : {}),
    ...(healthOutput === undefined || healthOutput === '' ? {} : { healthOutput: healthOutput.slice(-400) }),
    ...(ended && typeof state.ExitCode === 'number' ? { exitCode: state.ExitCode } : {}),
    outOfMemory: state.OOMKilled ?? false,
    restarts: raw.RestartCount ?? 0,
    ...(state.Error === '' ? {} : { error: state.Error }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(ended && finishedAt !== undefined ? { finishedAt } : {}),
    addresses: addressesOf(raw),
    ports: portsOf(raw),
    environment: environmentOf(raw.Config.Env ?? []),
    configFiles: configFilesOf(label(labels.configFiles), label(labels.workingDirectory)),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** Compose v1 records them as they were named, relative to the project's folder. */
function configFilesOf(files = '', workingDirectory = ''): readonly string[] {
  return files
    .split(',')
    .filter((file) => file !== '')
    .map((file) => (workingDirectory === '' ? file : resolve(workingDirectory, file)));
}

const statuses: readonly ContainerStatus[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
];

function statusOf(word: string): ContainerStatus {
  if (word === 'stopped') return 'exited';
  if (word === 'configured' || word === 'initialized') return 'created';
  return statuses.find((status) => status === word) ?? 'unknown';
}

/** RFC 3339 with nanoseconds; the year 1 means "never". */
function timeOf(value: string): number | undefined {
  const time = Date.parse(value.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(time) || time <= 0 ? undefined : time;
}

function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}

function addressesOf({ NetworkSettings: network }: Inspected): readonly string[] {
  const all = [network?.IPAddress, ...Object.values(network?.Networks ?? {}).map((entry) => entry?.IPAddress)];
  return [...new Set(all.flatMap((address) => (address === undefined || address === '' ? [] : [address])))];
}

/** One that does not run publishes nothing, and is described by what it was told to publish. */
function portsOf({ NetworkSettings: network, HostConfig: host }: Inspected): readonly PublishedPort[] {
  const published = bindingsIn(network?.Ports);
  return published.length > 0 ? published : bindingsIn(host?.PortBindings);
}

function bindingsIn(ports: z.infer<typeof bindings>): readonly PublishedPort[] {
  return Object.entries(ports ?? {}).flatMap(([name, entries]) => {
    const container = numberOf(/^(\d+)(?:\/tcp)?$/.exec(name)?.[1]);
    if (container === undefined) return [];
    return (entries ?? []).flatMap(({ HostIp, HostPort }) => {
      const host = numberOf(HostPort);
      return host === undefined || host === 0 ? [] : [{ container, hostAddress: HostIp, host }];
    });
  });
}

function environmentOf(entries: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** What the engine says of a container at the moment it happens. */
export interface ContainerEvent {
  /** `start`, `die`, `kill`, `health_status`, `destroy` …; a health status has its word in `health`. */
  readonly action: string;
  readonly id: string;
  /** Milliseconds since the epoch, by the engine's clock. */
  readonly at?: number;
  readonly exitCode?: number;
  /** The number of the signal of a `kill`. */
  readonly signal?: number;
  readonly health?: string;
}

/** One line of `docker events`, and of Podman's, whose words differ. */
const event = z.object({
  Type: z.nullish(z.string()),
  Action: z.nullish(z.string()),
  Status: z.nullish(z.string()),
  status: z.nullish(z.string()),
  ID: z.nullish(z.string()),
  id: z.nullish(z.string()),
  Actor: z.nullish(z.object({ ID: z.nullish(z.string()), Attributes: textMap })),
  Attributes: textMap,
  ContainerExitCode: z.nullish(z.number()),
  time: z.nullish(z.number()),
  timeNano: z.nullish(z.number()),
});

/** The event of a line; `undefined` for what is none. */
export function decodeEvent(line: string): ContainerEvent | undefined {
  const parsed = event.safeParse(parseJson(line));
  if (!parsed.success) return undefined;
  const raw = parsed.data;
  const words = (raw.Action ?? raw.Status ?? raw.status ?? '').split(':').map((word) => word.trim());
  const [action = '', health] = words;
  const id = raw.Actor?.ID ?? raw.ID ?? raw.id;
  if (action === '' || id === null || id === undefined) return undefined;
  const attributes = { ...raw.Attributes, ...raw.Actor?.Attributes };
  const figure = (name: string): number | undefined => {
    const value = attributes[name];
    return typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : undefined;
  };
  const exitCode = figure('exitCode') ?? figure('containerExitCode') ?? raw.ContainerExitCode ?? undefined;
  const signal = figure('signal');
  const at = timeOfEvent(raw.timeNano, raw.time);
  return {
    action: action === 'died' ? 'die' : action,
    id,
    ...(at === undefined ? {} : { at }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
    ...(health === undefined ? {} : { health }),
  };
}

function timeOfEvent(nanoseconds: number | null | undefined, seconds: number | null | undefined): number | undefined {
  if (typeof nanoseconds === 'number') return Math.floor(nanoseconds / 1e6);
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
