import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What happens to one exchange; the server has seen the whole request in every case but `refuse`. */
export type Mishap =
  | { readonly kind: 'refuse' }
  /** The connection breaks off instead of the answer. */
  | { readonly kind: 'dropAnswer' }
  /** The connection breaks off after so many bytes of the answer. */
  | { readonly kind: 'cutAnswer'; readonly afterBytes: number }
  /** The answer comes later. */
  | { readonly kind: 'delayAnswer'; readonly ms: number };

interface Planned {
  readonly request: RegExp;
  readonly mishap: Mishap;
  times: number;
}

/** A TCP proxy before an HTTP server that lets chosen exchanges go wrong. */
export class TcpProxy {
  readonly #planned: Planned[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private targetPort: number,
  ) {
    server.on('connection', (client) => this.#accept(client));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TcpProxy(server, targetPort);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Lets the next exchanges go wrong whose request line matches. */
  plan(request: RegExp, mishap: Mishap, times = 1): void {
    this.#planned.push({ request, mishap, times });
  }

  /** How many planned mishaps did not happen yet. */
  get pending(): number {
    return this.#planned.filter(({ times }) => times > 0).length;
  }

  /** From now on another server answers; connections to the one before break off. */
  swap(targetPort: number): void {
    this.targetPort = targetPort;
    for (const socket of this.#sockets) socket.destroy();
  }

  async dispose(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  #accept(client: Socket): void {
    const server = connect(this.targetPort, '127.0.0.1');
    let mishap: Mishap | undefined;
    let answered = 0;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (data) => {
      const line = /^(?:GET|POST|PUT|PATCH|DELETE) \S+/.exec(data.toString('latin1'))?.[0];
      if (line !== undefined) {
        mishap = this.#take(line);
        answered = 0;
      }
      if (mishap?.kind === 'refuse') client.destroy();
      else server.write(data);
    });
    server.on('data', (data) => {
      switch (mishap?.kind) {
        case 'dropAnswer':
          client.destroy();
          break;
        case 'cutAnswer': {
          const left = mishap.afterBytes - answered;
          answered += data.length;
          if (data.length < left) client.write(data);
          else client.write(data.subarray(0, Math.max(0, left)), () => client.destroy());
          break;
        }
        case 'delayAnswer':
          setTimeout(() => client.write(data), mishap.ms);
          break;
        case 'refuse':
        case undefined:
          client.write(data);
      }
    });
  }

  #take(line: string): Mishap | undefined {
    const found = this.#planned.find(({ request, times }) => times > 0 && request.test(line));
    if (found === undefined) return undefined;
    found.times -= 1;
    return found.mishap;
  }
}
