import type * as vscode from 'vscode';
import type { Logger } from '../core/util/logger';

/** Core's logger over the extension's log channel; VS Code owns the level ("Developer: Set Log Level"). */
export function createLogger(channel: vscode.LogOutputChannel, area = ''): Logger {
  const prefix = area === '' ? '' : `[${area}] `;
  const withError = (message: string, error: unknown): string =>
    error === undefined ? `${prefix}${message}` : `${prefix}${message} ${errorText(error)}`;
  return {
    trace: (message) => channel.trace(`${prefix}${message}`),
    debug: (message) => channel.debug(`${prefix}${message}`),
    info: (message) => channel.info(`${prefix}${message}`),
    warn: (message, error) => channel.warn(withError(message, error)),
    error: (message, error) => channel.error(withError(message, error)),
    child: (name) => createLogger(channel, area === '' ? name : `${area}.${name}`),
  };
}

/** An error with its stack and its causes, as the log shows it. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\nCaused by: ${errorText(error.cause)}`;
}
