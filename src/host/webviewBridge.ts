import { createBirpc, type BirpcReturn } from 'birpc';
import { messageOf } from '../core/util/errors';
import type { Disposable } from '../core/util/disposable';
import type { Event } from '../core/util/emitter';

/** The two ends of a page's messages; a `vscode.Webview` is one. */
export interface MessagePort {
  postMessage(message: unknown): PromiseLike<boolean>;
  readonly onDidReceiveMessage: (listener: (message: unknown) => void) => Disposable;
}

export interface Bridge<Page extends object, Host extends object> extends Disposable {
  readonly page: BirpcReturn<Page, Host>;
}

/** How long the host waits for an answer of a page. */
const answerTimeoutMs = 10_000;

/**
 * Connects a page with functions of the host. A page shows records, which are hostile input: only messages of the right form
 * are taken, and only functions that the host object itself has can be called.
 */
export function connectPage<Page extends object, Host extends object>(
  port: MessagePort,
  host: Host,
  onError: (error: unknown) => void,
): Bridge<Page, Host> {
  let subscription: Disposable | undefined;
  const page = createBirpc<Page, Host>(host, {
    post: (message: unknown) => port.postMessage(message),
    on: (listener) => {
      subscription = port.onDidReceiveMessage((message) => {
        if (isRpcMessage(message)) listener(message);
        else onError(new Error('A page sent a message that is not of the protocol.'));
      });
    },
    off: () => subscription?.dispose(),
    // Messages of webviews are JSON, in which an error would arrive as `{}`.
    serialize: (message: unknown) => (hasError(message) ? { ...message, e: messageOf(message.e) } : message),
    resolver: (name, resolved) => (Object.hasOwn(host, name) ? resolved : undefined),
    bind: 'functions',
    timeout: answerTimeoutMs,
    onFunctionError: (error) => onError(error),
    onGeneralError: (error) => {
      onError(error);
      return true;
    },
  });
  return { page, dispose: () => page.$close() };
}

/** A request with a name and arguments, or the answer to one of ours. */
function isRpcMessage(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('t' in message)) return false;
  if (message.t === 's') return 'i' in message && typeof message.i === 'string';
  return (
    message.t === 'q' && 'm' in message && typeof message.m === 'string' && 'a' in message && Array.isArray(message.a)
  );
}

function hasError(message: unknown): message is { readonly e: unknown } {
  return typeof message === 'object' && message !== null && 'e' in message && message.e !== undefined;
}

/** Something that says when it is seen and when it is gone; a `vscode.WebviewPanel` is one. */
export interface Visibility {
  readonly visible: boolean;
  readonly onDidChangeViewState: Event<unknown>;
}

/**
 * Sends a state to a page only while the page can be seen. A hidden page loses messages; when it returns it gets the newest
 * state once.
 */
export function sendWhileVisible<T>(
  panel: Visibility,
  source: { readonly value: T; readonly onDidChange: Event<unknown> },
  send: (value: T) => void,
): Disposable {
  let visible = panel.visible;
  const changes = source.onDidChange(() => {
    if (visible) send(source.value);
  });
  const views = panel.onDidChangeViewState(() => {
    if (panel.visible && !visible) send(source.value);
    visible = panel.visible;
  });
  return {
    dispose() {
      changes.dispose();
      views.dispose();
    },
  };
}
