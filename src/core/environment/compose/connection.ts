import { access } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import { parse } from 'yaml';
import * as z from 'zod';
import { PlaygroundError } from '../../util/errors';
import type { ComposeSettings, ComposeServices } from './composeServices';
import type { ContainerFacts } from './containerRecords';
import { EngineCli, requireProjectName, type ComposeProject } from './engineCli';
import { remoteHostOf } from './endpoints';
import { findEngine } from './probeDocker';

/** A container engine with one project on it. */
export interface Connection {
  readonly cli: EngineCli;
  /** The settings that it was made with. */
  readonly settings: ComposeSettings;
  readonly project: string;
  /** The host of an engine on another machine. */
  readonly remoteHost: string | undefined;
}

const defaultProject = 'flink-playground';
const requiredServices = ['jobmanager', 'taskmanager', 'kafka'];
const configTimeoutMs = 20_000;

/**
 * Finds the engine's programs and says which project is meant.
 * @param recorded the project of what was started and not stopped.
 * @throws PlaygroundError `engine`, `input`.
 */
export async function connect(
  { runner, logger, settings: read }: Pick<ComposeServices, 'runner' | 'logger' | 'settings'>,
  recorded: string | undefined,
  signal: AbortSignal,
): Promise<Connection> {
  const settings = read();
  const { programs, engineVersion } = await findEngine({ runner, command: settings.command }, signal);
  const cli = new EngineCli(runner, programs, logger);
  const remoteHost = remoteHostOf(await cli.engineAddress(signal));
  const { generation, composeVersion } = programs;
  logger.info(`Container engine ${engineVersion}, Compose ${composeVersion} (${generation})`);
  const own = recorded ?? requireProjectName(settings.project === '' ? defaultProject : settings.project);
  const project = settings.file === '' ? own : await projectOfFile(cli, settings, signal);
  return { cli, settings, project, remoteHost };
}

/** The project of a file of the person's own: the one that runs, the one that is set, else the name that Compose gives it. */
async function projectOfFile(cli: EngineCli, { file, project }: ComposeSettings, signal: AbortSignal): Promise<string> {
  const [running] = await cli.containersOfFile(file, signal);
  if (running !== undefined) return running.project;
  if (project !== '' && project !== defaultProject) return requireProjectName(project);
  return (await readComposeFile(cli, file, signal)).name;
}

const configSchema = z.object({
  name: z.nullish(z.string()),
  services: z.nullish(
    z.record(z.string(), z.nullish(z.object({ image: z.nullish(z.string()), build: z.optional(z.unknown()) }))),
  ),
});

export interface ComposeFile {
  readonly name: string;
  readonly services: readonly string[];
  /** Images that Compose pulls where the engine has none; those that it builds are not among them. */
  readonly images: readonly string[];
}

/**
 * What Compose makes of a file.
 * @throws PlaygroundError `input` for a file that it cannot read, or that has not the services of the playground.
 */
export async function readComposeFile(cli: EngineCli, file: string, signal: AbortSignal): Promise<ComposeFile> {
  await requireFile(file);
  const directory = dirname(file);
  const [command, ...first] = cli.programs.compose;
  const plain = {
    command,
    args: [...first, '-f', file, 'config'],
    workingDirectory: directory,
  };
  const text = await cli.config(plain, file, {
    signal,
    timeoutMs: configTimeoutMs,
  });
  const parsed = configSchema.safeParse(parseYaml(text));
  const services = parsed.success ? Object.keys(parsed.data.services ?? {}) : [];
  const missing = requiredServices.filter((service) => !services.includes(service));
  if (missing.length > 0) {
    throw new PlaygroundError('input', l10n.t('The compose file "{0}" has no service {1}.', file, missing.join(', ')), {
      remedy: l10n.t(
        'Choose a compose file of the operations playground, or empty the setting flinkPlayground.compose.file.',
      ),
    });
  }
  const named = parsed.success ? parsed.data.name : undefined;
  const described = parsed.success ? Object.values(parsed.data.services ?? {}) : [];
  const images = described.flatMap((service) => (service?.build === undefined ? (service?.image ?? []) : []));
  return {
    name: named ?? nameOfDirectory(directory),
    services,
    images: [...new Set(images)],
  };
}

async function requireFile(file: string): Promise<void> {
  try {
    await access(file);
  } catch (error) {
    throw new PlaygroundError('input', l10n.t('The compose file "{0}" cannot be read.', file), {
      remedy: l10n.t('Correct the setting flinkPlayground.compose.file, or empty it.'),
      cause: error,
    });
  }
}

/** The name that Compose gives a project without one: the folder's, without what may not be in a name. */
function nameOfDirectory(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replaceAll(/[^-_a-z0-9]/g, '')
    .replace(/^[_-]+/, '');
  return name === '' ? 'default' : name;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** True for containers that were made of other files than ours, or by the extension with another data root. */
export function isForeign(settings: ComposeSettings, containers: readonly ContainerFacts[], owner: string): boolean {
  return settings.file !== '' || (containers.length > 0 && containers.every((container) => container.owner !== owner));
}

/**
 * The compose files of a project that is not ours, for what Compose itself has to do.
 * @throws PlaygroundError `input` when they are not known.
 */
export function foreignProject(
  { settings, project }: Connection,
  containers: readonly ContainerFacts[],
): ComposeProject {
  const recorded = containers.find(({ configFiles }) => configFiles.length > 0);
  const files = settings.file === '' ? (recorded?.configFiles ?? []) : [settings.file];
  const [first] = files;
  if (first === undefined) {
    throw new PlaygroundError('input', l10n.t('The compose file of the project "{0}" is not known.', project), {
      remedy: l10n.t('Name it in the setting flinkPlayground.compose.file.'),
    });
  }
  return { name: project, files, directory: dirname(first), variables: {} };
}
