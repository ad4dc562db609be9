import { flameGraphPanelType } from '../commands/catalog';
import { flameTypes, type FlameType } from '../shared/model/flameGraph';
import type { FlameGraphPage } from '../shared/protocol/flameGraph';
import { FlameGraph, type FlameSubject } from './flameGraph';
import { PanelSet, type PanelSetServices } from './panelSet';
import { savedPart, savedText } from './savedPart';

/** A vertex, with which of its threads are shown at first. */
export interface ShownFlames {
  readonly vertex: FlameSubject;
  readonly type: FlameType;
}

export type FlameGraphs = PanelSet<ShownFlames, FlameGraph, FlameGraphPage>;

/** The panels with what the threads of a vertex are doing, one for each vertex. */
export function flameGraphs(services: PanelSetServices): FlameGraphs {
  return new PanelSet(services, {
    type: flameGraphPanelType,
    page: 'flameGraph',
    icon: 'flames',
    keyOf: ({ vertex: { job, vertex } }) => `${job} ${vertex}`,
    titleOf: ({ vertex }) => vertex.name,
    inLog: ({ vertex }) => `the flame graph of vertex ${vertex.vertex}`,
    restored: savedOf,
    make: ({ vertex, type }, { engine }) => new FlameGraph({ subject: vertex, type, engine }),
    send: (page, { state }) => page.stateChanged.asEvent(state.value),
  });
}

/** What a page keeps of itself for a reload: the vertex, and which threads it shows. */
function savedOf(state: unknown): ShownFlames | undefined {
  const job = savedText(state, 'job');
  const vertex = savedText(state, 'vertex');
  const name = savedPart(state, 'name');
  if (job === undefined || vertex === undefined || typeof name !== 'string') return undefined;
  const type = savedPart(state, 'type');
  return { vertex: { job, vertex, name }, type: flameTypes.find((each) => each === type) ?? 'full' };
}
