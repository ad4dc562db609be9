import * as vscode from 'vscode';
import type { ReadableStore } from '../core/state/store';
import type { TreeNode } from '../core/trees/node';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { treeItem } from './treeItem';
import { TreeModel, type LazySource, type TreeElement } from './treeModel';

export interface SnapshotTreeOptions {
  readonly viewId: string;
  /** What stands at the top; `undefined` while it is not known, which VS Code shows as progress. Empty shows welcome content. */
  readonly roots: ReadableStore<readonly TreeNode[] | undefined>;
  /** A few words beside the view's title. */
  readonly caption?: ReadableStore<string>;
  readonly lazyChildren?: LazySource;
  /** Begins the reading that a visible view needs; disposed when it is hidden. */
  readonly whileVisible: () => Disposable;
}

/** The one tree data provider: shows nodes that others describe, and fires only what changed. */
export class SnapshotTree implements vscode.TreeDataProvider<TreeElement>, Disposable {
  readonly #owned = new DisposableStore();
  readonly #model: TreeModel;
  readonly #changed = new vscode.EventEmitter<TreeElement[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #roots: ReadableStore<readonly TreeNode[] | undefined>;
  readonly #waiting: ((roots: TreeElement[]) => void)[] = [];
  #visibility: Disposable | undefined;

  constructor(options: SnapshotTreeOptions) {
    this.#roots = options.roots;
    this.#model = this.#owned.add(new TreeModel(options.lazyChildren));
    this.#model.setRoots(options.roots.value ?? []);
    const view = vscode.window.createTreeView(options.viewId, { treeDataProvider: this, showCollapseAll: true });
    const { caption } = options;
    if (caption !== undefined) {
      view.description = caption.value;
      this.#owned.add(caption.onDidChange(({ next }) => (view.description = next)));
    }
    const followVisibility = (visible: boolean): void => {
      this.#model.setVisible(visible);
      if (visible) this.#visibility ??= options.whileVisible();
      else this.#hide();
    };
    this.#owned.add(this.#changed);
    this.#owned.add(view);
    this.#owned.add({ dispose: () => this.#hide() });
    this.#owned.add(
      this.#model.onDidChange((elements) => this.#changed.fire(elements === undefined ? undefined : [...elements])),
    );
    this.#owned.add(options.roots.onDidChange(({ next, previous }) => this.#rootsChanged(next, previous)));
    this.#owned.add(view.onDidExpandElement(({ element }) => this.#model.expanded(element)));
    this.#owned.add(view.onDidCollapseElement(({ element }) => this.#model.collapsed(element)));
    this.#owned.add(view.onDidChangeVisibility(({ visible }) => followVisibility(visible)));
    if (view.visible) followVisibility(true);
  }

  getTreeItem(element: TreeElement): vscode.TreeItem {
    return treeItem(element.node);
  }

  async getChildren(element?: TreeElement): Promise<TreeElement[]> {
    if (element !== undefined) return [...(await this.#model.childrenOf(element))];
    if (this.#roots.value === undefined) return new Promise((resolve) => this.#waiting.push(resolve));
    return [...this.#model.roots];
  }

  getParent(element: TreeElement): TreeElement | undefined {
    return element.parent;
  }

  #rootsChanged(next: readonly TreeNode[] | undefined, previous: readonly TreeNode[] | undefined): void {
    this.#model.setRoots(next ?? []);
    if (next === undefined) return;
    const waiting = this.#waiting.splice(0);
    for (const resolve of waiting) resolve([...this.#model.roots]);
    // From "not known" to "empty" nothing is there to show, but the progress has to end and the welcome has to come.
    if (previous === undefined && waiting.length === 0) this.#changed.fire(undefined);
  }

  #hide(): void {
    this.#visibility?.dispose();
    this.#visibility = undefined;
  }

  dispose(): void {
    for (const resolve of this.#waiting.splice(0)) resolve([]);
    this.#owned.dispose();
  }
}
