import * as l10n from '@vscode/l10n';
import { PlaygroundError, type PlaygroundErrorOptions } from '../../util/errors';
import type { JavaProcess } from './javaProcess';
import { linesSince, meaningfulLine, type LogMark } from './logTail';
import type { LocalServiceName } from './stateFile';

const detailLines = 40;

/** The process ended by itself before it was ready. */
export class EarlyEnd extends PlaygroundError {
  constructor(
    message: string,
    options: PlaygroundErrorOptions,
    /** True when the program itself had begun and then ended, so that the JVM and how it was started are not to blame. */
    readonly ofProgram: boolean,
  ) {
    super('process', message, options);
  }

  /** The base class knows its instances by their name, which would make every error of ours one of these. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return PlaygroundError.is(value) && 'ofProgram' in value;
  }
}

/** Waits until the process is ready. @throws EarlyEnd with the last lines of its logs; what `ready` throws. */
export async function untilReadyOrDead(
  process: JavaProcess,
  service: LocalServiceName,
  marks: readonly LogMark[],
  signal: AbortSignal,
  ready: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const waiting = new AbortController();
  const either = AbortSignal.any([signal, waiting.signal]);
  const readiness = ready(either);
  try {
    const exit = await Promise.race([readiness.then(() => undefined), process.exited]);
    if (exit === undefined) return;
  } finally {
    waiting.abort();
    await readiness.catch(() => undefined);
  }
  signal.throwIfAborted();
  throw await earlyEnd(process, service, marks);
}

async function earlyEnd(process: JavaProcess, service: LocalServiceName, marks: readonly LogMark[]): Promise<EarlyEnd> {
  const [log = [], output = []] = await Promise.all(marks.map((mark) => linesSince(mark, detailLines)));
  const lines = [...output, ...log];
  const { exitCode, signal } = process.exit ?? {};
  const how = signal ?? (exitCode === undefined ? '' : String(exitCode));
  const what = meaningfulLine(log) ?? meaningfulLine(output) ?? l10n.t('it left no message');
  return new EarlyEnd(
    l10n.t('{0} ended while it started ({1}): {2}', titleOf(service), how, what),
    { detail: lines.join('\n'), remedy: l10n.t('Look at its log, then start the playground again.') },
    log.length > 0 && exitCode !== undefined && exitCode < 128,
  );
}

/** The service as a sentence names it. */
function titleOf(service: LocalServiceName): string {
  const titles: Readonly<Record<LocalServiceName, string>> = {
    jobmanager: l10n.t('The JobManager'),
    taskmanager: l10n.t('The TaskManager'),
    kafka: l10n.t('Kafka'),
    zookeeper: l10n.t('ZooKeeper'),
    'clickevent-generator': l10n.t('The click-event generator'),
  };
  return titles[service];
}
