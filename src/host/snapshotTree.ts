import * as vscode from 'vscode';
import type { ReadableStore } from '../core/state/store';
import type { TreeNode } from '../core/trees/node';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { fileDrop } from './fileDrop';
import { treeItem } from './treeItem';
import { TreeModel, type LazySource, type TreeElement } from './treeModel';

export interface SnapshotTreeOptions {
  readonly viewId: string;
  /** What stands at the top; `undefined` while it is not known, which VS Code shows as progress. Empty shows welcome content. */
  readonly roots: ReadableStore<readonly TreeNode[] | undefined>;
  /** A few words beside the view's title. */
  readonly caption?: ReadableStore<string>;
  readonly lazyChildren?: LazySource;
  /** Told of the paths of files that are dropped on the view; without it none can be. */
  readonly filesDropped?: (paths: readonly string[]) => void;
  /** Begins the reading that a visible view needs; disposed when it is hidden. */
  readonly whileVisible: () => Disposable;
}

export interface RevealOptions {
  /** Brings the view to the front and the keyboard to the node; otherwise a view that cannot be seen stays as it is. */
  readonly show: boolean;
  readonly signal: AbortSignal;
}

const lookMs = 100;

/** The one tree data provider: shows nodes that others describe, and fires only what changed. */
export class SnapshotTree implements vscode.TreeDataProvider<TreeElement>, Disposable {
  readonly #owned = new DisposableStore();
  readonly #model: TreeModel;
  readonly #changed = new vscode.EventEmitter<TreeElement[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #roots: ReadableStore<readonly TreeNode[] | undefined>;
  readonly #waiting: ((roots: TreeElement[]) => void)[] = [];
  readonly #view: vscode.TreeView<TreeElement>;
  #visibility: Disposable | undefined;

  constructor(private readonly options: SnapshotTreeOptions) {
    this.#roots = options.roots;
    this.#model = this.#owned.add(new TreeModel(options.lazyChildren));
    this.#model.setRoots(options.roots.value ?? []);
    const { filesDropped } = options;
    const view = vscode.window.createTreeView<TreeElement>(options.viewId, {
      treeDataProvider: this,
      showCollapseAll: true,
      ...(filesDropped === undefined ? {} : { dragAndDropController: fileDrop(filesDropped) }),
    });
    this.#view = view;
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

  /**
   * Selects a node, by the ids of its ancestors and its own, from the top; what is above it is expanded. False when one of
   * them did not come before the signal, which is what ends the waiting.
   */
  async reveal(path: readonly string[], { show, signal }: RevealOptions): Promise<boolean> {
    if (!this.#view.visible) {
      if (!show) return false;
      await vscode.commands.executeCommand(`${this.options.viewId}.focus`);
    }
    let siblings = (): readonly TreeElement[] => this.#model.roots;
    for (const [depth, id] of path.entries()) {
      const element = await this.#find(siblings, id, signal);
      if (element === undefined) return false;
      if (depth < path.length - 1) await this.#view.reveal(element, { select: false, focus: false, expand: true });
      else await this.#view.reveal(element, { select: true, focus: show });
      siblings = () => element.children;
    }
    return true;
  }

  async #find(
    siblings: () => readonly TreeElement[],
    id: string,
    signal: AbortSignal,
  ): Promise<TreeElement | undefined> {
    for (;;) {
      const found = siblings().find(({ node }) => node.id === id);
      if (found !== undefined) return found;
      if (signal.aborted || this.#owned.isDisposed) return undefined;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
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
