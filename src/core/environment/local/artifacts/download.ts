import { unescape } from 'node:querystring';
import fetch, { type Response } from 'node-fetch';
import { delay } from '../../../util/async';
import { messageOf, PlaygroundError, systemCode } from '../../../util/errors';
import type { Logger } from '../../../util/logger';
import { repositoryPath, type Artifact } from './artifactLock';
import * as failures from './downloadFailures';

/** Where the bytes go. Its failures end the download; they are not tried again. */
export interface DownloadTarget {
  /** Bytes that are there already, from an earlier attempt. */
  readonly size: number;
  write(chunk: Uint8Array, position: number): Promise<void>;
  /** Throws away what is there. */
  clear(): Promise<void>;
}

export interface DownloadOptions {
  readonly artifact: Artifact;
  /** Address of a Maven repository, `http` or `https`; a user name and password in it are sent as basic authorization. */
  readonly baseAddress: string;
  readonly target: DownloadTarget;
  /** Longest time without a byte, milliseconds. */
  readonly stallMs: number;
  /** Pause before the first repetition, milliseconds; doubled for each further one. */
  readonly retryDelayMs: number;
  /** Bytes that are there now; falls when a download has to begin again. */
  readonly onPosition: (bytes: number) => void;
  readonly logger: Logger;
}

/** Attempts in a row that may get less than `worthwhileBytes` further than any before. */
const maxFruitlessAttempts = 4;
const worthwhileBytes = 16_384;

/** What may be better next time; carries what is said when it is not. */
class Transient {
  constructor(readonly failure: PlaygroundError) {}
}

/** The target could not keep its promise: no fault of the network. */
class TargetFailure {
  constructor(readonly cause: unknown) {}
}

/**
 * Brings one artifact to exactly its size, going on from what the target holds. Cut connections, stalls, 429 and 5xx are
 * tried again a bounded number of times. The content is not verified here.
 * @throws PlaygroundError `download`; whatever the target throws; the signal's reason.
 */
export async function download(options: DownloadOptions, signal: AbortSignal): Promise<void> {
  const source = new Source(options.baseAddress, options.artifact);
  let position = options.target.size;
  let furthest = position;
  let fruitless = 0;
  const advance = (bytes: number): void => {
    position = bytes;
    options.onPosition(bytes);
  };
  while (position !== options.artifact.size) {
    try {
      await attempt(source, options, position, advance, signal);
    } catch (error) {
      if (error instanceof TargetFailure) throw error.cause;
      if (!(error instanceof Transient)) throw error;
      fruitless = position - furthest >= worthwhileBytes ? 1 : fruitless + 1;
      furthest = Math.max(furthest, position);
      if (fruitless >= maxFruitlessAttempts) throw error.failure;
      options.logger.warn(
        `${options.artifact.coordinates} at ${position} of ${options.artifact.size} bytes, trying again`,
        error.failure,
      );
      await delay(options.retryDelayMs * 2 ** (fruitless - 1) * (0.75 + Math.random() / 2), signal);
    }
  }
}

/** The address of an artifact, with the parts that may be shown kept apart from the secret ones. */
class Source {
  readonly url: URL;
  readonly headers: Record<string, string> = {
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'flink-playground',
  };

  constructor(baseAddress: string, artifact: Artifact) {
    const base = failures.parseBaseAddress(baseAddress);
    if (base.username !== '') {
      const credentials = `${unescape(base.username)}:${unescape(base.password)}`;
      this.headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
      base.username = '';
      base.password = '';
    }
    base.pathname = `${base.pathname.replace(/\/+$/, '')}/${repositoryPath(artifact)}`;
    this.url = base;
  }
}

async function attempt(
  source: Source,
  { artifact, target, stallMs }: DownloadOptions,
  from: number,
  advance: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const place = { artifact, host: source.url.host };
  const own = new AbortController();
  let stalled = false;
  const watchdog = setTimeout(() => {
    stalled = true;
    own.abort();
  }, stallMs);
  try {
    const response = await fetch(source.url, {
      headers: from === 0 ? source.headers : { ...source.headers, range: `bytes=${from}-` },
      compress: false,
      signal: AbortSignal.any([signal, own.signal]),
    });
    watchdog.refresh();
    const start = startOf(response, from, place);
    if (start !== from) {
      await onTarget(target.clear());
      advance(0);
    }
    if (start === undefined) throw new Transient(failures.cut(place, from));
    let position = start;
    for await (const data of response.body ?? []) {
      const chunk = typeof data === 'string' ? Buffer.from(data) : data;
      if (position === 0 && looksLikeMarkup(chunk)) throw failures.webPage(place);
      if (position + chunk.length > artifact.size) {
        await onTarget(target.clear());
        advance(0);
        throw failures.wrongSize(place, position + chunk.length);
      }
      await onTarget(target.write(chunk, position));
      position += chunk.length;
      advance(position);
      watchdog.refresh();
    }
    if (position < artifact.size) throw new Transient(failures.cut(place, position));
  } catch (error) {
    signal.throwIfAborted();
    if (stalled) throw new Transient(failures.stalled(place, stallMs));
    if (error instanceof Transient || error instanceof TargetFailure || error instanceof PlaygroundError) throw error;
    if (isUntrusted(error)) throw failures.untrusted(place, error);
    throw new Transient(failures.unreachable(place, error));
  } finally {
    clearTimeout(watchdog);
    own.abort();
  }
}

async function onTarget(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw new TargetFailure(error);
  }
}

/** The position at which the body of this answer belongs; `undefined` when it fits nowhere and the whole has to be asked for. */
function startOf({ status, headers }: Response, from: number, place: failures.Place): number | undefined {
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  if (status === 511 || ((status === 200 || status === 206) && isPage)) throw failures.webPage(place);
  if (status === 429 || status >= 500) throw new Transient(failures.refused(place, status));
  // The server's file ends before what is here already.
  if (status === 416 && from > 0) return undefined;
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
    if (range === null || Number(range[1]) !== from) return undefined;
    if (range[2] !== '*' && Number(range[2]) !== place.artifact.size) throw failures.wrongSize(place, Number(range[2]));
    return from;
  }
  if (status !== 200) throw failures.refused(place, status);
  const length = headers.get('content-length');
  if (length !== null && Number(length) !== place.artifact.size) throw failures.wrongSize(place, Number(length));
  return 0;
}

/** A jar begins with `PK`, a page with a tag. */
function looksLikeMarkup(chunk: Uint8Array): boolean {
  return /^\s*</.test(Buffer.from(chunk.subarray(0, 64)).toString('latin1'));
}

function isUntrusted(error: unknown): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_/.test(systemCode(error) ?? '') || /certificate/.test(messageOf(error));
}
