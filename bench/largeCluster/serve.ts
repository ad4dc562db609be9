import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { LargeCluster, type ClusterSize } from './largeCluster';

/** What the server in the worker begins with. */
export interface ServeOptions {
  readonly size: ClusterSize;
  readonly begunAt: number;
  readonly waiting: boolean;
  /** One answer in twenty comes late, is a failure, or never comes whole. */
  readonly faulty: boolean;
}

/** Behind all others of its tick, without making an hour of ticks a day. */
const slowMs = 50;
const twentieth = 20;

const options = workerData as ServeOptions;
const cluster = new LargeCluster(options.size, options.begunAt, options.waiting);
let now = options.begunAt;
let answers = 0;

const server = createServer((request, response) => {
  const text = cluster.answer(request.url ?? '', now);
  answers += 1;
  if (text === undefined) send(response, 404, JSON.stringify({ errors: ['Not found.'] }));
  else if (!options.faulty || answers % twentieth !== 0) send(response, 200, text);
  else [slow, refused, cut][(answers / twentieth) % 3]?.(response, text);
});

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

function slow(response: ServerResponse, text: string): void {
  setTimeout(() => send(response, 200, text), slowMs);
}

function refused(response: ServerResponse): void {
  send(
    response,
    500,
    JSON.stringify({ errors: ['Internal server error.', 'java.lang.IllegalStateException: x\n\tat y'] }),
  );
}

/** Half of it, then the end of the connection. */
function cut(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
  response.write(text.slice(0, text.length >> 1), () => response.destroy());
}

// The time of the simulated cluster is that of the bench.
parentPort?.on('message', (time: number) => (now = time));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
