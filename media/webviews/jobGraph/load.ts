import type { GraphVertex, JobGraphStrings } from '../../../src/shared/protocol/jobGraph';

/** What keeps a vertex, for its colour: being held up tells more than being busy. The limits are those of the Jobs view. */
export const loads = ['idle', 'busy', 'veryBusy', 'pressed', 'veryPressed', 'unmeasured', 'off'] as const;
export type Load = (typeof loads)[number];

export function loadOf({ condition, busy, backPressured }: GraphVertex): Load {
  if (condition !== 'running') return 'off';
  if (busy === undefined && backPressured === undefined) return 'unmeasured';
  return measured(busy ?? 0, backPressured ?? 0);
}

function measured(busy: number, backPressured: number): Load {
  if (backPressured > 0.5) return 'veryPressed';
  if (backPressured > 0.1) return 'pressed';
  if (busy > 0.8) return 'veryBusy';
  return busy > 0.5 ? 'busy' : 'idle';
}

/** The icon that stands for a vertex: its state where that is what matters, else its load. Shapes differ, not colours alone. */
export function iconOf(vertex: GraphVertex): string {
  const { condition } = vertex;
  return condition === 'running' ? loadIcons[loadOf(vertex)] : conditionIcons[condition];
}

export const loadIcons: Readonly<Record<Load, string>> = {
  idle: 'circle-outline',
  busy: 'circle-filled',
  veryBusy: 'flame',
  pressed: 'arrow-circle-left',
  veryPressed: 'debug-step-back',
  unmeasured: 'dash',
  off: 'debug-pause',
};

const conditionIcons: Readonly<Record<Exclude<GraphVertex['condition'], 'running'>, string>> = {
  starting: 'sync',
  waiting: 'warning',
  recovering: 'sync',
  failed: 'error',
  finished: 'pass',
  canceled: 'circle-slash',
  unknown: 'question',
};

export const loadWords: Readonly<Record<Load, keyof JobGraphStrings>> = {
  idle: 'legendIdle',
  busy: 'legendBusy',
  veryBusy: 'legendVeryBusy',
  pressed: 'legendPressed',
  veryPressed: 'legendVeryPressed',
  unmeasured: 'legendUnmeasured',
  off: 'legendNotRunning',
};
