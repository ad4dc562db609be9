import { connect, createServer } from 'node:net';
import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../../util/errors';
import { portHolder } from './portHolder';

/** Everything of ours listens here and nowhere else. */
export const loopback = '127.0.0.1';

/** How many ports after the preferred one are tried before the system chooses. */
const neighbours = 40;
const connectTimeoutMs = 500;

/** True when a TCP connection to the port can be made. */
export function isOpen(port: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: loopback, ...(signal === undefined ? {} : { signal }) });
    const finish = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(connectTimeoutMs, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.unref();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const address = server.address();
      const actual = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(actual));
    });
  });
}

/**
 * True when we could listen there. Listening alone does not tell: macOS lets a listener on 127.0.0.1 stand beside one on all
 * interfaces.
 */
export async function isFree(port: number): Promise<boolean> {
  if (await isOpen(port)) return false;
  return (await canListen(port)) !== undefined;
}

export interface ChosenPort {
  readonly port: number;
  /** The sentence for the person when it is not the preferred one, with who holds that where it can be known. */
  readonly notice?: string;
}

/**
 * The preferred port, else the next free one after it.
 * @param service the name of what listens, in words, for the notice: "REST", "Kafka".
 * @param taken ports that are given away already though nobody listens there yet.
 * @throws PlaygroundError `port` when none is free.
 */
export async function choosePort(preferred: number, service: string, taken: ReadonlySet<number>): Promise<ChosenPort> {
  for (let port = preferred; port <= Math.min(preferred + neighbours, 65_535); port++) {
    if (taken.has(port) || !(await isFree(port))) continue;
    return port === preferred ? { port } : moved(preferred, service, port);
  }
  return moved(preferred, service, await anyPort(taken));
}

async function moved(preferred: number, service: string, port: number): Promise<ChosenPort> {
  const holder = await portHolder(preferred);
  const notice =
    holder === undefined
      ? l10n.t('Port {0} is in use; the {1} port is {2}.', preferred, service, port)
      : l10n.t('Port {0} is in use by {3}; the {1} port is {2}.', preferred, service, port, holder);
  return { port, notice };
}

/** A port that nobody asked for by number. */
export async function anyPort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = await canListen(0);
    if (port !== undefined && !taken.has(port)) return port;
  }
  throw new PlaygroundError('port', l10n.t('No free port was found on {0}.', loopback), {
    remedy: l10n.t('Close programs that listen on many ports, then try again.'),
  });
}
