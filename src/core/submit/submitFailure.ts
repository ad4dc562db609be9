import * as l10n from '@vscode/l10n';
import { innermostCause } from '../flink/serverErrors';
import { startFailure } from '../savepoints/startFailure';
import { PlaygroundError } from '../util/errors';

interface KnownFailure {
  readonly pattern: RegExp;
  readonly sentence: (match: RegExpExecArray, flinkVersion: string) => string;
  readonly remedy: () => string;
}

/** Why Flink takes no job of a jar, by what its exceptions say on 1.20 and 2.2. */
const known: readonly KnownFailure[] = [
  {
    pattern:
      /(?:NoClassDefFoundError: (?:L?)|ClassNotFoundException: |NoSuchMethodError: '?[\w.$[\]]* ?|NoSuchFieldError: [^\n]*|IncompatibleClassChangeError: [^\n]*)org[./]apache[./]flink[./](?!connector)[\w./$]*/,
    sentence: (_match, version) => l10n.t('The jar was made for another line of Flink than {0}.', version),
    remedy: () => l10n.t('Use a jar that was compiled for this version of Flink.'),
  },
  {
    pattern: /(?:NoClassDefFoundError: |ClassNotFoundException: )(org[./]apache[./]flink[./]connector[\w./$]*)/,
    sentence: ([, name = '']) =>
      l10n.t('The jar needs the connector {0}, which is not there.', name.replaceAll('/', '.')),
    remedy: () => l10n.t('Pack the connector into the jar.'),
  },
  {
    pattern: /UnsupportedClassVersionError/,
    sentence: () => l10n.t('The jar was compiled for a newer Java than Flink runs on.'),
    remedy: () => l10n.t('Compile it for an older release of Java.'),
  },
  {
    pattern: /entry point class '([^']*)' was not found/,
    sentence: ([, name = '']) => l10n.t('The jar has no class {0}.', name),
    remedy: () => l10n.t('Give the full name of the class with the main method.'),
  },
  {
    pattern: /Neither a 'Main-Class', nor a 'program-class' entry|No manifest found in jar file/i,
    sentence: () => l10n.t('The jar does not say which class to run.'),
    remedy: () => l10n.t('Give the full name of the class with the main method.'),
  },
  {
    pattern: /has no (?:main\(String\[\]\)|public static void main)|does not (?:have|declare) a main/i,
    sentence: () => l10n.t('The class has no main method.'),
    remedy: () => l10n.t('Give the full name of the class with the main method.'),
  },
  {
    pattern:
      /ProgramMissingJobException|program didn't contain a Flink job|No jobs included in application|program plan could not be fetched/i,
    sentence: () => l10n.t('The program ended without starting a job.'),
    remedy: () => l10n.t('It has to call execute() on its environment.'),
  },
  {
    pattern: /(?:zip END header not found|error in opening zip file|ZipException|does not end with [^\n]*\.jar)/i,
    sentence: () => l10n.t('The file is no jar.'),
    remedy: () => l10n.t('Choose another file.'),
  },
];

/** Flink's refusal to plan or start the job of a jar, in words; the trace is from a server that may be anybody's. */
export function submitFailure(trace: string, flinkVersion: string): PlaygroundError {
  for (const { pattern, sentence, remedy } of known) {
    const match = pattern.exec(trace);
    if (match === null) continue;
    return new PlaygroundError('rejected', sentence(match, flinkVersion), { detail: trace, remedy: remedy() });
  }
  if (/The main method caused an error/.test(trace)) {
    return new PlaygroundError('rejected', l10n.t('The program failed: {0}', innermostCause(trace)), {
      detail: trace,
      remedy: l10n.t('See its arguments.'),
    });
  }
  return startFailure(trace);
}
