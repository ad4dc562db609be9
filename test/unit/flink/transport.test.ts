import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RestTransport, statusOf } from '../../../src/core/flink/transport';
import { isAbort, PlaygroundError, type ErrorKind } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe('RestTransport', () => {
  let server: Server;
  let transport: RestTransport;
  let answer: Answer;
  const never = new AbortController().signal;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    transport = connect();
  });

  afterEach(async () => {
    transport.dispose();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  function connect(timeoutMs = 2000): RestTransport {
    const { port } = server.address() as AddressInfo;
    return new RestTransport({ baseUrl: `http://127.0.0.1:${port}`, logger: silentLogger, timeoutMs });
  }

  function answers(status: number, body: string, headers: Record<string, string> = {}): void {
    answer = (_request, response) => response.writeHead(status, headers).end(body);
  }

  async function failure(signal = never, from = transport): Promise<PlaygroundError> {
    const outcome = await from.send({ method: 'GET', path: '/overview' }, signal).then(
      (value) => value,
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(PlaygroundError);
    return outcome as PlaygroundError;
  }

  it('gives the parsed JSON of a successful answer', async () => {
    answers(200, '{"flink-version":"2.2.1"}');
    expect(await transport.send({ method: 'GET', path: '/overview' }, never)).toEqual({ 'flink-version': '2.2.1' });
  });

  describe('an error inside Flink', () => {
    const internal =
      '{"errors":["Internal server error.","<Exception on server side:\\norg.a.NullArgumentException: input array"]}';

    function failsOnce(): { readonly count: number } {
      const asked = { count: 0 };
      answer = (_request, response) => {
        asked.count += 1;
        if (asked.count === 1) response.writeHead(500).end(internal);
        else response.end('{"counts":{}}');
      };
      return asked;
    }

    it('is asked about again, when that changes nothing', async () => {
      failsOnce();
      expect(await transport.send({ method: 'GET', path: '/jobs/a/checkpoints' }, never)).toEqual({ counts: {} });
    });

    it('is told at once of a request that changes something', async () => {
      const asked = failsOnce();
      await expect(transport.send({ method: 'POST', path: '/jobs/a/stop' }, never)).rejects.toMatchObject({
        kind: 'rejected',
      });
      expect(asked.count).toBe(1);
    });

    it('is told when it stays', async () => {
      answers(500, internal);
      expect(await failure()).toMatchObject({ kind: 'rejected', message: 'input array' });
    });
  });

  it.each([401, 407])('says that a server with status %i wants a password, which is not supported', async (status) => {
    answers(status, 'Authorization Required', { 'www-authenticate': 'Basic' });
    expect(await failure()).toMatchObject({
      kind: 'rejected',
      message: expect.stringMatching(/asks for a user name and a password\.$/) as string,
      remedy: expect.stringContaining('tunnel') as string,
    });
  });

  it('says that there is no such host', async () => {
    const nowhere = new RestTransport({ baseUrl: 'http://flink.invalid:8081', logger: silentLogger, timeoutMs: 4000 });
    expect(await failure(never, nowhere)).toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/^There is no host of the name in http:\/\/flink\.invalid:8081/) as string,
    });
  });

  it('says that a server without TLS was asked for it', async () => {
    answers(200, '{}');
    const { port } = server.address() as AddressInfo;
    const secure = new RestTransport({ baseUrl: `https://127.0.0.1:${port}`, logger: silentLogger, timeoutMs: 2000 });
    expect((await failure(never, secure)).message).toMatch(/does not speak TLS/);
  });

  it('sends method, path and body as JSON', async () => {
    let seen: unknown;
    answer = (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen = { method: request.method, url: request.url, type: request.headers['content-type'], body };
        response.end('{}');
      });
    };
    await transport.send({ method: 'POST', path: '/jobs/a/checkpoints', body: { triggerId: 'ab' } }, never);
    expect(seen).toEqual({
      method: 'POST',
      url: '/jobs/a/checkpoints',
      type: 'application/json',
      body: '{"triggerId":"ab"}',
    });
  });

  it.each<[string, number, string, ErrorKind, RegExp]>([
    ['HTML instead of JSON', 200, '<!DOCTYPE html><html>', 'protocol', /web page \(status 200\)/],
    ['half a JSON', 200, '{"flink-version":"2.2', 'protocol', /not whole JSON/],
    ['an empty answer', 200, '', 'protocol', /not whole JSON/],
    ['a server that is not ready', 503, '{"errors":["ongoing leader election"]}', 'unreachable', /not ready yet/],
    ['a proxy without its server', 502, '<html>bad gateway</html>', 'unreachable', /not ready yet/],
    ['an unknown job', 404, '{"errors":["Job 1 not found"]}', 'notFound', /^Job 1 not found$/],
    ['a 404 of some other program', 404, '<html>nginx</html>', 'protocol', /web page \(status 404\)/],
    ['a conflict', 409, '{"errors":["already finished"]}', 'rejected', /^already finished$/],
    ['a timeout inside of Flink', 408, '{"errors":["timed out"]}', 'timeout', /^timed out$/],
    ['errors without a word', 400, '{"errors":[]}', 'rejected', /refused with status 400/],
  ])('turns %s into an error', async (_name, status, body, kind, message) => {
    answers(status, body);
    const error = await failure();
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
  });

  it('keeps the status beside the words of a refusal', async () => {
    answers(409, '{"errors":["already finished"]}');
    expect(statusOf(await failure())).toBe(409);
  });

  it('makes the first line of a stack trace the message and keeps the rest as detail', async () => {
    const trace = 'org.apache.flink.runtime.rest.NotFoundException: Job 1 not found\n\tat a.b.C(D.java:1)';
    answers(404, JSON.stringify({ errors: [trace] }));
    const error = await failure();
    expect(error.message).toBe('Job 1 not found');
    expect(error.detail).toContain('a.b.C(D.java:1)');
  });

  it('does not follow a redirect', async () => {
    answers(302, '', { location: 'http://portal.example/' });
    const error = await failure();
    expect(error.kind).toBe('protocol');
    expect(error.detail).toBe('http://portal.example/');
  });

  it('gives up on a server that does not answer in time', async () => {
    answer = () => undefined;
    const hasty = connect(50);
    const error = await failure(never, hasty);
    hasty.dispose();
    expect(error.kind).toBe('timeout');
    expect(error.message).toMatch(/within 0\.05 s/);
  });

  it('counts the body into the deadline', async () => {
    answer = (_request, response) => response.writeHead(200).write('{"a":');
    const hasty = connect(100);
    const error = await failure(never, hasty);
    hasty.dispose();
    expect(error.kind).toBe('timeout');
  });

  it('calls a connection that is cut in the middle of an answer unreachable', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"a":');
      setTimeout(() => response.destroy(), 20);
    };
    const error = await failure();
    expect(error.kind).toBe('unreachable');
    expect(error.message).toMatch(/broke off/);
  });

  it('calls a connection that is cut before an answer unreachable', async () => {
    answer = (request) => request.socket.destroy();
    expect((await failure()).kind).toBe('unreachable');
  });

  it('calls a refused connection unreachable', async () => {
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const error = await failure();
    expect(error.kind).toBe('unreachable');
    expect(error.message).toMatch(/does not answer/);
  });

  it('refuses an answer of 10 MB', async () => {
    answers(200, JSON.stringify('x'.repeat(10 * 1024 * 1024)));
    const error = await failure();
    expect(error.kind).toBe('protocol');
    expect(error.message).toMatch(/more than 8 MB/);
  });

  it('rejects with the reason of the caller when it is cancelled', async () => {
    answer = () => undefined;
    const caller = new AbortController();
    const call = transport.send({ method: 'GET', path: '/overview' }, caller.signal);
    setTimeout(() => caller.abort(), 20);
    const error: unknown = await call.catch((thrown: unknown) => thrown);
    expect(isAbort(error)).toBe(true);
  });

  it('ends calls under way and closes its sockets when it is disposed', async () => {
    let arrived: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    answer = () => arrived();
    const call = transport.send({ method: 'GET', path: '/overview' }, never).catch((thrown: unknown) => thrown);
    await arrival;
    transport.dispose();
    expect(isAbort(await call)).toBe(true);
    await expect.poll(() => connections(server)).toBe(0);
  });

  it('keeps one connection for calls one after another', async () => {
    const ports = new Set<number | undefined>();
    answer = (request, response) => {
      ports.add(request.socket.remotePort);
      response.end('{}');
    };
    for (let call = 0; call < 5; call++) await transport.send({ method: 'GET', path: '/overview' }, never);
    expect(ports.size).toBe(1);
  });

  describe('the end of a text', () => {
    const request = { path: '/jobmanager/log', keptBytes: 100_000, timeoutMs: 5000 };

    it('is the whole of a short one, as it is', async () => {
      answers(200, 'a\nü\n');
      expect(await transport.readTail(request, never)).toEqual({ text: 'a\nü\n', totalBytes: 5, skippedBytes: 0 });
    });

    it('begins with a whole line where a long one is cut', async () => {
      const line = `${'x'.repeat(998)}ü`;
      answers(200, `${line}\n`.repeat(1000));
      const { text, totalBytes, skippedBytes } = await transport.readTail(request, never);
      expect(text.split('\n').slice(0, -1)).toEqual(Array.from({ length: 99 }, () => line));
      expect({ totalBytes, skippedBytes }).toEqual({ totalBytes: 1_001_000, skippedBytes: 1_001_000 - 99 * 1001 });
    });

    it('is the end of a line that has none', async () => {
      answers(200, 'y'.repeat(1_000_000));
      expect((await transport.readTail(request, never)).text).toBe('y'.repeat(100_000));
    });

    it('says what Flink says when there is no such file', async () => {
      answers(404, '{"errors":["The file x does not exist on the TaskExecutor."]}');
      await expect(transport.readTail(request, never)).rejects.toMatchObject({ kind: 'notFound' });
      answers(500, '<html>');
      await expect(transport.readTail(request, never)).rejects.toMatchObject({ kind: 'protocol' });
    });

    it('is given up when the caller ends or the server stalls', async () => {
      answer = (_request, response) => response.write('half');
      await expect(transport.readTail({ ...request, timeoutMs: 50 }, never)).rejects.toMatchObject({ kind: 'timeout' });
      const ended = new AbortController();
      const reading = transport.readTail(request, ended.signal);
      ended.abort();
      await expect(reading).rejects.toSatisfy(isAbort);
    });
  });
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
