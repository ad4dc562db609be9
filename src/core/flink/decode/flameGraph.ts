import * as z from 'zod/mini';
import type { FlameFrame, FlameGraph } from '../../../shared/model/flameGraph';
import { decode } from './decode';

/** `rest.flamegraph.stack-depth` is 100 unless configured; what is deeper than this is left out. */
const deepest = 250;
/** More than a screen has points; the widest come first. */
const mostFrames = 5000;

const answer = z.object({ endTimestamp: z.nullish(z.number()), data: z.nullish(z.unknown()) });
const node = z.object({ name: z.string(), value: z.number(), children: z.nullish(z.array(z.unknown())) });

/** `GET /jobs/:id/vertices/:vid/flamegraph`. Flink says by negative times why there is none (`VertexFlameGraph`). */
export function decodeFlameGraph(body: unknown): FlameGraph {
  const { endTimestamp, data } = decode(answer, '/jobs/:id/vertices/:vid/flamegraph', body);
  if (endTimestamp === -1) return { state: 'ended' };
  if (endTimestamp === -2) return { state: 'disabled' };
  if (data === null || data === undefined || endTimestamp === null || endTimestamp === undefined) {
    return { state: 'waiting' };
  }
  return { state: 'sampled', at: endTimestamp, root: frames(data) };
}

interface Growing {
  readonly name: string;
  readonly samples: number;
  readonly children: Growing[];
}

/** Level by level, so that no depth of an answer is too much, and what is left out is the narrow and the deep. */
function frames(data: unknown): FlameFrame {
  const raw = decode(node, '/jobs/:id/vertices/:vid/flamegraph', data);
  const root: Growing = { name: raw.name, samples: raw.value, children: [] };
  let level: (readonly [Growing, readonly unknown[]])[] = [[root, raw.children ?? []]];
  let count = 1;
  for (let depth = 1; depth < deepest && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const [parent, children] of level) {
      const known = children.map((child) => decode(node, '/jobs/:id/vertices/:vid/flamegraph', child));
      for (const { name, value, children } of known.toSorted((a, b) => b.value - a.value)) {
        if (!(value > 0) || count >= mostFrames) continue;
        count++;
        const frame: Growing = { name, samples: value, children: [] };
        parent.children.push(frame);
        next.push([frame, children ?? []]);
      }
    }
    level = next;
  }
  return root;
}
