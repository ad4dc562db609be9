import type { GraphEdge, JobGraphState, JobGraphStrings } from '../../../src/shared/protocol/jobGraph';
import { element, setAttribute, setText, svgElement } from '../dom';
import {
  layOut,
  neighbour,
  pathOf,
  shapeKey,
  type Direction,
  type Layout,
  type LayoutSizes,
  type Size,
} from './layout';
import { inputsOf } from './texts';
import { VertexBox } from './vertexBox';
import { fitted, moved, withInSight, zoomed, type View } from './viewport';

/** Sizes in units of the font, so that a larger font has larger boxes. */
const vertexSize = { width: 18.5, height: 9.4 };
const labelSize = { width: 5.5, height: 2.6 };
const gap = 2;
const zoomStep = 1.25;
/** How much a turn of the wheel zooms, by its pixels. */
const wheelZoom = 0.0015;
const nearestDrag = 4;
/** Below this figures cannot be read, and are left out: of a large graph all of them would be laid out with each update. */
const readableZoom = 0.35;

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

export interface CanvasEvents {
  /** Another vertex is selected. `show`: the person wants to go to it. */
  readonly selected: (vertex: string, show: boolean) => void;
}

/**
 * The picture: boxes over lines in one plane that is moved and scaled. It is laid out when the shape of the graph changes
 * and not when figures do.
 */
export class GraphCanvas {
  readonly root = element('div', 'canvas');
  readonly #plane = element('div', 'plane');
  readonly #lines = svgElement('svg', { class: 'lines', 'aria-hidden': 'true' });
  readonly #boxes = new Map<string, VertexBox>();
  #labels: { readonly ship: HTMLElement; readonly rate: HTMLElement }[] = [];
  #layout: Layout | undefined;
  #sizes: LayoutSizes | undefined;
  #shape = '';
  #view: View = { x: 0, y: 0, zoom: 1 };
  /** The person has moved or zoomed: the picture is not fitted behind their back any more. */
  #touched = false;
  #selected: string | undefined;

  constructor(
    private readonly strings: JobGraphStrings,
    private readonly events: CanvasEvents,
  ) {
    this.#plane.append(this.#lines);
    this.root.append(this.#plane);
    this.root.setAttribute('role', 'listbox');
    this.root.setAttribute('aria-label', strings.graphLabel);
    this.root.setAttribute('aria-description', strings.graphHelp);
    this.root.tabIndex = 0;
    this.root.addEventListener('keydown', (event) => this.#onKey(event));
    this.root.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    this.root.addEventListener('pointerdown', (event) => this.#onPointer(event));
    this.root.addEventListener('click', (event) => this.#onClick(event, false));
    this.root.addEventListener('dblclick', (event) => this.#onClick(event, true));
    this.root.addEventListener('pointerover', ({ target }) => this.#showTitle(target));
    new ResizeObserver(() => this.#resized()).observe(this.root);
  }

  get selected(): string | undefined {
    return this.#selected;
  }

  show(state: JobGraphState): void {
    const shape = shapeKey(state);
    if (shape !== this.#shape) this.#rebuild(state, shape);
    const inputs = inputsOf(state);
    for (const vertex of state.vertices) {
      this.#boxes.get(vertex.id)?.show(vertex, inputs.get(vertex.id) ?? '', this.strings);
    }
    state.edges.forEach((edge, index) => this.#showLabel(edge, index));
  }

  select(vertex: string | undefined): void {
    this.#selected = vertex;
    for (const [id, box] of this.#boxes) box.select(id === vertex);
    const box = vertex === undefined ? undefined : this.#boxes.get(vertex);
    if (box === undefined) this.root.removeAttribute('aria-activedescendant');
    else this.root.setAttribute('aria-activedescendant', box.root.id);
  }

  zoom(larger: boolean): void {
    const { width, height } = this.#screen();
    this.#zoomAt(larger ? zoomStep : 1 / zoomStep, width / 2, height / 2);
  }

  fit(): void {
    if (this.#layout === undefined) return;
    this.#touched = false;
    this.#setView(fitted(this.#layout, this.#screen()));
  }

  #rebuild(state: JobGraphState, shape: string): void {
    this.#shape = shape;
    for (const box of this.#boxes.values()) box.root.remove();
    this.#boxes.clear();
    const em = Number.parseFloat(getComputedStyle(this.root).fontSize) || 13;
    const inPixels = ({ width, height }: Size): Size => ({ width: width * em, height: height * em });
    this.#sizes = { node: inPixels(vertexSize), label: inPixels(labelSize), gap: gap * em };
    const layout = layOut(state, this.#sizes, this.#screen());
    this.#layout = layout;
    this.#plane.style.width = `${layout.width}px`;
    this.#plane.style.height = `${layout.height}px`;
    state.vertices.forEach(({ id }, index) => {
      const box = new VertexBox(id, index);
      box.root.dataset['vertex'] = id;
      box.root.style.width = `${vertexSize.width * em}px`;
      box.root.style.height = `${vertexSize.height * em}px`;
      box.place(layout.nodes.get(id) ?? { x: 0, y: 0 });
      this.#boxes.set(id, box);
    });
    this.#drawLines(layout);
    // The order of the elements is the one in which a screen reader reads them.
    const inReadingOrder = Array.from(this.#boxes.values()).sort((a, b) => this.#before(a.id, b.id));
    this.#plane.append(...inReadingOrder.map(({ root }) => root));
    this.select(this.#selected !== undefined && this.#boxes.has(this.#selected) ? this.#selected : undefined);
    this.fit();
  }

  #before(a: string, b: string): number {
    const [first, second] = [this.#layout?.nodes.get(a), this.#layout?.nodes.get(b)];
    if (first === undefined || second === undefined) return 0;
    return first.x - second.x || first.y - second.y;
  }

  #drawLines(layout: Layout): void {
    const { width, height } = layout;
    for (const { ship } of this.#labels) ship.parentElement?.remove();
    this.#lines.replaceChildren();
    this.#lines.setAttribute('width', String(width));
    this.#lines.setAttribute('height', String(height));
    const marker = svgElement('marker', {
      id: 'arrow',
      viewBox: '0 0 8 8',
      refX: '7',
      refY: '4',
      markerWidth: '7',
      markerHeight: '7',
      orient: 'auto',
    });
    marker.append(svgElement('path', { d: 'M 0 0 L 8 4 L 0 8 z', class: 'arrow' }));
    this.#lines.append(marker);
    this.#labels = layout.edges.map(({ points, label }) => {
      this.#lines.append(svgElement('path', { d: pathOf(points), class: 'edge', 'marker-end': 'url(#arrow)' }));
      const [ship, rate] = [element('div', 'ship'), element('div', 'rate')];
      const box = element('div', 'label', ship, rate);
      box.setAttribute('aria-hidden', 'true');
      box.style.left = `${label.x}px`;
      box.style.top = `${label.y}px`;
      this.#plane.append(box);
      return { ship, rate };
    });
  }

  #showLabel({ ship, rate }: GraphEdge, index: number): void {
    const label = this.#labels[index];
    if (label === undefined) return;
    setText(label.ship, ship);
    setText(label.rate, rate);
  }

  #screen(): Size {
    return { width: this.root.clientWidth, height: this.root.clientHeight };
  }

  #setView(view: View): void {
    this.#view = view;
    this.#plane.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`;
    this.#plane.classList.toggle('far', view.zoom < readableZoom);
  }

  #zoomAt(factor: number, x: number, y: number): void {
    this.#touched = true;
    this.#setView(zoomed(this.#view, factor, { x, y }));
  }

  #resized(): void {
    if (!this.#touched) this.fit();
  }

  #choose(vertex: string, show: boolean): void {
    const changed = vertex !== this.#selected;
    this.select(vertex);
    const centre = this.#layout?.nodes.get(vertex);
    if (centre !== undefined && this.#sizes !== undefined) {
      this.#setView(withInSight(this.#view, centre, this.#sizes.node, this.#screen()));
    }
    if (changed || show) this.events.selected(vertex, show);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#act(event.key)) event.preventDefault();
  }

  /** False for a key that means nothing here. */
  #act(key: string): boolean {
    const nodes = this.#layout?.nodes ?? new Map<string, never>();
    const ordered = Array.from(nodes.keys()).sort((a, b) => this.#before(a, b));
    const direction = arrows[key];
    if (direction !== undefined) {
      const next = this.#selected === undefined ? ordered[0] : neighbour(nodes, this.#selected, direction);
      if (next !== undefined) this.#choose(next, false);
      return true;
    }
    const end = key === 'Home' ? ordered[0] : key === 'End' ? ordered.at(-1) : undefined;
    if (end !== undefined) this.#choose(end, false);
    else if (key === '+' || key === '=') this.zoom(true);
    else if (key === '-') this.zoom(false);
    else if (key === '0') this.fit();
    else if ((key === 'Enter' || key === ' ') && this.#selected !== undefined) this.#choose(this.#selected, true);
    else return false;
    return true;
  }

  #onWheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      const { left, top } = this.root.getBoundingClientRect();
      this.#zoomAt(Math.exp(-event.deltaY * wheelZoom), event.clientX - left, event.clientY - top);
      return;
    }
    this.#touched = true;
    const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
    this.#setView(moved(this.#view, -dx, -dy));
  }

  /** Dragging moves the picture; what is shorter than some pixels is a click. */
  #onPointer(event: PointerEvent): void {
    if (event.button !== 0 && event.button !== 1) return;
    const [startX, startY, start] = [event.clientX, event.clientY, this.#view];
    const over = new AbortController();
    const { signal } = over;
    const move = (next: PointerEvent): void => {
      const [dx, dy] = [next.clientX - startX, next.clientY - startY];
      if (!this.root.classList.contains('dragged') && Math.hypot(dx, dy) < nearestDrag) return;
      if (!this.root.hasPointerCapture(event.pointerId)) this.root.setPointerCapture(event.pointerId);
      this.root.classList.add('dragged');
      this.#touched = true;
      this.#setView(moved(start, dx, dy));
    };
    const end = (): void => {
      over.abort();
      // The click that ends a drag comes after this.
      setTimeout(() => this.root.classList.remove('dragged'));
    };
    this.root.addEventListener('pointermove', move, { signal });
    this.root.addEventListener('pointerup', end, { signal });
    this.root.addEventListener('pointercancel', end, { signal });
  }

  /** What is said of a vertex stands beside the pointer, too, as it was when the pointer came. */
  #showTitle(target: EventTarget | null): void {
    const vertex = target instanceof Element ? target.closest('.vertex') : null;
    if (vertex !== null) setAttribute(vertex, 'title', vertex.getAttribute('aria-label') ?? '');
  }

  #onClick(event: Event, show: boolean): void {
    if (this.root.classList.contains('dragged') || !(event.target instanceof Element)) return;
    const vertex = event.target.closest<HTMLElement>('.vertex')?.dataset['vertex'];
    if (vertex !== undefined) this.#choose(vertex, show);
  }
}
