import * as l10n from '@vscode/l10n';
import type { ServiceName } from '../../../shared/model/environment';
import type { ContainerFacts } from './containerRecords';
import { labels } from './containerRecords';
import { linesOf, type EngineCli } from './engineCli';
import { runs, type Scene } from './scene';

/** Seconds that each service may take to end in an orderly way. Kafka writes its logs to disk. */
const graceSeconds: Readonly<Record<ServiceName, number>> = {
  'clickevent-generator': 5,
  taskmanager: 5,
  jobmanager: 5,
  client: 2,
  kafka: 20,
  zookeeper: 5,
};

/** What is ended together; each group needs the next. */
const endingOrder: readonly (readonly ServiceName[])[] = [
  ['clickevent-generator', 'client', 'taskmanager', 'jobmanager'],
  ['kafka'],
  ['zookeeper'],
];

/** Ends containers, those first that use the others; they stay to be started again. */
export async function stopContainers(
  { services, connection, list }: Scene,
  chosen: readonly ContainerFacts[],
  signal: AbortSignal,
): Promise<void> {
  for (const group of endingOrder) {
    const ending = chosen.filter((container) => group.includes(container.service) && runs(container));
    if (ending.length === 0) continue;
    const ids = ending.map(({ id }) => id);
    services.registry.expect(ids, 'stopped');
    await connection.cli.stop(ids, Math.max(...ending.map(({ service }) => graceSeconds[service])), signal);
  }
  await list(signal);
}

/** Removes everything that the engine has of a project of ours but its volumes, also what no listing of ours shows. */
export async function removeProject({ services, connection, list }: Scene, signal: AbortSignal): Promise<void> {
  const { cli, project } = connection;
  services.registry.expect(
    services.registry.containers.map(({ id }) => id),
    'stopped',
  );
  // Twice, because what was under way when a command was cancelled may appear only now.
  for (let attempt = 0; attempt < 2; attempt++) {
    const ids = await idsOf(cli, project, signal);
    if (ids.length === 0 && attempt > 0) break;
    await cli.remove(ids, signal);
  }
  const networks = linesOf(
    await cli.engine(
      ['network', 'ls', '-q', '--filter', `label=${labels.project}=${project}`],
      l10n.t('Listing the networks'),
      { signal },
    ),
  );
  if (networks.length > 0) {
    await cli.engine(['network', 'rm', ...networks], l10n.t('Removing the network'), { signal });
  }
  await list(signal);
}

async function idsOf(cli: EngineCli, project: string, signal: AbortSignal): Promise<readonly string[]> {
  return linesOf(
    await cli.engine(
      ['ps', '-a', '-q', '--no-trunc', '--filter', `label=${labels.project}=${project}`],
      l10n.t('Listing the containers'),
      { signal },
    ),
  );
}
