import { flameTypes, type FlameFrame } from '../../../src/shared/model/flameGraph';
import {
  flameStatuses,
  type FlameGraphInit,
  type FlameGraphState,
  type FlameGraphStrings,
} from '../../../src/shared/protocol/flameGraph';

type Fields = Readonly<Record<string, unknown>>;

const types: ReadonlySet<unknown> = new Set(flameTypes);
const statuses: ReadonlySet<unknown> = new Set(flameStatuses);

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isFrame(value: unknown): value is FlameFrame {
  if (!isFields(value)) return false;
  const { name, samples, children } = value;
  if (typeof name !== 'string' || typeof samples !== 'number' || !(samples >= 0)) return false;
  return Array.isArray(children) && children.every(isFrame);
}

export function isFlameGraphState(value: unknown): value is FlameGraphState {
  if (!isFields(value)) return false;
  const texts = ['job', 'vertex', 'name', 'message', 'caption'];
  if (!texts.every((name) => typeof value[name] === 'string')) return false;
  const { type, status, root } = value;
  return types.has(type) && statuses.has(status) && (root === undefined || isFrame(root));
}

/** True for a first answer of the host; its strings are looked at by name, so that none can be missing. */
export function isFlameGraphInit(value: unknown): value is FlameGraphInit {
  if (!isFields(value)) return false;
  const { state, strings } = value;
  return (
    isFlameGraphState(state) && isFields(strings) && stringNames.every((name) => typeof strings[name] === 'string')
  );
}

const stringNames = Object.keys({
  full: true,
  onCpu: true,
  offCpu: true,
  types: true,
  whole: true,
  showTable: true,
  showGraph: true,
  search: true,
  found: true,
  graphLabel: true,
  tableLabel: true,
  graphHelp: true,
  allThreads: true,
  legend: true,
  legendUser: true,
  legendFlink: true,
  legendKafka: true,
  legendJava: true,
  columnMethod: true,
  columnSelf: true,
  columnTotal: true,
  share: true,
} satisfies Readonly<Record<keyof FlameGraphStrings, true>>);
