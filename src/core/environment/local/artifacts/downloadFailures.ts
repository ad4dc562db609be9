import * as l10n from '@vscode/l10n';
import { messageOf, PlaygroundError, systemCode } from '../../../util/errors';
import type { Artifact } from './artifactLock';

/** What was asked for, and of whom. */
export interface Place {
  readonly artifact: Artifact;
  readonly host: string;
}

/**
 * The address of a Maven repository as a URL.
 * @throws PlaygroundError `input` when it is not an address of the web
 */
export function parseBaseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const shown = address.replace(/\/\/[^/]*@/, '//');
    throw new PlaygroundError('input', l10n.t('"{0}" is not the address of a Maven repository.', shown), {
      remedy: l10n.t('Set flinkPlayground.local.mirror to an address that begins with https:// or empty it.'),
    });
  }
  return url;
}

/** Answered with a status that says no. */
export function refused({ artifact, host }: Place, status: number): PlaygroundError {
  if (status === 404 || status === 410) {
    return new PlaygroundError('download', l10n.t('{0} does not have {1}.', host, artifact.coordinates), {
      remedy: l10n.t(
        'Check the setting flinkPlayground.local.mirror: it has to name a Maven repository with all that Maven Central has. Empty, it means Maven Central.',
      ),
      detail: `HTTP ${status}`,
    });
  }
  if (status === 429 || status >= 500) {
    return new PlaygroundError(
      'download',
      l10n.t('{0} could not deliver {1} (HTTP {2}).', host, artifact.coordinates, status),
      {
        remedy: l10n.t(
          'Start again later, it goes on from here; or name another repository in flinkPlayground.local.mirror.',
        ),
      },
    );
  }
  return new PlaygroundError(
    'download',
    l10n.t('{0} refused to deliver {1} (HTTP {2}).', host, artifact.coordinates, status),
    {
      remedy: l10n.t(
        'Check the proxy and the setting flinkPlayground.local.mirror, with a user name and password in it if need be.',
      ),
    },
  );
}

/** A page of HTML came: a captive portal, a proxy's login or error page. */
export function webPage({ artifact, host }: Place): PlaygroundError {
  return new PlaygroundError('download', l10n.t('Instead of {0}, {1} sent a web page.', artifact.coordinates, host), {
    remedy: l10n.t('If this network asks for a login in the browser, log in there; then start again.'),
  });
}

export function wrongSize({ artifact, host }: Place, bytes: number): PlaygroundError {
  return new PlaygroundError(
    'download',
    l10n.t('{0} from {1} has {2} bytes instead of {3}: not used.', artifact.coordinates, host, bytes, artifact.size),
    { remedy: otherSource() },
  );
}

export function wrongContent({ artifact, host }: Place, sha256: string): PlaygroundError {
  return new PlaygroundError(
    'download',
    l10n.t('{0} from {1} is altered, its checksum is wrong: not used.', artifact.coordinates, host),
    { remedy: otherSource(), detail: `SHA-256 ${sha256} instead of ${artifact.sha256}` },
  );
}

/** The connection ended in the middle, again and again. */
export function cut({ artifact, host }: Place, bytes: number): PlaygroundError {
  return new PlaygroundError(
    'download',
    l10n.t('{0} ended the transfer of {1} after {2} of {3} bytes.', host, artifact.coordinates, bytes, artifact.size),
    { remedy: goOn() },
  );
}

export function stalled({ artifact, host }: Place, stallMs: number): PlaygroundError {
  return new PlaygroundError(
    'download',
    l10n.t('{0} sent nothing of {1} for {2} s.', host, artifact.coordinates, Math.round(stallMs / 1000)),
    { remedy: goOn() },
  );
}

/** No connection, or none that lasted: no network, no such host, refused, reset. */
export function unreachable({ artifact, host }: Place, cause: unknown): PlaygroundError {
  return new PlaygroundError(
    'download',
    l10n.t('{0} could not be reached to download {1}.', host, artifact.coordinates),
    {
      remedy: l10n.t(
        'The first start needs a network. Check it and the proxy, or name a reachable Maven repository in flinkPlayground.local.mirror; then start again, what is there is kept.',
      ),
      detail: messageOf(cause),
      cause,
    },
  );
}

export function untrusted({ artifact, host }: Place, cause: unknown): PlaygroundError {
  return new PlaygroundError(
    'download',
    l10n.t('The certificate of {0} is not trusted, so {1} was not downloaded.', host, artifact.coordinates),
    {
      remedy: l10n.t(
        "If a proxy is in between, add its certificate to the system's; or name another Maven repository in flinkPlayground.local.mirror.",
      ),
      detail: messageOf(cause),
      cause,
    },
  );
}

/**
 * Turns what the file system said into a sentence with the folder, and the room that is needed where there is none.
 * Leaves alone what is no failure of the system.
 */
export function diskFailure(cause: unknown, directory: string, neededBytes: number): unknown {
  const code = systemCode(cause);
  if (PlaygroundError.is(cause) || code === undefined) return cause;
  const elsewhere = l10n.t('name another folder in flinkPlayground.local.cacheDirectory');
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PlaygroundError('disk', l10n.t('No room for the downloads in {0}.', directory), {
      remedy: l10n.t(
        'Free {0} there ({1} bytes), or {2}; then start again.',
        megabytes(neededBytes),
        neededBytes,
        elsewhere,
      ),
      detail: messageOf(cause),
      cause,
    });
  }
  return new PlaygroundError('disk', l10n.t('The downloads cannot be written to {0}.', directory), {
    remedy: l10n.t('Make the folder writable, or {0}.', elsewhere),
    detail: messageOf(cause),
    cause,
  });
}

function megabytes(bytes: number): string {
  return `${Math.max(1, Math.ceil(bytes / 1e6))} MB`;
}

function otherSource(): string {
  return l10n.t(
    'Something between here and Maven Central altered it. Start again; if it stays so, check the proxy or the setting flinkPlayground.local.mirror.',
  );
}

function goOn(): string {
  return l10n.t('Check the network or the proxy and start again: it goes on from there.');
}
