import { describe, expect, it } from 'vitest';
import { Store } from '../../../src/core/state/store';
import type { TreeNode } from '../../../src/core/trees/node';
import { TreeModel, type LazyChildren, type TreeElement } from '../../../src/host/treeModel';

function node(id: string, changes: Partial<TreeNode> = {}): TreeNode {
  return { id, kind: 'thing', label: id, ...changes };
}

/** A lazy source whose children the test sets, and which knows on whom there is a lease. */
class Source {
  readonly children = new Map<string, Store<readonly TreeNode[] | undefined>>();
  readonly leases: string[] = [];

  readonly open = (of: TreeNode): LazyChildren => {
    this.leases.push(of.id);
    return {
      nodes: this.of(of.id),
      dispose: () => void this.leases.splice(this.leases.indexOf(of.id), 1),
    };
  };

  of(id: string): Store<readonly TreeNode[] | undefined> {
    const known = this.children.get(id) ?? new Store<readonly TreeNode[] | undefined>(undefined);
    this.children.set(id, known);
    return known;
  }
}

function setup(...roots: readonly TreeNode[]): {
  readonly model: TreeModel;
  readonly source: Source;
  /** Ids of what was fired, event by event; `*` for the whole tree. */
  readonly fired: (readonly string[])[];
  readonly element: (id: string) => TreeElement;
} {
  const source = new Source();
  const model = new TreeModel(source.open);
  model.setVisible(true);
  model.setRoots(roots);
  const fired: (readonly string[])[] = [];
  model.onDidChange((elements) => fired.push(elements?.map((element) => element.node.id) ?? ['*']));
  const find = (elements: readonly TreeElement[], id: string): TreeElement | undefined => {
    for (const element of elements) {
      const found = element.node.id === id ? element : find(element.children, id);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    model,
    source,
    fired,
    element: (id) => {
      const found = find(model.roots, id);
      if (found === undefined) throw new Error(`There is no ${id}.`);
      return found;
    },
  };
}

describe('what a new description fires', () => {
  it('is nothing when it says the same', () => {
    const { model, fired } = setup(node('a', { children: [node('b')] }));
    model.setRoots([node('a', { children: [node('b')] })]);
    expect(fired).toEqual([]);
  });

  it('is the changed element alone, which stays the same object', () => {
    const { model, fired, element } = setup(node('a', { children: [node('b'), node('c')] }));
    const before = element('b');
    model.setRoots([node('a', { children: [node('b', { description: 'new' }), node('c')] })]);
    expect(fired).toEqual([['b']]);
    expect(element('b')).toBe(before);
    expect(before.node.description).toBe('new');
  });

  it('is the parent when a child comes, goes or moves', () => {
    const { model, fired } = setup(node('a', { children: [node('b'), node('c')] }));
    model.setRoots([node('a', { children: [node('b'), node('c'), node('d')] })]);
    model.setRoots([node('a', { children: [node('b'), node('c')] })]);
    model.setRoots([node('a', { children: [node('c'), node('b')] })]);
    expect(fired).toEqual([['a'], ['a'], ['a']]);
  });

  it('is the whole tree when the top changes', () => {
    const { model, fired } = setup(node('a'));
    model.setRoots([node('a'), node('b')]);
    expect(fired).toEqual([['*']]);
  });

  it('names no element below another one that is fired', () => {
    const { model, fired } = setup(node('a', { children: [node('b')] }), node('c'));
    model.setRoots([node('a', { label: 'A', children: [node('b', { label: 'B' })] }), node('c', { label: 'C' })]);
    expect(fired).toEqual([['a', 'c']]);
  });

  it('is the element when it gets its first children or loses the last', () => {
    const { model, fired } = setup(node('a'));
    model.setRoots([node('a', { children: [node('b')] })]);
    model.setRoots([node('a', { children: [] })]);
    expect(fired).toEqual([['a'], ['a']]);
  });

  it('keeps the first of two nodes with one id, because VS Code refuses the view otherwise', () => {
    const { model } = setup();
    model.setRoots([node('a', { label: 'first' }), node('a', { label: 'second' })]);
    expect(model.roots.map((element) => element.node.label)).toEqual(['first']);
  });
});

describe('lazy children', () => {
  const job = node('job', { children: 'lazy' });

  it('are read from the first expansion on, and waited for', async () => {
    const { model, source, element, fired } = setup(job);
    expect(source.leases).toEqual([]);
    const children = model.childrenOf(element('job'));
    expect(source.leases).toEqual(['job']);
    source.of('job').set([node('vertex')]);
    expect((await children).map((child) => child.node.id)).toEqual(['vertex']);
    expect(fired).toEqual([]);
  });

  it('that are there at once are the answer, not news', () => {
    const { model, source, element, fired } = setup(job);
    source.of('job').set([node('vertex')]);
    expect(model.childrenOf(element('job'))).toMatchObject([{ node: { id: 'vertex' } }]);
    expect(fired).toEqual([]);
  });

  it('fire the parent when one comes, and themselves when they change', async () => {
    const { model, source, element, fired } = setup(job);
    source.of('job').set([node('v1')]);
    await model.childrenOf(element('job'));
    source.of('job').set([node('v1', { description: '2 tasks' })]);
    source.of('job').set([node('v1', { description: '2 tasks' }), node('v2')]);
    expect(fired).toEqual([['v1'], ['job']]);
  });

  it('are no longer read after a collapse, and again after the next expansion, which brings no question', async () => {
    const { model, source, element, fired } = setup(job);
    source.of('job').set([node('v1')]);
    await model.childrenOf(element('job'));
    model.collapsed(element('job'));
    expect(source.leases).toEqual([]);
    source.of('job').set([node('v2')]);
    expect(fired).toEqual([]);
    model.expanded(element('job'));
    expect(source.leases).toEqual(['job']);
    expect(fired).toEqual([['job']]);
  });

  it('are not read while an ancestor is collapsed, and again when it is expanded', async () => {
    const { model, source, element } = setup(node('group', { children: [job] }));
    await model.childrenOf(element('group'));
    source.of('job').set([]);
    await model.childrenOf(element('job'));
    model.collapsed(element('group'));
    expect(source.leases).toEqual([]);
    model.expanded(element('group'));
    expect(source.leases).toEqual(['job']);
  });

  it('are not read while the view is hidden', async () => {
    const { model, source, element } = setup(job);
    source.of('job').set([]);
    await model.childrenOf(element('job'));
    model.setVisible(false);
    expect(source.leases).toEqual([]);
    model.setVisible(true);
    expect(source.leases).toEqual(['job']);
  });

  it('are given back when their node goes, however deep, and nobody waits for them any more', async () => {
    const { model, source, element } = setup(node('group', { children: [job] }));
    await model.childrenOf(element('group'));
    const children = model.childrenOf(element('job'));
    model.setRoots([node('group')]);
    expect(source.leases).toEqual([]);
    expect(await children).toEqual([]);
  });

  it('survive a new description of their node', async () => {
    const { model, source, element, fired } = setup(job);
    source.of('job').set([node('v1')]);
    await model.childrenOf(element('job'));
    model.setRoots([node('job', { children: 'lazy', description: 'restarting' })]);
    expect(fired).toEqual([['job']]);
    expect(source.leases).toEqual(['job']);
    expect(await model.childrenOf(element('job'))).toHaveLength(1);
  });

  it('are given back with the model', async () => {
    const { model, source, element } = setup(job);
    source.of('job').set([]);
    await model.childrenOf(element('job'));
    model.dispose();
    expect(source.leases).toEqual([]);
  });
});
