import * as l10n from '@vscode/l10n';
import type { ComposeProject } from './engineCli';
import type { Scene } from './scene';

const upTimeoutMs = 300_000;

/** `docker compose up -d` for some services: others, above all the client that is done, are left as they are. */
export async function up(
  { services, connection, list }: Scene,
  project: ComposeProject,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await connection.cli.compose(project, ['up', '-d', '--no-deps', ...args], l10n.t('Starting the containers'), {
    signal,
    timeoutMs: upTimeoutMs,
    onLine: (line) => services.logger.trace(line),
  });
  await list(signal);
}
