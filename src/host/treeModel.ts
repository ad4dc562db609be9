import { sameValue } from '../core/state/sameValue';
import type { ReadableStore } from '../core/state/store';
import type { TreeNode } from '../core/trees/node';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { Emitter } from '../core/util/emitter';

/** Children that are read only while somebody looks: disposing it ends the reading. `undefined`: the first read is under way. */
export interface LazyChildren extends Disposable {
  readonly nodes: ReadableStore<readonly TreeNode[] | undefined>;
}

/** Begins to read the children of a node that has `children: 'lazy'`. */
export type LazySource = (node: TreeNode) => LazyChildren | undefined;

/**
 * The object that VS Code holds for a node. VS Code finds an element by identity, and silently does nothing for an equal
 * copy, so this object stays the same as long as its id is in the tree while `node` is replaced.
 */
export class TreeElement {
  /** Shown expanded, as far as VS Code has told. */
  open = false;
  children: readonly TreeElement[] = [];
  lease: Disposable | undefined;
  /** The children were read at least once. */
  loaded = false;
  readonly waiting: ((children: readonly TreeElement[]) => void)[] = [];

  constructor(
    public node: TreeNode,
    readonly parent: TreeElement | undefined,
  ) {}
}

/**
 * What a tree view shows, without VS Code: takes whole descriptions, finds what changed, and holds a lease for exactly those
 * lazy nodes that are expanded below expanded ancestors in a visible view.
 */
export class TreeModel implements Disposable {
  readonly #changed = new Emitter<readonly TreeElement[] | undefined>();
  /** The elements to show anew, with what is below them; `undefined` means the whole tree. */
  readonly onDidChange = this.#changed.event;
  #roots: readonly TreeElement[] = [];
  #visible = false;

  constructor(private readonly lazySource: LazySource = () => undefined) {}

  get roots(): readonly TreeElement[] {
    return this.#roots;
  }

  setRoots(nodes: readonly TreeNode[]): void {
    const touched = new Set<TreeElement>();
    const { elements, listChanged } = this.#reconcile(undefined, this.#roots, nodes, touched);
    this.#roots = elements;
    if (listChanged) this.#changed.fire(undefined);
    else this.#fire(touched);
  }

  /** A hidden view reads nothing; what was expanded is read again when it returns. */
  setVisible(visible: boolean): void {
    if (this.#visible === visible) return;
    this.#visible = visible;
    for (const root of this.#roots) this.#sync(root);
  }

  /** What VS Code calls to show an element expanded, also when it restores an expansion without an event. */
  childrenOf(element: TreeElement): readonly TreeElement[] | Promise<readonly TreeElement[]> {
    if (!element.open) {
      element.open = true;
      this.#sync(element, element);
    }
    if (element.lease === undefined || element.loaded) return element.children;
    return new Promise((resolve) => element.waiting.push(resolve));
  }

  expanded(element: TreeElement): void {
    element.open = true;
    this.#sync(element);
  }

  collapsed(element: TreeElement): void {
    element.open = false;
    this.#sync(element);
  }

  dispose(): void {
    for (const root of this.#roots) this.#release(root, true);
    this.#roots = [];
    this.#changed.dispose();
  }

  #reconcile(
    parent: TreeElement | undefined,
    before: readonly TreeElement[],
    nodes: readonly TreeNode[],
    touched: Set<TreeElement>,
  ): { readonly elements: readonly TreeElement[]; readonly listChanged: boolean } {
    const left = new Map(before.map((element) => [element.node.id, element]));
    const elements = new Map<string, TreeElement>();
    for (const node of nodes) {
      // VS Code refuses a whole view in which an id occurs twice; the first one is shown.
      if (elements.has(node.id)) continue;
      const known = left.get(node.id);
      left.delete(node.id);
      if (known === undefined) elements.set(node.id, this.#create(node, parent));
      else {
        this.#update(known, node, touched);
        elements.set(node.id, known);
      }
    }
    for (const removed of left.values()) this.#release(removed, true);
    const list = Array.from(elements.values());
    const listChanged = list.length !== before.length || list.some((element, index) => element !== before[index]);
    return { elements: list, listChanged };
  }

  #create(node: TreeNode, parent: TreeElement | undefined): TreeElement {
    const element = new TreeElement(node, parent);
    if (Array.isArray(node.children)) {
      element.children = this.#reconcile(element, [], node.children, new Set()).elements;
    }
    return element;
  }

  #update(element: TreeElement, node: TreeNode, touched: Set<TreeElement>): void {
    const before = element.node;
    if (before === node) return;
    element.node = node;
    if (!looksAlike(before, node)) touched.add(element);
    if (node.children === 'lazy') {
      this.#sync(element);
      return;
    }
    if (before.children === 'lazy') this.#release(element, false);
    const { elements, listChanged } = this.#reconcile(element, element.children, node.children ?? [], touched);
    element.children = elements;
    if (listChanged) touched.add(element);
  }

  /** An element that is shown anew takes what is below it along. */
  #fire(touched: ReadonlySet<TreeElement>): void {
    const outermost = Array.from(touched).filter((element) => {
      for (let above = element.parent; above !== undefined; above = above.parent) if (touched.has(above)) return false;
      return true;
    });
    if (outermost.length > 0) this.#changed.fire(outermost);
  }

  /**
   * Takes and gives back leases in the element's subtree after something about its visibility changed. What is read at once
   * for the element that VS Code is `asking` for is the answer, not news.
   */
  #sync(element: TreeElement, asking?: TreeElement): void {
    if (this.#isShownExpanded(element)) {
      if (element.node.children === 'lazy' && element.lease === undefined) this.#take(element, element === asking);
    } else this.#giveBack(element);
    for (const child of element.children) this.#sync(child);
  }

  #isShownExpanded(element: TreeElement): boolean {
    if (!this.#visible) return false;
    for (let at: TreeElement | undefined = element; at !== undefined; at = at.parent) if (!at.open) return false;
    return true;
  }

  #take(element: TreeElement, quiet: boolean): void {
    const lazy = this.lazySource(element.node);
    if (lazy === undefined) return;
    const lease = new DisposableStore();
    element.lease = lease;
    lease.add(lazy);
    lease.add(lazy.nodes.onDidChange(({ next }) => this.#read(element, next)));
    this.#read(element, lazy.nodes.value, quiet);
  }

  #read(element: TreeElement, nodes: readonly TreeNode[] | undefined, quiet = false): void {
    if (nodes === undefined) return;
    const touched = new Set<TreeElement>();
    const { elements, listChanged } = this.#reconcile(element, element.children, nodes, touched);
    element.children = elements;
    element.loaded = true;
    if (element.waiting.length > 0) {
      for (const resolve of element.waiting.splice(0)) resolve(elements);
      return;
    }
    if (quiet) return;
    if (listChanged) touched.add(element);
    this.#fire(touched);
  }

  #giveBack(element: TreeElement): void {
    element.lease?.dispose();
    element.lease = undefined;
    for (const resolve of element.waiting.splice(0)) resolve(element.children);
  }

  #release(element: TreeElement, withOpenState: boolean): void {
    this.#giveBack(element);
    if (withOpenState) element.open = false;
    for (const child of element.children) this.#release(child, withOpenState);
  }
}

/** Whether two nodes of one id are the same on the screen, what is below them left out except for whether there is any. */
function looksAlike(a: TreeNode, b: TreeNode): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon?.codicon === b.icon?.codicon &&
    a.icon?.color === b.icon?.color &&
    a.tooltip === b.tooltip &&
    a.accessibilityLabel === b.accessibilityLabel &&
    a.kind === b.kind &&
    a.expanded === b.expanded &&
    fold(a) === fold(b) &&
    sameValue(a.flags, b.flags) &&
    sameValue(a.command, b.command)
  );
}

function fold({ children }: TreeNode): 'lazy' | boolean {
  return children === 'lazy' ? children : (children?.length ?? 0) > 0;
}
