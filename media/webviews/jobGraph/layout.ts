import { graphlib, layout } from '@dagrejs/dagre';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What has to be equal for a layout to stay. */
export interface Shape {
  readonly vertices: readonly { readonly id: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** Where everything is; coordinates are pixels from the upper left corner of the graph, of centres. */
export interface Layout extends Size {
  readonly nodes: ReadonlyMap<string, Point>;
  /** In the order of the shape's edges. */
  readonly edges: readonly { readonly points: readonly Point[]; readonly label: Point }[];
}

export interface LayoutSizes {
  readonly node: Size;
  readonly label: Size;
  readonly gap: number;
}

/** With more vertices only the usual direction is tried: laying out is the one slow thing that a page does. */
const mostForBoth = 40;

/** Equal for shapes that are laid out alike. */
export function shapeKey({ vertices, edges }: Shape): string {
  return JSON.stringify([vertices.map(({ id }) => id), edges.map(({ from, to }) => [from, to])]);
}

/** From left to right, or from top to bottom where the graph is then larger on the screen. */
export function layOut(shape: Shape, sizes: LayoutSizes, screen: Size): Layout {
  const across = layOutIn('LR', shape, sizes);
  if (shape.vertices.length > mostForBoth || scaleToFit(across, screen) >= 1) return across;
  const down = layOutIn('TB', shape, sizes);
  return scaleToFit(down, screen) > scaleToFit(across, screen) ? down : across;
}

/** By what a graph must be multiplied to fit a screen. */
export function scaleToFit(graph: Size, screen: Size): number {
  if (graph.width <= 0 || graph.height <= 0) return 1;
  return Math.min(screen.width / graph.width, screen.height / graph.height);
}

function layOutIn(direction: 'LR' | 'TB', { vertices, edges }: Shape, { node, label, gap }: LayoutSizes): Layout {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: gap, ranksep: gap / 2, edgesep: gap / 2, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of vertices) graph.setNode(id, { ...node });
  edges.forEach(({ from, to }, index) => graph.setEdge(from, to, { ...label, labelpos: 'c' }, String(index)));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: new Map(vertices.map(({ id }) => [id, pointOf(graph.node(id))])),
    edges: edges.map(({ from, to }, index) => {
      const edge = graph.edge(from, to, String(index));
      return { points: (edge.points ?? []).map(pointOf), label: pointOf(edge) };
    }),
  };
}

function pointOf({ x = 0, y = 0 }: { readonly x?: number; readonly y?: number }): Point {
  return { x, y };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The vertex that a person sees next in a direction: near, and rather straight ahead than aside. */
export function neighbour(nodes: ReadonlyMap<string, Point>, from: string, direction: Direction): string | undefined {
  const start = nodes.get(from);
  if (start === undefined) return undefined;
  const horizontal = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [id, { x, y }] of nodes) {
    const [dx, dy] = [x - start.x, y - start.y];
    const ahead = sign * (horizontal ? dx : dy);
    const aside = Math.abs(horizontal ? dy : dx);
    if (id === from || ahead < 1 || ahead * 2 < aside) continue;
    const distance = ahead + aside * 2;
    if (distance >= least) continue;
    best = id;
    least = distance;
  }
  return best;
}

/** A line through points with rounded corners, for an SVG path. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const steps = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    const middle = index === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q ${point.x} ${point.y} ${middle.x} ${middle.y}`;
  });
  return [`M ${first.x} ${first.y}`, ...(steps.length === 0 ? [`L ${last.x} ${last.y}`] : steps)].join(' ');
}
