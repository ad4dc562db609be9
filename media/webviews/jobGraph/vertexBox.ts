import type { GraphVertex, JobGraphStrings } from '../../../src/shared/protocol/jobGraph';
import { element, icon, setAttribute, setText } from '../dom';
import type { Point } from './layout';
import { iconOf, loadOf } from './load';
import { linesOf, spokenOf } from './texts';

/** The box of one vertex, which is changed in place as long as the vertex is there. */
export class VertexBox {
  readonly root = element('div', 'vertex');
  readonly #icon = icon('circle-outline');
  readonly #name = element('span', 'name');
  readonly #parallelism = element('span', 'parallelism');
  readonly #busy = element('div', 'share busy');
  readonly #pressed = element('div', 'share pressed');
  readonly #lines = Array.from({ length: 4 }, () => element('div', 'line'));
  #shares = '';

  constructor(
    readonly id: string,
    index: number,
  ) {
    const bar = element('div', 'bar', this.#busy, this.#pressed);
    const [first, ...rest] = this.#lines;
    this.root.id = `vertex-${index}`;
    this.root.setAttribute('role', 'option');
    this.root.append(element('div', 'head', this.#icon, this.#name, this.#parallelism), first ?? '', bar, ...rest);
  }

  place({ x, y }: Point): void {
    this.root.style.left = `${x}px`;
    this.root.style.top = `${y}px`;
  }

  show(vertex: GraphVertex, inputs: string, strings: JobGraphStrings): void {
    setAttribute(this.root, 'class', `vertex ${vertex.condition} ${loadOf(vertex)}`);
    setAttribute(this.#icon, 'class', `codicon codicon-${iconOf(vertex)}`);
    setText(this.#name, vertex.name);
    setText(this.#parallelism, `×${vertex.texts.parallelism}`);
    const lines = linesOf(vertex, strings);
    this.#lines.forEach((line, index) => setText(line, lines[index] ?? ''));
    const spoken = spokenOf(vertex, inputs, strings);
    setAttribute(this.root, 'aria-label', spoken);
    const { busy = 0, backPressured = 0 } = vertex;
    const shares = `${busy.toFixed(2)} ${backPressured.toFixed(2)}`;
    if (shares === this.#shares) return;
    this.#shares = shares;
    this.#busy.style.width = `${busy * 100}%`;
    this.#pressed.style.width = `${Math.min(backPressured, 1 - busy) * 100}%`;
  }

  select(selected: boolean): void {
    setAttribute(this.root, 'aria-selected', String(selected));
  }
}
