import type { WindowPanelState, WindowPanelStrings } from '../../src/shared/protocol/windowPanel';
import type { CellStatus, LedgerWindow } from '../../src/shared/model/ledger';

/** What the page of a window check begins with in a test. */
export interface WindowBridgeArgument {
  readonly state: WindowPanelState;
  readonly strings: WindowPanelStrings;
}

/** Runs in the page in place of VS Code's bridge. It must not refer to anything outside of itself. */
export function windowBridge({ state, strings }: WindowBridgeArgument): void {
  const host = {
    calls: [] as { method: string; args: unknown[] }[],
    send: (message: unknown) => window.postMessage(message, '*'),
  };
  Object.assign(globalThis, { fakeHost: host });
  Object.assign(globalThis, {
    acquireVsCodeApi: () => ({
      postMessage: (message: { t: string; i?: string; m: string; a: unknown[] }) => {
        if (message.t !== 'q') return;
        host.calls.push({ method: message.m, args: message.a });
        const answer = message.m === 'ready' ? { state, timeZone: 'utc', locale: 'en-US', strings } : undefined;
        setTimeout(() => host.send({ t: 's', i: message.i, r: answer }), 2);
      },
      getState: () => JSON.parse(sessionStorage.getItem('saved') ?? 'null') as unknown,
      setState: (saved: unknown) => sessionStorage.setItem('saved', JSON.stringify(saved)),
    }),
  });
}

const pages = ['/about', '/help', '/index', '/jobs', '/news', '/shop'];
const counts: Readonly<Partial<Record<CellStatus, number>>> = {
  exact: 1000,
  short: 640,
  over: 1360,
  duplicated: 1000,
  conflicting: 400,
};

/** Exact windows up to one of another kind in each of the newest, the last of which is open. */
export function someWindows(count: number, end = Date.UTC(2026, 10, 23, 12)): readonly LedgerWindow[] {
  const special: readonly CellStatus[] = [
    'short',
    'over',
    'missing',
    'duplicated',
    'conflicting',
    'notGenerated',
    'unknown',
  ];
  return Array.from({ length: count }, (_unused, index) => {
    const start = end - (count - index) * 15_000;
    const fromEnd = count - index;
    const isOpen = fromEnd === 1;
    const status = special[count - 2 - index] ?? 'exact';
    return {
      start,
      end: start + 15_000,
      closed: !isOpen,
      ...(fromEnd === 5 ? { recovery: true as const } : {}),
      cells: pages.map((page, row) => {
        const own = isOpen ? 'open' : row === 2 ? status : 'exact';
        const shown = counts[own];
        const records = own === 'duplicated' || own === 'conflicting' ? 2 : shown === undefined ? 0 : 1;
        return { page, status: own, records, ...(shown === undefined ? {} : { count: shown }) };
      }),
    };
  });
}
