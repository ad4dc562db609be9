import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../../util/errors';

/** What the person has set, as it was typed. */
export interface RemoteSettings {
  readonly restUrl: string;
  readonly brokers: string;
}

/** A cluster that others run: where Flink and Kafka answer. */
export interface RemoteTarget {
  /** Without a slash at the end; may have a path. */
  readonly rest: string;
  /** `host:port` each; empty where only Flink is to be looked at. */
  readonly brokers: readonly string[];
}

/** @throws PlaygroundError `input` for settings that name no cluster, with what to change. */
export function parseTarget({ restUrl, brokers }: RemoteSettings): RemoteTarget {
  return { rest: parseRestUrl(restUrl), brokers: parseBrokers(brokers) };
}

/** The cluster that the settings name, `undefined` when they name none. */
export function targetOf(settings: RemoteSettings): RemoteTarget | undefined {
  try {
    return parseTarget(settings);
  } catch {
    return undefined;
  }
}

/** The folder of a cluster below that of all remote clusters. */
export function remoteFolder(directory: string, { rest, brokers }: RemoteTarget): string {
  const key = createHash('sha256').update([rest, ...brokers].join('\n'));
  return join(directory, key.digest('hex').slice(0, 16));
}

function parseRestUrl(text: string): string {
  if (text === '') {
    throw new PlaygroundError('input', l10n.t('No remote cluster is set.'), {
      remedy: l10n.t('Set flinkPlayground.remote.restUrl to the address of its Flink REST server.'),
    });
  }
  const example = l10n.t('Set flinkPlayground.remote.restUrl to an address such as http://flink.example:8081.');
  if (!/^https?:\/\//i.test(text)) {
    throw new PlaygroundError('input', l10n.t('"{0}" does not begin with http:// or https://.', withoutUser(text)), {
      remedy: example,
    });
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) {
    throw new PlaygroundError('input', l10n.t('"{0}" is not an address.', withoutUser(text)), { remedy: example });
  }
  if (url.username !== '' || url.password !== '') {
    throw new PlaygroundError('input', l10n.t('The address of the remote cluster holds a user name or a password.'), {
      remedy: l10n.t(
        'Remove them from flinkPlayground.remote.restUrl. A REST server that asks for a password is not supported; reach it through a tunnel that does not.',
      ),
    });
  }
  if (url.search !== '') {
    throw new PlaygroundError('input', l10n.t('The address of the remote cluster holds a query ("{0}").', url.search), {
      remedy: example,
    });
  }
  // The address of the Web UI as it stands in the browser ends with "/#/overview".
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function parseBrokers(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))].map(parseBroker);
}

function parseBroker(text: string): string {
  const wrong = (sentence: string): PlaygroundError =>
    new PlaygroundError('input', sentence, {
      remedy: l10n.t('Set flinkPlayground.remote.brokers to host:port, several with commas between them.'),
    });
  if (text.includes('@')) throw wrong(l10n.t('An address of a Kafka broker holds a user name or a password.'));
  if (text.includes('://')) throw wrong(l10n.t('The Kafka broker "{0}" has a protocol in front of its address.', text));
  const [, host = '', port = ''] = /^(\[[\da-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(text) ?? [];
  if (host === '') throw wrong(l10n.t('The Kafka broker "{0}" is not a host and a port.', text));
  if (Number(port) < 1 || Number(port) > 65_535) {
    throw wrong(l10n.t('The Kafka broker "{0}" has a port that does not exist.', text));
  }
  return text;
}

/** For messages: what stands before an `@` may be a password. */
function withoutUser(text: string): string {
  return text.replace(/^.*@/s, '');
}

export function sameTarget(a: RemoteTarget, b: RemoteTarget): boolean {
  return a.rest === b.rest && a.brokers.join(',') === b.brokers.join(',');
}
