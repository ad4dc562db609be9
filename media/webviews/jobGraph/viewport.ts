import { scaleToFit, type Point, type Size } from './layout';

/** What of the graph is seen: a point of the graph is at `x + zoom * its x` on the screen. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const leastZoom = 0.15;
const mostZoom = 3;
const margin = 24;

/** The whole graph in the middle, never larger than it is. */
export function fitted(graph: Size, screen: Size): View {
  const room = { width: Math.max(1, screen.width - 2 * margin), height: Math.max(1, screen.height - 2 * margin) };
  const zoom = Math.max(leastZoom, Math.min(1, scaleToFit(graph, room)));
  return {
    zoom,
    x: Math.max(margin, (screen.width - graph.width * zoom) / 2),
    y: Math.max(margin, (screen.height - graph.height * zoom) / 2),
  };
}

/** Larger or smaller by a factor; what is at a point of the screen stays there. */
export function zoomed(view: View, factor: number, at: Point): View {
  const zoom = Math.min(mostZoom, Math.max(leastZoom, view.zoom * factor));
  const real = zoom / view.zoom;
  return { zoom, x: at.x - (at.x - view.x) * real, y: at.y - (at.y - view.y) * real };
}

export function moved(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** Moved as little as is needed to see a box of the graph, given by its centre. */
export function withInSight(view: View, centre: Point, size: Size, screen: Size): View {
  const shift = (at: number, half: number, room: number): number => {
    const before = at - half - margin;
    const after = at + half + margin - room;
    if (before < 0) return -before;
    return after > 0 ? Math.max(-after, -before) : 0;
  };
  const dx = shift(view.x + centre.x * view.zoom, (size.width / 2) * view.zoom, screen.width);
  const dy = shift(view.y + centre.y * view.zoom, (size.height / 2) * view.zoom, screen.height);
  return moved(view, dx, dy);
}
