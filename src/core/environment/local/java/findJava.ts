import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { JAVA_FILENAME } from 'jdk-utils';
import { PlaygroundError } from '../../../util/errors';
import type { Logger } from '../../../util/logger';
import { javaExecutable, javaVersion } from './javaVersion';
import { knownJavaHomes } from './knownJavaHomes';

/** A Java that the playground can run on. */
export interface JavaRuntime {
  readonly home: string;
  readonly executable: string;
  /** The feature number: 17, 21. */
  readonly version: number;
  /** Where it was found: `flinkPlayground.local.javaHome`, `JAVA_HOME`, `PATH`, or a few words. */
  readonly source: string;
  /** What the person should know about this choice, localised. */
  readonly warning?: string;
}

export interface FindJavaOptions {
  /** The setting; empty is not set. When it is set, nothing else is looked at. */
  readonly configuredHome?: string;
  readonly logger: Logger;
  readonly env?: NodeJS.ProcessEnv;
  /** Folders of installed extensions beside the usual ones of the known editors, for the JREs that extensions ship. */
  readonly extensionFolders?: readonly string[];
  /** Homes in the usual places of this system, of tools and of extensions; `knownJavaHomes` by default. */
  readonly knownHomes?: () => Promise<readonly string[]>;
}

interface Candidate {
  readonly home: string;
  readonly source: string;
}

const settingName = 'flinkPlayground.local.javaHome';
const tested: ReadonlySet<number> = new Set([17, 21]);
const oldest = 17;

/**
 * Finds a Java for the playground: the setting, else the first Java 17 or 21 of `JAVA_HOME`, the known places and `PATH`,
 * else the first newer one there, with a warning.
 * @throws PlaygroundError `java` with a sentence of its own for no Java, only older ones, and a setting that is no Java
 * or too old a one; the signal's reason.
 */
export async function findJava(options: FindJavaOptions, signal: AbortSignal): Promise<JavaRuntime> {
  signal.throwIfAborted();
  const configured = options.configuredHome?.trim() ?? '';
  if (configured !== '') return await configuredJava(configured, signal);
  const env = options.env ?? process.env;
  const warnings: string[] = [];
  const usable: JavaRuntime[] = [];
  const older: JavaRuntime[] = [];
  const seen = new Set<string>();

  /** True when it is one of those preferred, so that the search can end. */
  const consider = async ({ home, source }: Candidate): Promise<boolean> => {
    const real = await realpath(home).catch(() => home);
    if (seen.has(real)) return false;
    seen.add(real);
    const runtime = await runtimeAt(home, source, signal);
    if (runtime === undefined) {
      options.logger.debug(`No Java that tells its version in ${home} (${source})`);
      return false;
    }
    (runtime.version < oldest ? older : usable).push(runtime);
    return tested.has(runtime.version);
  };

  const javaHome = env['JAVA_HOME'] ?? '';
  if (javaHome !== '' && (await homeOf(javaHome)) === undefined) {
    warnings.push(l10n.t('JAVA_HOME is {0}, where no Java is.', javaHome));
  }
  for await (const candidate of candidates(
    javaHome,
    env,
    options.knownHomes ?? (() => knownJavaHomes(homedir(), options.extensionFolders)),
  )) {
    if (await consider(candidate)) break;
  }
  const chosen = usable.find(({ version }) => tested.has(version)) ?? usable[0];
  if (chosen === undefined) throw noJava(older, warnings);
  if (!tested.has(chosen.version)) warnings.push(untestedWarning(chosen));
  options.logger.info(`Java ${chosen.version} in ${chosen.home} (${chosen.source})`);
  for (const warning of warnings) options.logger.warn(warning);
  return warnings.length === 0 ? chosen : { ...chosen, warning: warnings.join(' ') };
}

async function configuredJava(configured: string, signal: AbortSignal): Promise<JavaRuntime> {
  const home = await homeOf(configured);
  if (home === undefined) {
    throw new PlaygroundError('java', l10n.t('The setting {0} is {1}, where no Java is.', settingName, configured), {
      remedy: l10n.t(
        'Set it to the folder of a Java 17 or 21 (the one that has bin/java), or empty it to have one found.',
      ),
    });
  }
  const runtime = await runtimeAt(home, settingName, signal);
  if (runtime === undefined) {
    throw new PlaygroundError(
      'java',
      l10n.t('The Java in {0}, set by {1}, does not tell its version.', home, settingName),
      {
        remedy: l10n.t('Set it to the folder of a Java 17 or 21, or empty it to have one found.'),
      },
    );
  }
  if (runtime.version < oldest) {
    throw new PlaygroundError(
      'java',
      l10n.t(
        'The setting {0} names Java {1} ({2}); the playground needs Java 17 or 21.',
        settingName,
        runtime.version,
        home,
      ),
      { remedy: l10n.t('Set it to the folder of a Java 17 or 21, or empty it to have one found.') },
    );
  }
  return tested.has(runtime.version) ? runtime : { ...runtime, warning: untestedWarning(runtime) };
}

/** In order of preference. The known places are looked at only when what comes before them did not do. */
async function* candidates(
  javaHome: string,
  env: NodeJS.ProcessEnv,
  knownHomes: () => Promise<readonly string[]>,
): AsyncGenerator<Candidate> {
  const home = javaHome === '' ? undefined : await homeOf(javaHome);
  if (home !== undefined) yield { home, source: 'JAVA_HOME' };
  for (const known of await knownHomes()) yield { home: known, source: l10n.t('a known place') };
  for (const directory of (env['PATH'] ?? '').split(delimiter)) {
    const onPath = directory === '' ? undefined : await homeOf(join(directory, JAVA_FILENAME));
    // On macOS, /usr/bin/java is there without any Java and opens a dialog.
    if (onPath !== undefined && !(process.platform === 'darwin' && onPath === '/usr'))
      yield { home: onPath, source: 'PATH' };
  }
}

/** The home that a person means by a path: a home, macOS' bundle of one, its `bin`, or `bin/java`, also by links. */
async function homeOf(path: string): Promise<string | undefined> {
  const expanded = /^~(?=$|[\\/])/.test(path) ? join(homedir(), path.slice(1)) : path;
  const real = await realpath(expanded).catch(() => expanded);
  const guesses = [expanded, join(expanded, 'Contents', 'Home')];
  if (basename(real) === 'bin') guesses.push(dirname(real));
  if (basename(real) === JAVA_FILENAME && (await isFile(real))) guesses.push(dirname(dirname(real)));
  for (const guess of guesses) {
    if ((await javaExecutable(guess)) !== undefined) return guess;
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function runtimeAt(home: string, source: string, signal: AbortSignal): Promise<JavaRuntime | undefined> {
  const executable = await javaExecutable(home);
  if (executable === undefined) return undefined;
  const version = await javaVersion(home, signal);
  return version === undefined ? undefined : { home, executable, version, source };
}

function untestedWarning({ version, home }: JavaRuntime): string {
  return l10n.t('Java {0} ({1}) is used, but the playground is tested with Java 17 and 21.', version, home);
}

function noJava(older: readonly JavaRuntime[], warnings: readonly string[]): PlaygroundError {
  const newest = older.reduce<JavaRuntime | undefined>(
    (best, one) => (best === undefined || one.version > best.version ? one : best),
    undefined,
  );
  const sentence =
    newest === undefined
      ? l10n.t('No Java was found; the playground needs Java 17 or 21.')
      : l10n.t('Only Java {0} was found ({1}); the playground needs Java 17 or 21.', newest.version, newest.home);
  return new PlaygroundError('java', [...warnings, sentence].join(' '), {
    remedy: l10n.t('Install a JDK 17 or 21, or set {0} to the folder of one; then start again.', settingName),
  });
}
