import * as http from 'node:http';
import * as https from 'node:https';
import * as l10n from '@vscode/l10n';
import fetch, { AbortError, FetchError, FormData, type Response } from 'node-fetch';
import type { Disposable } from '../util/disposable';
import { PlaygroundError, systemCode, type ErrorKind, type PlaygroundErrorOptions } from '../util/errors';
import type { Logger } from '../util/logger';
import { connectionFailure } from './connectionFailure';
import { explainErrors } from './serverErrors';

const defaultTimeoutMs = 5000;
/** The biggest answer of an endpoint that is used here is well under 1 MB; a limit keeps a stranger's from filling memory. */
const maxResponseBytes = 8 * 1024 * 1024;
/** More at a time would only queue up in Flink's one-thread REST handlers. */
const maxSockets = 4;
const maxDetailLength = 32_000;

/** Flink answered with a status that means failure. */
class RestError extends PlaygroundError {
  constructor(
    kind: ErrorKind,
    message: string,
    readonly status: number,
    options: PlaygroundErrorOptions = {},
  ) {
    super(kind, message, options);
  }
}

/** The HTTP status of a failure that Flink answered with; `undefined` for any other error. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof PlaygroundError && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with a slash; segments from elsewhere are already percent-encoded. */
  readonly path: string;
  /** Sent as JSON, or as multipart where it is a form. */
  readonly body?: Readonly<Record<string, unknown>> | FormData;
  /** For calls that may take longer than others. */
  readonly timeoutMs?: number;
}

export interface TailRequest {
  readonly path: string;
  readonly keptBytes: number;
  readonly timeoutMs: number;
}

/** The end of a text, from its first whole line on. */
export interface TextTail {
  readonly text: string;
  /** Bytes of the whole text. */
  readonly totalBytes: number;
  /** Bytes at its beginning that were left out. */
  readonly skippedBytes: number;
}

export interface RestTransportOptions {
  /** `http://127.0.0.1:8081`, without a slash at the end. */
  readonly baseUrl: string;
  readonly logger: Logger;
  readonly timeoutMs?: number;
  /** Told of every call, as it is sent. */
  readonly onCall?: () => void;
}

/**
 * JSON over HTTP to one Flink REST server: the only place that knows HTTP. Every call has a deadline that covers connection
 * and body. Redirects are not followed: Flink makes none, a captive portal does.
 */
export class RestTransport implements Disposable {
  readonly #agent: http.Agent | https.Agent;
  readonly #closed = new AbortController();

  constructor(private readonly options: RestTransportOptions) {
    const secure = options.baseUrl.startsWith('https:');
    const agentOptions = { keepAlive: true, maxSockets };
    this.#agent = secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
  }

  /**
   * The parsed JSON of a successful answer. What failed inside Flink (status 500) is asked for once more, where that changes nothing.
   * @throws PlaygroundError `unreachable` (refused, cut off, or not ready yet), `timeout`, `protocol` (not JSON, too large);
   *   `notFound` and `rejected` with Flink's own words (`statusOf` tells them apart); the signal's reason when it is aborted.
   */
  async send(request: RestRequest, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#exchange(request, signal);
    } catch (error) {
      // Flink makes answers out of what is changed meanwhile, also by other requests: two that ask for the statistics of a job's
      // checkpoints at one moment can meet in `DescriptiveStatisticsHistogramStatistics`, and one of them fails.
      if (request.method !== 'GET' || statusOf(error) !== 500) throw error;
      return this.#exchange(request, signal);
    }
  }

  #exchange(request: RestRequest, signal: AbortSignal): Promise<unknown> {
    return this.#call(request, signal, async (inner) => {
      const response = await this.#fetch(request, maxResponseBytes, inner);
      const text = await response.text();
      return { status: response.status, value: this.#read(response, text) };
    });
  }

  /**
   * The end of a text of any length, from its first whole line on; no more than that is held in memory.
   * @throws PlaygroundError as `send`.
   */
  async readTail({ path, keptBytes, timeoutMs }: TailRequest, signal: AbortSignal): Promise<TextTail> {
    const request = { method: 'GET', path, timeoutMs } as const;
    return this.#call(request, signal, async (inner) => {
      const response = await this.#fetch(request, 0, inner);
      const { status } = response;
      if (!response.ok || response.body === null) {
        this.#read(response, await response.text());
        throw this.#notFlink(response, '');
      }
      return { status, value: await tailOf(response.body, keptBytes) };
    });
  }

  /** One call with its deadline; what goes wrong becomes an error of ours. */
  async #call<T>(
    request: RestRequest,
    signal: AbortSignal,
    exchange: (signal: AbortSignal) => Promise<{ readonly status: number; readonly value: T }>,
  ): Promise<T> {
    signal.throwIfAborted();
    this.#closed.signal.throwIfAborted();
    const timeoutMs = request.timeoutMs ?? this.options.timeoutMs ?? defaultTimeoutMs;
    const call = new AbortController();
    const abort = (): void => call.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort();
    }, timeoutMs);
    signal.addEventListener('abort', abort);
    this.#closed.signal.addEventListener('abort', abort);
    const began = Date.now();
    this.options.onCall?.();
    try {
      const { status, value } = await exchange(call.signal);
      this.options.logger.trace(`${request.method} ${request.path}: ${status} in ${Date.now() - began} ms`);
      return value;
    } catch (error) {
      signal.throwIfAborted();
      this.#closed.signal.throwIfAborted();
      const failure = late ? this.#tooLate(request, timeoutMs, error) : this.#translate(error);
      this.options.logger.trace(
        `${request.method} ${request.path}: ${failure instanceof Error ? failure.message : String(failure)}`,
      );
      throw failure;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      this.#closed.signal.removeEventListener('abort', abort);
    }
  }

  /** Ends calls under way (they reject with an `AbortError`) and closes the sockets that were kept. */
  dispose(): void {
    this.#closed.abort();
    this.#agent.destroy();
  }

  #fetch(request: RestRequest, maxBytes: number, signal: AbortSignal): Promise<Response> {
    const body = request.body;
    const form = body instanceof FormData;
    return fetch(this.options.baseUrl + request.path, {
      method: request.method,
      headers: {
        accept: 'application/json',
        ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      agent: this.#agent,
      signal,
      size: maxBytes,
      compress: false,
      redirect: 'manual',
    });
  }

  #read(response: Response, text: string): unknown {
    const answer = parse(text);
    if (response.ok && answer.valid) return answer.value;
    const { baseUrl } = this.options;
    const errors = answer.valid ? errorsOf(answer.value) : undefined;
    if (response.status === 503 || response.status === 502 || response.status === 504) {
      throw new RestError('unreachable', l10n.t('Flink at {0} is not ready yet.', baseUrl), response.status, {
        remedy: l10n.t('It usually is within a few seconds; it is asked again by itself.'),
        ...(errors === undefined ? {} : { detail: cut(errors.join('\n')) }),
      });
    }
    if (!response.ok && errors !== undefined) {
      const { message, detail } = explainErrors(errors);
      throw new RestError(
        kindOf(response.status),
        message === '' ? l10n.t('Flink refused with status {0}.', response.status) : message,
        response.status,
        detail === undefined ? {} : { detail: cut(detail) },
      );
    }
    throw this.#notFlink(response, text);
  }

  #notFlink(response: Response, text: string): PlaygroundError {
    const { baseUrl } = this.options;
    const remedy = l10n.t(
      'Check that the address is that of a Flink REST server and not of another program or a proxy.',
    );
    const detail = cut(text);
    if (response.status === 401 || response.status === 407) {
      return new PlaygroundError('rejected', l10n.t('{0} asks for a user name and a password.', baseUrl), {
        remedy: l10n.t('That is not supported. Reach Flink through a tunnel that asks for none.'),
        detail,
      });
    }
    if (response.status >= 300 && response.status < 400) {
      return new PlaygroundError(
        'protocol',
        l10n.t('{0} redirects elsewhere instead of answering as Flink.', baseUrl),
        {
          remedy,
          detail: response.headers.get('location') ?? detail,
        },
      );
    }
    if (/^\s*</.test(text)) {
      const message = l10n.t('{0} answered with a web page (status {1}), not as Flink.', baseUrl, response.status);
      return new PlaygroundError('protocol', message, { remedy, detail });
    }
    const message = l10n.t('{0} sent an answer (status {1}) that is not whole JSON.', baseUrl, response.status);
    return new PlaygroundError('protocol', message, { remedy, detail });
  }

  #tooLate(request: RestRequest, timeoutMs: number, cause: unknown): PlaygroundError {
    const message = l10n.t('Flink at {0} did not answer within {1} s.', this.options.baseUrl, timeoutMs / 1000);
    return new PlaygroundError('timeout', message, {
      remedy: l10n.t('It may be overloaded or frozen; its log says more.'),
      detail: `${request.method} ${request.path}`,
      cause,
    });
  }

  /** What node-fetch throws, as a PlaygroundError; an error that is one already, or a defect, as it is. */
  #translate(error: unknown): unknown {
    const { baseUrl } = this.options;
    if (error instanceof PlaygroundError) return error;
    if (error instanceof FetchError && error.type === 'max-size') {
      return new PlaygroundError('protocol', l10n.t('{0} sent more than {1} MB.', baseUrl, maxResponseBytes >> 20), {
        remedy: l10n.t('Check that the address is that of a Flink REST server.'),
        cause: error,
      });
    }
    const code = error instanceof FetchError ? error.code : systemCode(error);
    if (error instanceof FetchError || error instanceof AbortError || code !== undefined) {
      return new PlaygroundError('unreachable', connectionFailure(code, baseUrl), {
        remedy: l10n.t('Check that it runs; its log says more.'),
        ...(error instanceof Error ? { detail: error.message } : {}),
        cause: error,
      });
    }
    return error;
  }
}

/** Holds at most twice the bytes that are kept. Bytes that are no UTF-8 become the replacement character. */
async function tailOf(body: NodeJS.ReadableStream, keptBytes: number): Promise<TextTail> {
  const chunks: Buffer[] = [];
  let held = 0;
  let totalBytes = 0;
  for await (const piece of body) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
    chunks.push(chunk);
    held += chunk.length;
    totalBytes += chunk.length;
    for (let first = chunks[0]; first !== undefined && held - first.length >= keptBytes; first = chunks[0]) {
      chunks.shift();
      held -= first.length;
    }
  }
  const end = Buffer.concat(chunks).subarray(-keptBytes);
  const isWhole = totalBytes === end.length;
  // A line without end is shown from where it is cut.
  const begin = isWhole ? 0 : end.indexOf(0x0a) + 1;
  const kept = end.subarray(begin);
  return { text: kept.toString('utf8'), totalBytes, skippedBytes: totalBytes - kept.length };
}

function parse(text: string): { readonly valid: true; readonly value: unknown } | { readonly valid: false } {
  try {
    const value: unknown = JSON.parse(text);
    return { valid: true, value };
  } catch {
    return { valid: false };
  }
}

function errorsOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null || !('errors' in value) || !Array.isArray(value.errors)) {
    return undefined;
  }
  return value.errors.filter((entry): entry is string => typeof entry === 'string');
}

function kindOf(status: number): ErrorKind {
  if (status === 404) return 'notFound';
  if (status === 408) return 'timeout';
  return 'rejected';
}

function cut(text: string): string {
  return text.length <= maxDetailLength ? text : `${text.slice(0, maxDetailLength)} …`;
}
