import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryPath, type Artifact } from '../../src/core/environment/local/artifacts/artifactLock';

/** What the server does wrong when it is asked for an artifact. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number }
  /** A page of HTML with status 200, as a captive portal sends it; without its content type when `plain`. */
  | { readonly kind: 'portal'; readonly plain?: boolean }
  /** The connection is cut after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Nothing more comes after so many bytes of the body, until the server closes. */
  | { readonly kind: 'stall'; readonly after: number }
  /** The file comes in so many pieces with a pause before each. */
  | { readonly kind: 'drip'; readonly pieces: number; readonly pauseMs: number }
  /** The whole file with 200, though a range was asked for. */
  | { readonly kind: 'ignoreRange' }
  /** The server's file ends after so many bytes, and it says so in no header. */
  | { readonly kind: 'truncated'; readonly size: number }
  /** The server's file is shorter, and its Content-Length says so. */
  | { readonly kind: 'shorter'; readonly size: number }
  /** One byte is another one. */
  | { readonly kind: 'altered'; readonly at: number };

export interface ServedRequest {
  readonly coordinates: string;
  /** First byte asked for; 0 without a range. */
  readonly from: number;
  readonly authorization: string | undefined;
  /** Bytes of the body that were handed to the connection. */
  sent: number;
}

/** An artifact together with its bytes. */
export interface MadeArtifact extends Artifact {
  readonly bytes: Buffer;
}

/** Bytes that begin like a jar and are the same for the same name and size. */
export function makeArtifact(coordinates: string, size: number): MadeArtifact {
  const bytes = Buffer.alloc(size);
  let state = createHash('sha256').update(coordinates).digest().readUInt32LE() | 1;
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  bytes.write('PK\u0003\u0004', 'latin1');
  return { coordinates, size, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

/** A Maven repository on a real loopback port that answers ranges, and does wrong what it is told to. */
export class ArtifactServer implements AsyncDisposable {
  readonly requests: ServedRequest[] = [];
  /** Called before each answer; what it returns is awaited. */
  beforeAnswer: () => Promise<void> | void = () => undefined;
  readonly #artifacts = new Map<string, MadeArtifact>();
  readonly #faults = new Map<string, { fault: Fault; times: number }[]>();
  readonly #unanswered = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(artifacts: readonly MadeArtifact[]): Promise<ArtifactServer> {
    const server = new ArtifactServer();
    for (const artifact of artifacts) server.#artifacts.set(`/repository/${repositoryPath(artifact)}`, artifact);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get baseAddress(): string {
    return `http://${this.host}/repository`;
  }

  /** The next `times` requests for this artifact meet the fault; faults queue up. */
  fail({ coordinates }: Artifact, fault: Fault, times = 1): void {
    const queue = this.#faults.get(coordinates) ?? [];
    queue.push({ fault, times });
    this.#faults.set(coordinates, queue);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Connections with a request that was not answered to its end. */
  openConnections(): number {
    return this.#unanswered.size;
  }

  requestsFor({ coordinates }: Artifact): readonly ServedRequest[] {
    return this.requests.filter((request) => request.coordinates === coordinates);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #nextFault(coordinates: string): Fault | undefined {
    const queue = this.#faults.get(coordinates);
    const first = queue?.[0];
    if (queue === undefined || first === undefined) return undefined;
    first.times--;
    if (first.times <= 0) queue.shift();
    return first.fault;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const artifact = this.#artifacts.get(request.url ?? '');
    if (artifact === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>not found</html>');
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const served: ServedRequest = {
      coordinates: artifact.coordinates,
      from,
      authorization: request.headers.authorization,
      sent: 0,
    };
    this.requests.push(served);
    this.#unanswered.add(response);
    response.on('close', () => this.#unanswered.delete(response));
    await this.beforeAnswer();
    const fault = this.#nextFault(artifact.coordinates);
    if (fault?.kind === 'status') {
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<html>no</html>');
      return;
    }
    if (fault?.kind === 'portal') {
      response.writeHead(200, fault.plain === true ? {} : { 'content-type': 'text/html; charset=utf-8' });
      response.end('\n<!doctype html><title>Log in to this network</title>');
      return;
    }
    let bytes = artifact.bytes;
    if (fault?.kind === 'truncated' || fault?.kind === 'shorter') bytes = bytes.subarray(0, fault.size);
    if (fault?.kind === 'altered') {
      bytes = Buffer.from(bytes);
      bytes.writeUInt8(bytes.readUInt8(fault.at) ^ 0xff, fault.at);
    }
    const start = fault?.kind === 'ignoreRange' ? 0 : from;
    if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(start);
    const length = fault?.kind === 'truncated' ? {} : { 'content-length': String(body.length) };
    if (start === 0) response.writeHead(200, length);
    else {
      const total = fault?.kind === 'truncated' ? '*' : bytes.length;
      response.writeHead(206, { ...length, 'content-range': `bytes ${start}-${bytes.length - 1}/${total}` });
    }
    if (fault?.kind === 'cut' || fault?.kind === 'stall') {
      served.sent = fault.after;
      response.flushHeaders();
      response.write(body.subarray(0, fault.after), () => {
        if (fault.kind === 'cut') request.socket.end();
      });
      return;
    }
    served.sent = body.length;
    if (fault?.kind === 'drip') {
      for (let piece = 0; piece < fault.pieces; piece++) {
        await sleep(fault.pauseMs);
        const at = (share: number): number => Math.floor((body.length * share) / fault.pieces);
        response.write(body.subarray(at(piece), at(piece + 1)));
      }
      response.end();
      return;
    }
    response.end(body);
  }
}
