import { createBirpc } from 'birpc';
import type { TopicPanelHost } from '../../../src/shared/protocol/topicPanel';

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

/** The page's one connection to the extension host, and the little state that outlives the page. */
export interface Bridge {
  readonly host: Pick<TopicPanelHost, keyof TopicPanelHost>;
  /** Sends an error to the extension's log; the first few only, so that a loop cannot flood it. */
  report(error: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** What the host may call; it gets whatever was sent, not yet looked at. */
interface PageFunctions {
  stateChanged(state: unknown): void;
  spotlightSet(): void;
}

export function connect(local: PageFunctions): Bridge {
  const api = acquireVsCodeApi();
  const host = createBirpc<TopicPanelHost, typeof local>(local, {
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

  return { host, report, getState: () => api.getState(), setState: (state) => api.setState(state) };
}
