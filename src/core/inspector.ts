import * as l10n from '@vscode/l10n';
import { gatherFacts } from './commandLines/gatherFacts';
import { tutorialCommands } from './commandLines/tutorialCommands';
import type { CommandLines, Inspector } from './engineApi';
import type { Environment } from './environment/environment';
import type { LogFileInfo } from './flink/decode/logFiles';
import type { FlinkClient } from './flink/flinkClient';
import type { Machine } from './flink/logFiles';
import type { TextTail } from './flink/transport';
import { PlaygroundError } from './util/errors';

/** Looks at the cluster behind the environment's REST address of the moment. */
export class ClusterInspector implements Inspector {
  constructor(
    private readonly environment: Environment,
    private readonly createClient: (restUrl: string) => FlinkClient,
  ) {}

  async commandLines(jobId: string | undefined, signal: AbortSignal): Promise<CommandLines> {
    const restUrl = this.#restUrl();
    const entries = await this.#with(async (client) =>
      tutorialCommands(await gatherFacts(this.environment, client, jobId, signal)),
    );
    return { restUrl, entries };
  }

  logFiles(machine: Machine, signal: AbortSignal): Promise<readonly LogFileInfo[]> {
    return this.#with((client) => client.logs.list(machine, signal));
  }

  readLogFile(machine: Machine, name: string, signal: AbortSignal): Promise<TextTail> {
    return this.#with((client) => client.logs.read(machine, name, signal));
  }

  threadDump(machine: Machine, signal: AbortSignal): Promise<string> {
    return this.#with((client) => client.logs.threadDump(machine, signal));
  }

  async #with<T>(use: (client: FlinkClient) => Promise<T>): Promise<T> {
    const client = this.createClient(this.#restUrl());
    try {
      return await use(client);
    } finally {
      client.dispose();
    }
  }

  #restUrl(): string {
    const restUrl = this.environment.snapshot.value.endpoints?.rest;
    if (restUrl !== undefined) return restUrl;
    throw new PlaygroundError('input', l10n.t('The playground is not running.'), {
      remedy: l10n.t('Start the playground first.'),
    });
  }
}
