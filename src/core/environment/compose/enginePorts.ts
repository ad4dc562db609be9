import * as l10n from '@vscode/l10n';
import { playground } from '../../playground';
import { choosePort } from '../common/ports';

export interface ChosenPorts {
  readonly ports: { readonly rest: number; readonly broker: number };
  readonly notices: readonly string[];
}

/** The ports that the project publishes on this machine: the preferred ones, else the next free. */
export async function choosePorts(remoteHost: string | undefined): Promise<ChosenPorts> {
  const { rest, broker } = playground.ports;
  // Which ports are free on another machine cannot be seen from here: the engine says so when one is not.
  if (remoteHost !== undefined) return { ports: { rest, broker }, notices: [] };
  const taken = new Set<number>();
  const notices: string[] = [];
  const choose = async (preferred: number, name: string): Promise<number> => {
    const { port, notice } = await choosePort(preferred, name, taken);
    taken.add(port);
    if (notice !== undefined) notices.push(notice);
    return port;
  };
  const ports = { rest: await choose(rest, l10n.t('REST')), broker: await choose(broker, l10n.t('Kafka')) };
  return { ports, notices };
}
