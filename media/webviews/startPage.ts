import { connect, type Bridge, type PageHost } from './bridge';

/** What makes a page of what its host says. */
export interface Page<Init extends { readonly state: unknown }> {
  readonly isInit: (value: unknown) => value is Init;
  readonly isState: (value: unknown) => value is Init['state'];
  /** Shows the page, whose `state` is the newest that there is. @returns what shows each later one. */
  readonly begin: (init: Init) => (state: Init['state']) => void;
  /** What else the host may call. */
  readonly others?: Readonly<Record<string, (argument: unknown) => void>>;
}

/**
 * Connects the page with its host, and begins it some time after this returned, when the host answered. An answer or a state
 * that is none is reported and not shown.
 */
export function startPage<
  Host extends PageHost & { ready(): Promise<unknown> },
  Init extends { readonly state: unknown },
>({ isInit, isState, begin, others }: Page<Init>): Bridge<Host> {
  let newest: Init['state'] | undefined;
  let show: ((state: Init['state']) => void) | undefined;
  const bridge = connect<Host>((next) => {
    if (!isState(next)) {
      bridge.report('The host sent a state that is none.');
      return;
    }
    newest = next;
    show?.(next);
  }, others);
  const start = async (): Promise<void> => {
    const init = await bridge.host.ready();
    if (!isInit(init)) throw new Error('The host did not answer with what the page begins with.');
    show = begin(newest === undefined ? init : { ...init, state: newest });
  };
  start().catch((error: unknown) => bridge.report(error));
  return bridge;
}
