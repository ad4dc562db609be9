import * as l10n from '@vscode/l10n';
import { PlaygroundError, type PlaygroundErrorOptions } from '../../util/errors';
import type { CliCommand, CliOutcome } from './cliRunner';
import { remoteHostOf } from './endpoints';

/** Why nothing can be asked of a container engine. */
export type EngineProblem = 'notInstalled' | 'notRunning' | 'noPermission' | 'composeMissing';

/** The engine or its command line cannot be used at all, whatever is asked of it. */
class EngineError extends PlaygroundError {
  constructor(
    readonly problem: EngineProblem,
    message: string,
    options: PlaygroundErrorOptions,
  ) {
    super('engine', message, options);
  }
}

/** The reason why the engine cannot be used; `undefined` for any other error. */
export function engineProblem(error: unknown): EngineProblem | undefined {
  return error instanceof PlaygroundError && 'problem' in error && isProblem(error.problem) ? error.problem : undefined;
}

function isProblem(value: unknown): value is EngineProblem {
  return value === 'notInstalled' || value === 'notRunning' || value === 'noPermission' || value === 'composeMissing';
}

const maxDetailLength = 16_000;

/** Order matters: an engine that may not be asked also "cannot be connected to". */
const permission =
  /permission denied while trying to connect|PermissionError\(13|dial unix \S+: connect: permission denied|Access is denied\./i;
const notRunning =
  /cannot connect to the docker daemon|is the docker daemon running|failed to connect to the docker API|Couldn't connect to Docker daemon|error during connect|Error while fetching server API version|cannot connect to podman|unable to connect to podman|dial unix \S+: connect:|open \/\/\.\/pipe\//im;
/** The address in the engine's own words; a Docker on this machine has a socket or a pipe. */
const askedAddress = /((?:tcp|ssh|https?):\/\/[^\s"]+?)\.?(?:["\s]|$)/i;
/** The name that Docker's own program gives a machine that it reaches by ssh. */
const throughSsh = 'docker.example.com';
const composeMissing =
  /'compose' is not a docker command|unknown command: docker compose|unknown command "compose"|unknown shorthand flag: 'p' in -p|unknown flag: --project-name|unrecognized command `?podman compose|looking up compose provider failed/i;
const diskFull = /no space left on device/i;
const portBusy = [
  /Bind for \S*?:(\d+) failed: port is already allocated/i,
  /listen tcp[46]? \S*?:(\d+): bind: (?:address already in use|An attempt was made|Only one usage)/i,
  /exposing port \S+ \S*?:(\d+)/i,
  /rootlessport listen tcp \S*?:(\d+): bind: address already in use/i,
];
const image = [
  /manifest for (\S+) not found/i,
  /pull access denied for ([^\s,]+)/i,
  /failed to resolve (?:source metadata for|reference) "?([^\s":]+(?::[\w.-]+)?)"?/i,
  /No such image: (\S+)/i,
  /(?:repository|image) "?([^\s"]+)"? (?:not found|does not exist)/i,
  /failed to solve: (?!rpc)([^\s:]+(?::[\w.-]+)?):/i,
  /^Pulling \S+ \((\S+?)\)\.\.\.$/im,
  /^Step \d+\/\d+ : FROM (\S+)$/m,
  /unable to copy from source docker:\/\/(\S+?):? /i,
];
/** A name alone says nothing: a build names its base image also when a later step fails. */
const couldNotPull =
  /not found|denied|does not exist|no such image|manifest|failed to resolve|unable to copy|dial tcp/i;
const unreachableRegistry =
  /(?:Get|Head) "https?:\/\/[^"\s]+\/v2\/[^"]*": |toomanyrequests|no matching manifest|failed to do request|failed to pull|error pulling image/i;

/** What the failure of a command is judged by. */
export interface FailureContext {
  readonly command: CliCommand;
  readonly outcome: CliOutcome;
  /** What was tried, completing "… failed": "Starting the containers". */
  readonly doing: string;
  /** Images that the command may have had to pull, for when the engine's words do not name one. */
  readonly images?: readonly string[];
}

/** The failure of a command of the engine as an error that names the thing and the next step. */
export function engineFailure({ command, outcome, doing, images = [] }: FailureContext): PlaygroundError {
  const said = `${outcome.stderr}\n${outcome.stdout}`;
  const unusable = unusableEngine(command, outcome);
  if (unusable !== undefined) return unusable;
  const detail = detailOf(outcome);
  const port = firstMatch(portBusy, said);
  if (port !== undefined) {
    return new PlaygroundError('port', l10n.t('Port {0} is in use by another program.', port), {
      remedy: l10n.t('End that program, or start the playground again to use another port.'),
      detail,
    });
  }
  if (diskFull.test(said)) {
    return new PlaygroundError('disk', l10n.t('The disk of the container engine is full.'), {
      remedy: l10n.t('Free some space, for instance with "docker system prune", then try again.'),
      detail,
    });
  }
  const manifest = /\/v2\/(\S+)\/manifests\/([^\s"]+)/.exec(said);
  const name = manifest === null ? firstMatch(image, said) : `${manifest[1]}:${manifest[2]}`;
  if ((name !== undefined && couldNotPull.test(said)) || unreachableRegistry.test(said))
    return imageError(name ?? images.join(', '), said, detail);
  if (outcome.failure === 'late') {
    return new PlaygroundError('timeout', l10n.t('{0} took too long.', doing), {
      remedy: l10n.t('The container engine may be overloaded; see its own log, then try again.'),
      detail,
    });
  }
  return new PlaygroundError('process', l10n.t('{0} failed: {1}', doing, meaningfulLine(outcome)), {
    remedy: l10n.t('The output of the command says more.'),
    detail,
  });
}

/** The reason why the engine or its command line cannot be used; `undefined` when it can. */
function unusableEngine(command: CliCommand, outcome: CliOutcome): PlaygroundError | undefined {
  const detail = detailOf(outcome);
  if (outcome.failure === 'missing') return notInstalled(command.command);
  if (outcome.exitCode === 0) return undefined;
  if (outcome.failure === 'forbidden' || permission.test(outcome.stderr)) {
    return new EngineError('noPermission', l10n.t('Docker runs, but you may not use it.'), {
      remedy: l10n.t('On Linux, add yourself to the group "docker" and sign in again; or use the local environment.'),
      detail,
    });
  }
  if (composeMissing.test(outcome.stderr)) {
    return new EngineError('composeMissing', l10n.t('Docker is installed, but Docker Compose is not.'), {
      remedy: l10n.t(
        'Install the Compose plugin of Docker, or name it in the setting flinkPlayground.compose.command.',
      ),
      detail,
    });
  }
  const asked = askedAddress.exec(outcome.stderr)?.[1];
  const elsewhere = asked?.includes(throughSsh) === true ? undefined : remoteHostOf(asked);
  if (notRunning.test(outcome.stderr) && elsewhere !== undefined) {
    return new EngineError('notRunning', l10n.t('Docker on {0} does not answer.', elsewhere), {
      remedy: l10n.t('Start Docker there, or see whether that machine is reached; or use the local environment.'),
      detail,
    });
  }
  if (notRunning.test(outcome.stderr)) {
    return new EngineError('notRunning', l10n.t('Docker is installed, but it does not run.'), {
      remedy: l10n.t('Start Docker, then try again; or use the local environment, which needs no Docker.'),
      detail,
    });
  }
  return undefined;
}

/** The program of the engine is not there. */
export function notInstalled(program: string): PlaygroundError {
  return new EngineError('notInstalled', l10n.t('Docker is not installed: there is no program "{0}".', program), {
    remedy: l10n.t('Install Docker, or use the local environment, which needs no Docker.'),
  });
}

function imageError(name: string, said: string, detail: string): PlaygroundError {
  const offline = /no such host|dial tcp|i\/o timeout|TLS handshake|request canceled/i.test(said);
  const limited = /toomanyrequests/i.test(said);
  const platform = /no matching manifest/i.test(said);
  const message =
    name === '' ? l10n.t('An image cannot be pulled.') : l10n.t('The image "{0}" cannot be pulled.', name);
  let remedy = l10n.t('Check the name, and that you are signed in where the registry wants it.');
  if (offline)
    remedy = l10n.t('Check the connection to the image registry, then try again; or use the local environment.');
  if (limited) remedy = l10n.t('The registry limits how much may be pulled: sign in with "docker login", or wait.');
  if (platform) remedy = l10n.t('There is none for this kind of processor.');
  return new PlaygroundError('download', message, { remedy, detail });
}

function firstMatch(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found.replace(/[:,.]+$/, '');
  }
  return undefined;
}

/** The line that says what went wrong, without the words that every error of the engine begins with. */
export function meaningfulLine(outcome: CliOutcome): string {
  const lines = tellingLines(outcome);
  const error = lines.findLast((line) =>
    /^(error|failed|fatal)\b|error response from daemon|invalid|unsupported/i.test(line),
  );
  return shortened(error ?? lines.at(-1));
}

/** The last few lines as one: Compose v1 spreads what is wrong with a file over several. */
export function closingLines(outcome: CliOutcome): string {
  return shortened(tellingLines(outcome).slice(-3).join(' '));
}

function tellingLines({ stderr, stdout }: CliOutcome): readonly string[] {
  return `${stdout}\n${stderr}`
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(time="[^"]*" level=warning|WARN)/.test(line));
}

function shortened(line: string | undefined): string {
  if (line === undefined || line === '') return l10n.t('it left no message');
  return line.replace(/^(?:ERROR:\s*|Error:\s*)?(?:Error response from daemon:\s*)?/i, '').slice(0, 400);
}

function detailOf({ stdout, stderr }: CliOutcome): string {
  return [stderr, stdout]
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n')
    .slice(-maxDetailLength);
}
