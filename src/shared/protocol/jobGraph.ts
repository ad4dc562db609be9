/**
 * The protocol between the extension host and the page of a job graph. Both sides are typed with these interfaces by birpc;
 * arguments and states are validated where they arrive, because names of jobs and vertices are hostile input.
 */

/** How a vertex is, for its shape and colour; the words are beside it. */
export const vertexConditions = [
  'running',
  'starting',
  'waiting',
  'recovering',
  'failed',
  'finished',
  'canceled',
  'unknown',
] as const;
export type VertexCondition = (typeof vertexConditions)[number];

/** One vertex. Texts are in the person's language, and empty where nothing is known. */
export interface GraphVertex {
  readonly id: string;
  readonly name: string;
  readonly condition: VertexCondition;
  /** Shares of 0 to 1 of the time; absent where they are not known now. */
  readonly busy?: number;
  readonly backPressured?: number;
  readonly texts: VertexTexts;
}

export interface VertexTexts {
  readonly status: string;
  readonly tasks: string;
  readonly parallelism: string;
  readonly recordsIn: string;
  readonly recordsOut: string;
  readonly busy: string;
  readonly backPressured: string;
  readonly watermark: string;
  readonly skew: string;
  /** What sets one subtask apart from the others: "one subtask 85 % busy". */
  readonly hottest: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Flink's name: `HASH`; empty where it does not say. */
  readonly ship: string;
  /** "400/s"; empty where it is not known. */
  readonly rate: string;
}

/** How good or bad a stretch or moment of the past is, for its shape and colour; the words are beside it. */
export const stripTones = ['well', 'passing', 'trouble', 'over', 'unknown'] as const;
export type StripTone = (typeof stripTones)[number];

/** A stretch of a job's past, or a moment of it. Times are milliseconds since the epoch. */
export interface StripPart {
  readonly at: number;
  /** Absent of a moment, and of what goes on. */
  readonly until?: number;
  readonly tone: StripTone;
  /** "restarting, TaskManager taskmanager-1 was killed". */
  readonly text: string;
}

/** The job's past as a strip of time. */
export interface GraphStrip {
  /** Its states, oldest first. */
  readonly spans: readonly StripPart[];
  /** What happened between them, oldest first. */
  readonly marks: readonly StripPart[];
}

/**
 * `live`: as of the last refresh. `stale`: the last refresh failed. `ended`: the job is over. `gone`: Flink does not know it.
 * `down`: there is no Flink to ask.
 */
export const graphStatuses = ['loading', 'live', 'stale', 'ended', 'gone', 'failed', 'down'] as const;
export type GraphStatus = (typeof graphStatuses)[number];

/** Everything that the page shows. Always a full snapshot, so that one may be left out. */
export interface JobGraphState {
  readonly job: string;
  readonly name: string;
  readonly status: GraphStatus;
  /** "running", "waiting for slots", "canceled". */
  readonly statusText: string;
  /** A sentence where the status needs one. */
  readonly message?: string;
  /** The job that goes on under another id, when this one is over. */
  readonly successor?: string;
  readonly vertices: readonly GraphVertex[];
  readonly edges: readonly GraphEdge[];
  /** Absent where nothing is known of the past. */
  readonly strip?: GraphStrip;
}

export interface JobGraphInit {
  readonly state: JobGraphState;
  readonly strings: JobGraphStrings;
}

/** What the page can ask of the host. */
export interface JobGraphHost {
  /** The page is there; the answer is its first state. */
  ready(): Promise<JobGraphInit>;
  /** Shows the vertex in the Jobs view, which comes to the front when `show` is set; false when it is not there. */
  reveal(vertex: string, show: boolean): Promise<boolean>;
  /** Shows what the threads of the vertex are doing; does not wait for it. */
  showFlames(vertex: string): Promise<void>;
  /** Shows all of the job's past as a document; does not wait for it. */
  openTimeline(): Promise<void>;
  /** Shows the job that goes on in place of one that is over. */
  follow(): Promise<void>;
  /** The page failed; the text goes to the extension's log. */
  reportError(message: string): Promise<void>;
}

/** What the host tells the page. */
export interface JobGraphPage {
  stateChanged(state: JobGraphState): void;
}

/** Localised texts of the page; `{0}` stands for a figure in those after `columnInputs`. */
export interface JobGraphStrings {
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly showTable: string;
  readonly showGraph: string;
  readonly reveal: string;
  readonly flames: string;
  readonly openTimeline: string;
  readonly stripLabel: string;
  readonly now: string;
  readonly follow: string;
  readonly graphLabel: string;
  readonly tableLabel: string;
  /** How to move about, for a screen reader. */
  readonly graphHelp: string;
  readonly empty: string;
  readonly legend: string;
  readonly legendIdle: string;
  readonly legendBusy: string;
  readonly legendVeryBusy: string;
  readonly legendPressed: string;
  readonly legendVeryPressed: string;
  readonly legendUnmeasured: string;
  readonly legendNotRunning: string;
  readonly columnVertex: string;
  readonly columnStatus: string;
  readonly columnParallelism: string;
  readonly columnTasks: string;
  readonly columnRecordsIn: string;
  readonly columnRecordsOut: string;
  readonly columnBusy: string;
  readonly columnBackPressured: string;
  readonly columnWatermark: string;
  readonly columnSkew: string;
  readonly columnInputs: string;
  readonly subtasks: string;
  readonly recordsIn: string;
  readonly recordsOut: string;
  readonly busy: string;
  readonly backPressured: string;
  readonly watermark: string;
  readonly skew: string;
}
