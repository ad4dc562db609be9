import { createBirpc } from 'birpc';

/** What VS Code gives to a page, once. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** How long an answer of the host may take, milliseconds. */
const answerTimeoutMs = 30_000;
const reportedErrors = 20;

/** What every host of a page takes, whatever the page shows. */
export interface PageHost {
  reportError(message: string): Promise<void>;
}

/** The page's one connection to the extension host, and the little state that outlives the page. */
export interface Bridge<Host> {
  readonly host: Pick<Host, keyof Host>;
  /** Sends an error to the extension's log; the first few only, so that a loop cannot flood it. */
  report(error: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/**
 * @param stateChanged gets whatever the host sent, not yet looked at.
 * @param others what else the host may call, likewise.
 */
export function connect<Host extends PageHost>(
  stateChanged: (state: unknown) => void,
  others: Readonly<Record<string, (argument: unknown) => void>> = {},
): Bridge<Host> {
  const api = acquireVsCodeApi();
  const local = { ...others, stateChanged };
  const host = createBirpc<Host, typeof local>(local, {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is VS Code's function, which takes none.
    post: (message: unknown) => api.postMessage(message),
    on: (receive) => {
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (typeof event.data === 'object' && event.data !== null) receive(event.data);
      });
    },
    resolver: (name, resolved) => (Object.hasOwn(local, name) ? resolved : undefined),
    timeout: answerTimeoutMs,
  });

  let reported = 0;
  const report = (problem: unknown): void => {
    reported += 1;
    if (reported > reportedErrors) return;
    const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
    // Nothing is left to tell when even this fails: the host is gone.
    host.reportError(text).catch(() => undefined);
  };
  window.addEventListener('error', (event) => report(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => report(event.reason));

  return {
    // The same functions: birpc's type of them cannot be compared with an interface that is not known here.
    host: host as unknown as Pick<Host, keyof Host>,
    report,
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}
