import type { Engine } from '../core/engineApi';
import { Store } from '../core/state/store';
import type { TreeNode } from '../core/trees/node';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Event } from '../core/util/emitter';
import type { LazyService } from '../host/lazyService';
import { SnapshotTree, type RevealOptions } from '../host/snapshotTree';
import type { LazyChildren } from '../host/treeModel';
import { whileEngine } from './whileEngine';

export interface ViewServices {
  readonly engines: LazyService<Engine>;
  /** The person's locale, for numbers. */
  readonly locale: string;
  /** Told why a visible view has no engine to ask. */
  readonly onFailure: (error: unknown) => void;
}

/** How a view comes from an engine. */
export interface ViewDescription {
  /** What is polled while the view is visible. */
  readonly lease: (engine: Engine) => Disposable;
  /** What the description depends on. */
  readonly sources: (engine: Engine) => readonly Event<unknown>[];
  readonly describe: (engine: Engine) => readonly TreeNode[];
  /** A few words beside the view's title; none unless given. */
  readonly caption?: (engine: Engine) => string;
  readonly lazyChildren?: (node: TreeNode, engine: Engine) => LazyChildren | undefined;
  /** Told of the paths of files that are dropped on the view; without it none can be. */
  readonly filesDropped?: (paths: readonly string[]) => void;
}

/** A view that is there, until it is disposed. */
export interface DescribedView extends Disposable {
  /** Selects a node by the ids from the top; see `SnapshotTree.reveal`. */
  reveal(path: readonly string[], options: RevealOptions): Promise<boolean>;
}

/** A view that describes its nodes anew whenever something that they depend on changes, as long as it is visible. */
export function describedView(
  viewId: string,
  { engines, onFailure }: ViewServices,
  description: ViewDescription,
): DescribedView {
  const owned = new DisposableStore();
  const roots = owned.add(new Store<readonly TreeNode[] | undefined>(undefined));
  const caption = owned.add(new Store(''));
  const begin = (engine: Engine): Disposable => {
    const visible = new DisposableStore();
    const update = (): void => {
      caption.set(description.caption?.(engine) ?? '');
      roots.set(description.describe(engine));
    };
    visible.add(description.lease(engine));
    for (const source of description.sources(engine)) visible.add(source(update));
    update();
    return visible;
  };
  const tree = owned.add(
    new SnapshotTree({
      viewId,
      roots,
      ...(description.caption === undefined ? {} : { caption }),
      ...(description.filesDropped === undefined ? {} : { filesDropped: description.filesDropped }),
      lazyChildren: (node) => {
        const engine = engines.current.value;
        return engine === undefined ? undefined : description.lazyChildren?.(node, engine);
      },
      whileVisible: () =>
        whileEngine(engines, begin, (error) => {
          roots.set([]);
          onFailure(error);
        }),
    }),
  );
  return { reveal: (path, options) => tree.reveal(path, options), dispose: () => owned.dispose() };
}
