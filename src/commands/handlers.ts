import * as l10n from '@vscode/l10n';
import { playground } from '../core/playground';
import type { CommandHandlers } from '../host/commandRegistry';
import type { LineSource } from '../host/logChannels';
import type { CommandMap } from './catalog';
import { cliCommands, type CliPorts } from './cliCommands';
import { environmentCommands, type EnvironmentPorts } from './environmentCommands';
import { explorerCommands, type ExplorerPorts } from './explorerCommands';
import { followLogWhileUp } from './followLog';
import { inspectCommands, type InspectPorts } from './inspectCommands';
import { jobCommands } from './jobCommands';
import { logCommands, type LogPorts } from './logCommands';
import { metricCommands, type MetricPorts } from './metricCommands';
import { playgroundCommands, type PlaygroundPorts } from './playgroundCommands';
import { restartCommands } from './restartCommands';
import { savepointCommands, type SavepointPorts } from './savepointCommands';
import { submitCommands } from './submitCommands';
import { taskManagerCommands } from './taskManagerCommands';
import { topicCommands, type TopicPorts } from './topicCommands';

/** What the editor gives to the handlers of commands; built in `extension.ts`. */
export interface HandlerPorts
  extends
    Omit<PlaygroundPorts, 'flinkVersions'>,
    EnvironmentPorts,
    SavepointPorts,
    TopicPorts,
    InspectPorts,
    CliPorts,
    ExplorerPorts,
    MetricPorts,
    Omit<LogPorts, 'followLog'> {
  /** Follows lines in an output channel of that name; `onFailure` is told why the following broke off. */
  readonly openLog: (name: string, source: LineSource, onFailure: (error: unknown) => void) => void;
  /** Of the person's language: this bundle has a copy of its own of what looks texts up. */
  readonly translations?: Readonly<Record<string, string>>;
}

/** The handler of every command; a bundle of its own, loaded when the first command is run. */
export function commandHandlers(ports: HandlerPorts): CommandHandlers<CommandMap> {
  const { translations, openLog, logger } = ports;
  if (translations !== undefined) l10n.config({ contents: translations });
  return {
    ...playgroundCommands({ ...ports, flinkVersions: Object.keys(playground.flink.versions) }),
    ...environmentCommands(ports),
    ...taskManagerCommands(ports),
    ...jobCommands(ports),
    ...restartCommands(ports),
    ...savepointCommands(ports),
    ...topicCommands(ports),
    ...inspectCommands(ports),
    ...cliCommands(ports),
    ...explorerCommands(ports),
    ...metricCommands(ports),
    ...submitCommands(ports),
    ...logCommands({
      ...ports,
      followLog: (engine, instance) => {
        openLog(
          l10n.t('Flink Playground: {0}', instance),
          (sink, signal) => followLogWhileUp(engine.environment, instance, sink, signal),
          (error) => logger.warn(`The log of ${instance} is no longer followed.`, error),
        );
      },
    }),
  };
}
