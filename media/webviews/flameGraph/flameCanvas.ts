import type { FlameFrame } from '../../../src/shared/model/flameGraph';
import { fillIn } from '../../../src/shared/format/fillIn';
import { formatShare } from '../../../src/shared/format/rates';
import type { FlameGraphStrings } from '../../../src/shared/protocol/flameGraph';
import { element, setText } from '../dom';
import { originOf, placeFrames, shortName, type PlacedFrame } from './frames';

/** Pixels of a row; the stylesheet has the same. */
const rowHeight = 20;
/** Part of the width below which nobody sees a frame. */
const thinnest = 0.001;
/** Below this a name would be a letter or two. */
const narrowest = 0.02;

interface Drawn {
  readonly placed: PlacedFrame;
  readonly root: HTMLElement;
}

/**
 * The frames as rows of boxes, the callers above. It is a tree for keys and screen readers: one frame has the focus, arrow keys
 * move it.
 */
export class FlameCanvas {
  readonly root = element('div', 'flames');
  readonly #sheet = element('div', 'sheet');
  readonly #about = element('div', 'about');
  #drawn: readonly Drawn[] = [];
  #whole: FlameFrame | undefined;
  /** Names from the root to the frame that has the full width; frames come anew with each sample. */
  #zoom: readonly string[] = [];
  #focus: readonly string[] = [];
  #text = '';

  constructor(
    private readonly strings: FlameGraphStrings,
    private readonly zoomed: () => void,
  ) {
    this.#sheet.setAttribute('role', 'tree');
    this.#sheet.setAttribute('aria-label', strings.graphLabel);
    const help = element('span', 'unseen', strings.graphHelp);
    help.id = 'flameHelp';
    this.#sheet.setAttribute('aria-describedby', help.id);
    this.#about.setAttribute('aria-hidden', 'true');
    this.root.append(help, element('div', 'scroll', this.#sheet), this.#about);
    this.#sheet.addEventListener('keydown', (event) => this.#onKey(event));
    this.#sheet.addEventListener('pointerover', (event) => this.#tell(this.#at(event.target)?.placed));
    this.#sheet.addEventListener('pointerleave', () => this.#tell(this.#focused?.placed));
    this.#sheet.addEventListener('focusin', (event) => this.#take(this.#at(event.target)));
    this.#sheet.addEventListener('click', (event) => {
      const drawn = this.#at(event.target);
      if (drawn !== undefined) this.#zoomTo(pathOf(drawn.placed));
    });
  }

  get isZoomed(): boolean {
    return this.#zoom.length > 0;
  }

  show(whole: FlameFrame): void {
    if (whole === this.#whole) return;
    this.#whole = whole;
    this.#draw();
  }

  /** Marks the frames whose names hold a text. */
  set text(text: string) {
    this.#text = text.toLowerCase();
    for (const { placed, root } of this.#drawn) root.classList.toggle('found', this.#isFound(placed));
    this.root.classList.toggle('searched', this.#text !== '');
  }

  showWhole(): void {
    this.#zoomTo([]);
  }

  #zoomTo(path: readonly string[]): void {
    const hadFocus = this.#sheet.contains(document.activeElement);
    this.#zoom = path;
    this.#focus = path;
    this.#draw();
    if (hadFocus) this.#focused?.root.focus();
    this.zoomed();
  }

  #draw(): void {
    if (this.#whole === undefined) return;
    const hadFocus = this.#sheet.contains(document.activeElement);
    const top = find(this.#whole, this.#zoom);
    this.#zoom = pathOf(top);
    const visible = placeFrames(top).filter(({ from, to }) => to - from >= thinnest);
    this.#drawn = visible.map((placed) => ({ placed, root: this.#box(placed, top) }));
    this.#sheet.style.height = `${(Math.max(...visible.map(({ depth }) => depth)) + 1) * rowHeight}px`;
    this.#sheet.replaceChildren(...this.#drawn.map(({ root }) => root));
    const focused = this.#focused ?? this.#drawn[0];
    focused?.root.setAttribute('tabindex', '0');
    this.#focus = focused === undefined ? [] : pathOf(focused.placed);
    if (hadFocus) focused?.root.focus();
    this.#tell(focused?.placed);
  }

  #box(placed: PlacedFrame, top: PlacedFrame): HTMLElement {
    const { frame, depth, from, to } = placed;
    const isRoot = placed.parent === undefined;
    const name = isRoot ? this.strings.allThreads : shortName(frame.name);
    const box = element('div', `frame ${isRoot ? 'root' : originOf(frame.name)}`, to - from < narrowest ? '' : name);
    box.classList.toggle('above', depth < top.depth);
    box.classList.toggle('found', this.#isFound(placed));
    box.style.left = `${from * 100}%`;
    box.style.width = `${(to - from) * 100}%`;
    box.style.top = `${depth * rowHeight}px`;
    box.setAttribute('role', 'treeitem');
    box.setAttribute('aria-level', String(depth + 1));
    box.setAttribute('aria-label', `${name}, ${this.#share(frame)}`);
    box.setAttribute('tabindex', '-1');
    return box;
  }

  #share(frame: FlameFrame): string {
    const share = formatShare(frame.samples / Math.max(1, this.#whole?.samples ?? 1));
    return fillIn(this.strings.share, share);
  }

  #isFound({ frame, parent }: PlacedFrame): boolean {
    return this.#text !== '' && parent !== undefined && frame.name.toLowerCase().includes(this.#text);
  }

  #at(target: EventTarget | null): Drawn | undefined {
    return this.#drawn.find(({ root }) => root === target);
  }

  get #focused(): Drawn | undefined {
    return this.#drawn.find(({ placed }) => samePath(pathOf(placed), this.#focus));
  }

  #take(drawn: Drawn | undefined): void {
    if (drawn === undefined) return;
    this.#focused?.root.setAttribute('tabindex', '-1');
    this.#focus = pathOf(drawn.placed);
    drawn.root.setAttribute('tabindex', '0');
    this.#tell(drawn.placed);
  }

  #tell(placed: PlacedFrame | undefined): void {
    const name = placed?.parent === undefined ? this.strings.allThreads : placed.frame.name;
    setText(this.#about, placed === undefined ? '' : `${name} · ${this.#share(placed.frame)}`);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.isZoomed) this.showWhole();
    else if (event.key === 'Enter' || event.key === ' ') this.#zoomTo(this.#focus);
    else {
      const next = this.#neighbour(event.key);
      if (next === undefined) return;
      next.root.focus();
      next.root.scrollIntoView({ block: 'nearest' });
    }
    event.preventDefault();
  }

  #neighbour(key: string): Drawn | undefined {
    const here = this.#focused;
    if (here === undefined) return undefined;
    const { placed } = here;
    const row = this.#drawn.filter((each) => each.placed.depth === placed.depth);
    switch (key) {
      case 'ArrowDown':
        return this.#drawn.find(
          ({ placed: { depth, from, to } }) =>
            depth === placed.depth + 1 && from >= placed.from && to <= placed.to + thinnest,
        );
      case 'ArrowUp':
        return this.#drawn.findLast(
          ({ placed: { depth, from, to } }) =>
            depth === placed.depth - 1 && from <= placed.from + thinnest && to >= placed.to - thinnest,
        );
      case 'ArrowLeft':
        return row[row.indexOf(here) - 1];
      case 'ArrowRight':
        return row[row.indexOf(here) + 1];
      case 'Home':
        return this.#drawn[0];
      default:
        return undefined;
    }
  }
}

/** The frame at the end of a path, or the last of it that is still there. */
function find(whole: FlameFrame, path: readonly string[]): PlacedFrame {
  let placed: PlacedFrame = { frame: whole, parent: undefined, depth: 0, from: 0, to: 1 };
  for (const name of path) {
    const child = placed.frame.children.find((each) => each.name === name);
    if (child === undefined) break;
    placed = { frame: child, parent: placed, depth: placed.depth + 1, from: 0, to: 1 };
  }
  return placed;
}

/** The names below the root that lead to a frame. */
function pathOf(placed: PlacedFrame): readonly string[] {
  const path: string[] = [];
  for (let next: PlacedFrame | undefined = placed; next?.parent !== undefined; next = next.parent) {
    path.unshift(next.frame.name);
  }
  return path;
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
