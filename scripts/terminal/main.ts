// Starts the playground in the terminal by the same core as the extension, shows each step, then the windows as they close.
// Bundled and run by scripts/start.mjs.
import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from '../../src/core/engine';
import { defaultSettings } from '../../src/core/engineApi';
import { playground } from '../../src/core/playground';
import { errorText } from './errorText';
import { StepPrinter } from './stepPrinter';
import { WindowPrinter } from './windowPrinter';
import { silentLogger } from '../../src/core/util/logger';
import { tutorialVariant, type KafkaMode, type StartOptions } from '../../src/shared/model/environment';

const stopTimeoutMs = 60_000;

/** The value after `--name`. */
function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
}

function startOptions(): StartOptions {
  const kafkaMode: KafkaMode = option('kafka') === 'zookeeper' ? 'zookeeper' : 'kraft';
  return {
    flinkVersion: option('flink') ?? playground.flink.default,
    kafkaMode,
    variant: tutorialVariant,
    parallelism: 2,
    taskManagers: 1,
    speed: 1,
  };
}

async function main(): Promise<void> {
  const dist = option('dist');
  if (dist === undefined) throw new Error('Say where the bundles are: --dist <folder>');
  const interrupted = new AbortController();
  // A terminal sends Ctrl+C to the whole group and the parent hands it on: the second must not cut the stop short.
  process.on('SIGINT', () => interrupted.abort());
  process.on('SIGTERM', () => interrupted.abort());
  const engine = createEngine({
    distDirectory: dist,
    // The defaults of the settings, so that the editor finds what is started here.
    settings: () => ({ ...defaultSettings, environment: 'local' }),
    logger: silentLogger,
  });
  try {
    await engine.environment.refresh(interrupted.signal);
    const steps = new StepPrinter(process.stdout);
    const began = Date.now();
    const { adopted, restoredFrom } = await engine.environment.start(
      startOptions(),
      (progress) => steps.show(progress),
      interrupted.signal,
    );
    const { endpoints, notices } = engine.environment.snapshot.value;
    const took = `${((Date.now() - began) / 1000).toFixed(1)} s`;
    console.log(adopted ? 'The playground runs already.' : `The playground runs after ${took}.`);
    if (restoredFrom !== undefined) console.log(`It goes on from ${restoredFrom}.`);
    for (const notice of notices) console.log(notice);
    console.log(`Flink Web UI: ${endpoints?.rest ?? '-'}   Kafka: ${endpoints?.brokers.join(', ') ?? '-'}`);
    console.log('Windows as they close (Ctrl+C stops the playground and keeps its state):');
    const windows = new WindowPrinter(process.stdout);
    windows.show(engine.ledger.value);
    const subscription = engine.ledger.onDidChange(({ next }) => windows.show(next));
    while (!interrupted.signal.aborted)
      await delay(1000, undefined, { signal: interrupted.signal }).catch(() => undefined);
    subscription.dispose();
  } catch (error) {
    if (!interrupted.signal.aborted) {
      console.error(`\n${errorText(error)}`);
      process.exitCode = 1;
    }
  }
  try {
    if (interrupted.signal.aborted && engine.environment.snapshot.value.phase !== 'absent') {
      console.log('\nStopping the playground, its state is kept …');
      await engine.environment.stop({ deleteData: false }, () => undefined, AbortSignal.timeout(stopTimeoutMs));
    }
  } catch (error) {
    console.error(errorText(error));
    process.exitCode = 1;
  } finally {
    engine.dispose();
  }
}

void main();
