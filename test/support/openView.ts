import type { Engine } from '../../src/core/engineApi';
import type { TreeNode } from '../../src/core/trees/node';
import { DisposableStore, type Disposable } from '../../src/core/util/disposable';
import { TreeModel, type TreeElement } from '../../src/host/treeModel';
import type { ViewDescription } from '../../src/providers/describedView';

/** A visible view without VS Code: what it describes, in the model behind its tree, with a hand that opens nodes. */
export class OpenView implements Disposable {
  readonly model: TreeModel;
  readonly #visible = new DisposableStore();

  constructor(engine: Engine, description: ViewDescription) {
    this.model = new TreeModel((node) => description.lazyChildren?.(node, engine));
    const update = (): void => this.model.setRoots(description.describe(engine));
    this.#visible.add(description.lease(engine));
    for (const source of description.sources(engine)) this.#visible.add(source(update));
    this.model.setVisible(true);
    update();
  }

  /** Opens a node, which has to be there, as a click does. What is below it may come later. */
  open(id: string): void {
    const element = this.#element(id);
    for (let at: TreeElement | undefined = element; at !== undefined; at = at.parent) {
      this.model.expanded(at);
      void this.model.childrenOf(at);
    }
  }

  /** All that is shown now, what is below closed nodes left out. */
  get nodes(): readonly TreeNode[] {
    return this.model.roots.map(shown);
  }

  /** The node as it is shown now, with what is below it. */
  node(id: string): TreeNode {
    return shown(this.#element(id));
  }

  has(id: string): boolean {
    return find(this.model.roots, id) !== undefined;
  }

  dispose(): void {
    this.model.dispose();
    this.#visible.dispose();
  }

  #element(id: string): TreeElement {
    const found = find(this.model.roots, id);
    if (found === undefined) throw new Error(`There is no node ${id}.`);
    return found;
  }
}

function find(elements: readonly TreeElement[], id: string): TreeElement | undefined {
  for (const element of elements) {
    const found = element.node.id === id ? element : find(element.children, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function shown(element: TreeElement): TreeNode {
  const { node, open, children } = element;
  return open && children.length > 0 ? { ...node, children: children.map(shown) } : node;
}
