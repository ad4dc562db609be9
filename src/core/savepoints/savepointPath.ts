import * as l10n from '@vscode/l10n';
import { PlaygroundError } from '../util/errors';

const scheme = /^([a-z][a-z0-9+.-]+):/i;
const metadataName = '_metadata';

/**
 * The absolute path, with slashes, of a savepoint that a person, Flink or the journal names: with or without `file:`, the folder
 * or its `_metadata`.
 *
 * @throws PlaygroundError `input` for a path of another file system, one that is relative, and one that climbs with `..`.
 */
export function savepointPath(text: string): string {
  const given = text.trim();
  if (given === '') throw notUsable(l10n.t('There is no path of a savepoint.'));
  if (/\p{Cc}/u.test(given)) throw notUsable(l10n.t('The path of the savepoint has characters that no path has.'));
  const local = withoutScheme(given.replaceAll('\\', '/'));
  if (!isAbsolute(local)) throw notUsable(l10n.t('The path "{0}" does not begin at the root.', given));
  const segments = local.split('/').filter((segment, index) => index === 0 || segment !== '');
  if (segments.some((segment) => segment === '..' || segment === '.')) {
    throw notUsable(l10n.t('The path "{0}" goes up with "..".', given));
  }
  if (segments.at(-1) === metadataName) segments.pop();
  return segments.join('/');
}

/** What two names of the same savepoint have in common; any text has one, also a path that is not usable here. */
export function savepointKey(text: string): string {
  try {
    return savepointPath(text);
  } catch {
    return text.trim().replace(/\/+$/, '');
  }
}

function withoutScheme(path: string): string {
  const found = scheme.exec(path)?.[1]?.toLowerCase();
  if (found === undefined) return path;
  if (found !== 'file') {
    throw notUsable(
      l10n.t('Savepoints in "{0}" cannot be looked at: only files of the playground are known here.', found),
    );
  }
  const rest = path.slice('file:'.length);
  if (!rest.startsWith('//')) return withDrive(rest);
  const [host, ...segments] = rest.slice(2).split('/');
  if (host !== '' && host !== 'localhost') {
    throw notUsable(l10n.t('The path "{0}" names another machine.', path));
  }
  return withDrive(`/${segments.join('/')}`);
}

/** `/C:/data` is `C:/data`. */
function withDrive(path: string): string {
  return /^\/+[a-z]:\//i.test(path) ? path.replace(/^\/+/, '') : path;
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[a-z]:\//i.test(path);
}

function notUsable(message: string): PlaygroundError {
  return new PlaygroundError('input', message, {
    remedy: l10n.t('Give the folder of a savepoint as Flink names it: "file:/…/savepoint-…".'),
  });
}
