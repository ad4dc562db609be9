import {
  graphStatuses,
  stripTones,
  vertexConditions,
  type GraphEdge,
  type GraphStrip,
  type GraphVertex,
  type JobGraphInit,
  type JobGraphState,
  type JobGraphStrings,
  type StripPart,
  type VertexTexts,
} from '../../../src/shared/protocol/jobGraph';

type Fields = Readonly<Record<string, unknown>>;

const statuses: ReadonlySet<unknown> = new Set(graphStatuses);
const conditions: ReadonlySet<unknown> = new Set(vertexConditions);
const tones: ReadonlySet<unknown> = new Set(stripTones);

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

const isShare = (value: unknown): boolean =>
  value === undefined || (typeof value === 'number' && value >= 0 && value <= 1);
const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === 'string';

function isVertex(value: unknown): value is GraphVertex {
  if (!isFields(value)) return false;
  const { id, name, condition, busy, backPressured, texts } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || !conditions.has(condition)) return false;
  return isShare(busy) && isShare(backPressured) && isFields(texts) && hasTexts(texts, textNames);
}

function isEdge(value: unknown): value is GraphEdge {
  return isFields(value) && hasTexts(value, ['from', 'to', 'ship', 'rate']);
}

function isStripPart(value: unknown): value is StripPart {
  if (!isFields(value)) return false;
  const { at, until, tone, text } = value;
  const timed = typeof at === 'number' && (until === undefined || typeof until === 'number');
  return timed && tones.has(tone) && typeof text === 'string';
}

function isStrip(value: unknown): value is GraphStrip {
  if (!isFields(value)) return false;
  return [value['spans'], value['marks']].every((parts) => Array.isArray(parts) && parts.every(isStripPart));
}

/** True for a state that can be drawn: edges lead between vertices that are there. */
export function isJobGraphState(value: unknown): value is JobGraphState {
  if (!isFields(value)) return false;
  const { status, message, successor, vertices, edges, strip } = value;
  if (!hasTexts(value, ['job', 'name', 'statusText']) || !statuses.has(status)) return false;
  if (!isOptionalText(message) || !isOptionalText(successor)) return false;
  if (strip !== undefined && !isStrip(strip)) return false;
  if (!Array.isArray(vertices) || !vertices.every(isVertex) || !Array.isArray(edges) || !edges.every(isEdge)) {
    return false;
  }
  const ids = new Set(vertices.map(({ id }) => id));
  return ids.size === vertices.length && edges.every(({ from, to }) => ids.has(from) && ids.has(to));
}

/** True for a first answer of the host; its strings are looked at by name, so that none can be missing. */
export function isJobGraphInit(value: unknown): value is JobGraphInit {
  if (!isFields(value)) return false;
  const { state, strings } = value;
  return isJobGraphState(state) && isFields(strings) && hasTexts(strings, stringNames);
}

function hasTexts(value: Fields, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

const textNames = Object.keys({
  status: true,
  tasks: true,
  parallelism: true,
  recordsIn: true,
  recordsOut: true,
  busy: true,
  backPressured: true,
  watermark: true,
  skew: true,
  hottest: true,
} satisfies Readonly<Record<keyof VertexTexts, true>>);

const stringNames = Object.keys({
  zoomIn: true,
  zoomOut: true,
  fit: true,
  showTable: true,
  showGraph: true,
  reveal: true,
  flames: true,
  openTimeline: true,
  stripLabel: true,
  now: true,
  follow: true,
  graphLabel: true,
  tableLabel: true,
  graphHelp: true,
  empty: true,
  legend: true,
  legendIdle: true,
  legendBusy: true,
  legendVeryBusy: true,
  legendPressed: true,
  legendVeryPressed: true,
  legendUnmeasured: true,
  legendNotRunning: true,
  columnVertex: true,
  columnStatus: true,
  columnParallelism: true,
  columnTasks: true,
  columnRecordsIn: true,
  columnRecordsOut: true,
  columnBusy: true,
  columnBackPressured: true,
  columnWatermark: true,
  columnSkew: true,
  columnInputs: true,
  subtasks: true,
  recordsIn: true,
  recordsOut: true,
  busy: true,
  backPressured: true,
  watermark: true,
  skew: true,
} satisfies Readonly<Record<keyof JobGraphStrings, true>>);
