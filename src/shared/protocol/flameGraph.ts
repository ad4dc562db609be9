import type { FlameFrame, FlameType } from '../model/flameGraph';

/**
 * The protocol between the extension host and the page of a flame graph. Both sides are typed with these interfaces by birpc;
 * arguments and states are validated where they arrive, because names of methods and vertices are hostile input.
 */

/** `live`: `root` is what was sampled last. In every other status `message` says why there is none, or none that is new. */
export const flameStatuses = ['live', 'waiting', 'stale', 'none'] as const;
export type FlameStatus = (typeof flameStatuses)[number];

/** Everything that the page shows. Always a full snapshot, so that one may be left out. */
export interface FlameGraphState {
  readonly job: string;
  readonly vertex: string;
  /** The vertex's name. */
  readonly name: string;
  readonly type: FlameType;
  readonly status: FlameStatus;
  readonly message: string;
  /** "100 samples, taken at 14:03:12"; empty where there are none. */
  readonly caption: string;
  readonly root?: FlameFrame;
}

export interface FlameGraphInit {
  readonly state: FlameGraphState;
  readonly strings: FlameGraphStrings;
}

/** What the page can ask of the host. */
export interface FlameGraphHost {
  /** The page is there; the answer is its first state. */
  ready(): Promise<FlameGraphInit>;
  /** Shows other threads from now on. */
  setType(type: FlameType): Promise<void>;
  /** The page failed; the text goes to the extension's log. */
  reportError(message: string): Promise<void>;
}

/** What the host tells the page. */
export interface FlameGraphPage {
  stateChanged(state: FlameGraphState): void;
}

/** Localised texts of the page; `{0}` stands for a figure. */
export interface FlameGraphStrings {
  readonly full: string;
  readonly onCpu: string;
  readonly offCpu: string;
  readonly types: string;
  readonly whole: string;
  readonly showTable: string;
  readonly showGraph: string;
  readonly search: string;
  readonly found: string;
  readonly graphLabel: string;
  readonly tableLabel: string;
  /** How to move about, for a screen reader. */
  readonly graphHelp: string;
  readonly allThreads: string;
  readonly legend: string;
  readonly legendUser: string;
  readonly legendFlink: string;
  readonly legendKafka: string;
  readonly legendJava: string;
  readonly columnMethod: string;
  readonly columnSelf: string;
  readonly columnTotal: string;
  readonly share: string;
}
