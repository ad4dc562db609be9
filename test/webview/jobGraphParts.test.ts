import { describe, expect, it } from 'vitest';
import { isJobGraphState } from '../../media/webviews/jobGraph/guards';
import { layOut, neighbour, pathOf, shapeKey } from '../../media/webviews/jobGraph/layout';
import { loadOf } from '../../media/webviews/jobGraph/load';
import { fitted, withInSight, zoomed } from '../../media/webviews/jobGraph/viewport';
import type { GraphVertex } from '../../src/shared/protocol/jobGraph';

const sizes = { node: { width: 100, height: 50 }, label: { width: 40, height: 20 }, gap: 20 };
const wide = { width: 10_000, height: 10_000 };
const chain = {
  vertices: [{ id: 'c' }, { id: 'a' }, { id: 'b' }],
  edges: [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
  ],
};

describe('the layout', () => {
  it('puts vertices from left to right in the order of the data flow, whatever their order', () => {
    const { nodes } = layOut(chain, sizes, wide);
    const order = Array.from(nodes).sort(([, a], [, b]) => a.x - b.x);
    expect(order.map(([id]) => id)).toEqual(['a', 'b', 'c']);
    expect(new Set(order.map(([, { y }]) => y)).size).toBe(1);
  });

  it('goes from top to bottom where that is larger on the screen', () => {
    const { nodes } = layOut(chain, sizes, { width: 150, height: 1000 });
    expect(new Set(Array.from(nodes.values(), ({ x }) => x)).size).toBe(1);
  });

  it('lets no boxes overlap', () => {
    const vertices = Array.from({ length: 40 }, (_unused, index) => ({ id: String(index) }));
    const edges = vertices.slice(1).map(({ id }) => ({ from: String(Math.floor((Number(id) - 1) / 3)), to: id }));
    const placed = Array.from(layOut({ vertices, edges }, sizes, wide).nodes.values());
    const overlaps = placed.flatMap((a, index) =>
      placed.slice(index + 1).filter((b) => Math.abs(a.x - b.x) < 100 && Math.abs(a.y - b.y) < 50),
    );
    expect(overlaps).toEqual([]);
  });

  it('draws each of several edges between the same vertices, and one to itself', () => {
    const { edges } = layOut(
      {
        vertices: [{ id: 'a' }, { id: 'b' }],
        edges: [
          { from: 'a', to: 'b' },
          { from: 'a', to: 'b' },
          { from: 'a', to: 'a' },
        ],
      },
      sizes,
      wide,
    );
    expect(edges.map(({ points }) => pathOf(points).startsWith('M'))).toEqual([true, true, true]);
    expect(edges[0]?.label).not.toEqual(edges[1]?.label);
  });

  it('of nothing is nothing', () => {
    expect(layOut({ vertices: [], edges: [] }, sizes, wide).nodes.size).toBe(0);
  });

  it('stays while the shape does', () => {
    const withFigures = { ...chain, vertices: chain.vertices.map((vertex) => ({ ...vertex, name: 'x', busy: 1 })) };
    expect(shapeKey(withFigures)).toBe(shapeKey(chain));
    expect(shapeKey({ ...chain, edges: [] })).not.toBe(shapeKey(chain));
  });
});

describe('the next vertex', () => {
  const nodes = new Map([
    ['a', { x: 0, y: 100 }],
    ['b', { x: 200, y: 0 }],
    ['c', { x: 200, y: 210 }],
    ['d', { x: 400, y: 90 }],
  ]);

  it.each([
    ['a', 'right', 'b'],
    ['b', 'down', 'c'],
    ['c', 'up', 'b'],
    ['d', 'left', 'b'],
    ['a', 'left', undefined],
    ['none', 'left', undefined],
  ] as const)('of %s to the %s is %s', (from, direction, next) => {
    expect(neighbour(nodes, from, direction)).toBe(next);
  });
});

describe('the view', () => {
  const screen = { width: 500, height: 300 };

  it('fits a graph that is larger, and does not enlarge one that is smaller', () => {
    expect(fitted({ width: 904, height: 100 }, screen)).toEqual({ zoom: 0.5, x: 24, y: 125 });
    expect(fitted({ width: 100, height: 100 }, screen)).toEqual({ zoom: 1, x: 200, y: 100 });
  });

  it('keeps what is under the pointer while it zooms, within limits', () => {
    const view = zoomed({ x: 10, y: 20, zoom: 1 }, 2, { x: 110, y: 70 });
    expect(view).toEqual({ zoom: 2, x: -90, y: -30 });
    expect(zoomed(view, 1000, { x: 0, y: 0 }).zoom).toBe(3);
    expect(zoomed(view, 0, { x: 0, y: 0 }).zoom).toBe(0.15);
  });

  it('moves no more than is needed to see a box', () => {
    const view = { x: 0, y: 0, zoom: 1 };
    const box = { width: 100, height: 50 };
    expect(withInSight(view, { x: 250, y: 150 }, box, screen)).toEqual(view);
    expect(withInSight(view, { x: 600, y: 150 }, box, screen)).toEqual({ ...view, x: -174 });
    expect(withInSight(view, { x: 250, y: -100 }, box, screen)).toEqual({ ...view, y: 149 });
  });
});

const texts = {
  status: '',
  tasks: '',
  parallelism: '1',
  recordsIn: '',
  recordsOut: '',
  busy: '',
  backPressured: '',
  watermark: '',
  skew: '',
  hottest: '',
};
const vertex: GraphVertex = { id: 'a', name: 'Source', condition: 'running', texts };

describe('what keeps a vertex', () => {
  it.each([
    [{}, 'unmeasured'],
    [{ busy: 0 }, 'idle'],
    [{ busy: 0.5 }, 'idle'],
    [{ busy: 0.51 }, 'busy'],
    [{ busy: 0.9 }, 'veryBusy'],
    [{ busy: 0.9, backPressured: 0.1 }, 'veryBusy'],
    [{ busy: 0.5, backPressured: 0.11 }, 'pressed'],
    [{ busy: 0.4, backPressured: 0.6 }, 'veryPressed'],
    [{ condition: 'waiting', backPressured: 0.6 }, 'off'],
  ] as const)('of %j is %s', (change, load) => {
    expect(loadOf({ ...vertex, ...change })).toBe(load);
  });
});

describe('what arrives in the page', () => {
  const state = {
    job: 'j',
    name: '',
    status: 'live',
    statusText: 'running',
    vertices: [vertex, { ...vertex, id: 'b' }],
    edges: [{ from: 'a', to: 'b', ship: 'HASH', rate: '' }],
  };

  it('is a state when it has all its fields', () => {
    expect(isJobGraphState(state)).toBe(true);
  });

  it.each([
    [{ status: 'constructor' }],
    [{ name: null }],
    [{ message: 5 }],
    [{ vertices: [vertex, vertex] }],
    [{ vertices: [{ ...vertex, busy: 1.5 }] }],
    [{ vertices: [{ ...vertex, condition: 'toString' }] }],
    [{ vertices: [{ ...vertex, texts: {} }] }],
    [{ edges: [{ from: 'a', to: 'x', ship: '', rate: '' }] }],
    [{ edges: {} }],
  ])('is no state with %j', (change) => {
    expect(isJobGraphState({ ...state, ...change })).toBe(false);
  });
});
