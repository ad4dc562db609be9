import { describe, expect, it } from 'vitest';
import { failed, idle, loading, succeeded, valueOf } from '../../../src/core/state/resource';
import { describeSubtaskRange, describeSubtasks, describeVertices } from '../../../src/core/trees/describeVertices';
import { rangeOf } from '../../../src/core/trees/ranges';
import { PlaygroundError } from '../../../src/core/util/errors';
import { jobDetail, noon, subtask, tasks, vertex } from '../../support/builders/flink';
import { golden, printTree } from '../../support/builders/printTree';

process.env['TZ'] = 'UTC';

const down = new PlaygroundError('unreachable', 'Flink does not answer.');

describe('describeVertices', () => {
  it('shows vertices with their parallelism and tasks', async () => {
    await expect(
      printTree(
        describeVertices(
          'abc',
          succeeded(
            jobDetail({
              vertices: [
                vertex({ id: '1' }),
                vertex({
                  id: '2',
                  name: 'ClickEvent Counter',
                  parallelism: 3,
                  tasks: tasks({ RUNNING: 2, SCHEDULED: 1 }),
                }),
                vertex({ id: '3', name: 'Sink: Writer', parallelism: 2, tasks: tasks({ INITIALIZING: 2 }) }),
                vertex({ id: '4', name: 'Sink: Committer', tasks: tasks({ FAILED: 1 }), status: 'FAILED' }),
              ],
            }),
            noon,
          ),
        ) ?? [],
        { ids: true, tooltips: true },
      ),
    ).toMatchFileSnapshot(golden('vertices'));
  });

  it('shows the vertices of a job that ended as ended', async () => {
    await expect(
      printTree(
        describeVertices(
          'abc',
          succeeded(jobDetail({ state: 'CANCELED', vertices: [vertex({ tasks: tasks({ CANCELED: 1 }) })] }), noon),
        ) ?? [],
      ),
    ).toMatchFileSnapshot(golden('vertices-ended'));
  });

  it('marks vertices that are not fresh', async () => {
    await expect(
      printTree(describeVertices('abc', failed(succeeded(jobDetail(), noon), down)) ?? []),
    ).toMatchFileSnapshot(golden('vertices-stale'));
  });

  it('says when they cannot be read', async () => {
    await expect(printTree(describeVertices('abc', failed(idle, down)) ?? [], { ids: true })).toMatchFileSnapshot(
      golden('vertices-failed'),
    );
  });

  it.each([idle, loading(idle)])('has no answer before the first read (%o)', (detail) => {
    expect(describeVertices('abc', detail)).toBeUndefined();
  });
});

describe('the load of vertices', () => {
  it('is shown beside their tasks, back pressure before being busy', async () => {
    const rates = { recordsInPerSecond: 400.4, recordsOutPerSecond: 0.4, busy: 0.121, backPressured: 0, idle: 0.88 };
    await expect(
      printTree(
        describeVertices(
          'abc',
          succeeded(
            jobDetail({
              vertices: [
                vertex({ id: '1', rates: { recordsInPerSecond: 0, recordsOutPerSecond: 12_345, busy: 0.5 } }),
                vertex({ id: '2', rates }),
                vertex({ id: '3', rates: { ...rates, backPressured: 0.8 } }),
                vertex({ id: '4', rates, tasks: tasks({ SCHEDULED: 1 }) }),
              ],
            }),
            noon,
          ),
        ) ?? [],
        { tooltips: true },
      ),
    ).toMatchFileSnapshot(golden('vertices-load'));
  });
});

describe('describeSubtasks', () => {
  const marks = succeeded([{ index: 0, watermark: noon }, { index: 1 }], noon);

  it('shows those first that do not run, then the busiest', async () => {
    await expect(
      printTree(
        describeSubtasks(
          'abc',
          '1',
          succeeded(
            [
              subtask(0, {
                rates: { recordsInPerSecond: 10, busy: 0.1 },
                counters: { recordsIn: 5, bytesIn: 100 },
              }),
              subtask(1, { rates: { recordsInPerSecond: 900, busy: 0.9 }, attempt: 2 }),
              subtask(2, { state: 'SCHEDULED' }),
              subtask(3, { state: 'FAILED' }),
              subtask(4, { state: 'unknown' }),
            ],
            noon,
          ),
          marks,
        ) ?? [],
        { ids: true, tooltips: true },
      ),
    ).toMatchFileSnapshot(golden('subtasks'));
  });

  it('marks those that are not fresh', async () => {
    await expect(
      printTree(describeSubtasks('abc', '1', failed(succeeded([subtask(0)], noon), down), marks) ?? []),
    ).toMatchFileSnapshot(golden('subtasks-stale'));
  });

  it('says when they cannot be read', async () => {
    await expect(
      printTree(describeSubtasks('abc', '1', failed(idle, down), idle) ?? [], { ids: true }),
    ).toMatchFileSnapshot(golden('subtasks-failed'));
  });

  it('has no answer before the first read', () => {
    expect(describeSubtasks('abc', '1', loading(idle), idle)).toBeUndefined();
  });
});

describe('the watermark of a subtask', () => {
  const one = succeeded([subtask(0)], noon);
  const read = succeeded([{ index: 0, watermark: noon }], noon);

  it('is shown as long as it is as new as the rest', () => {
    expect(describeSubtasks('abc', 'v', one, read)?.[0]?.tooltip).toContain('Watermark');
    expect(describeSubtasks('abc', 'v', one, failed(read, down))?.[0]?.tooltip).not.toContain('Watermark');
  });
});

describe('very many subtasks', () => {
  const many = succeeded(
    Array.from({ length: 2000 }, (_, index) => subtask(index, index === 1733 ? { state: 'FAILED' } : {})),
    noon,
  );

  it('are the worst hundred, and all of them in groups that are described when they are opened', () => {
    const nodes = describeSubtasks('abc', 'v', many, idle) ?? [];
    expect(nodes).toHaveLength(101);
    expect(nodes[0]?.label).toBe('Subtask 1734');
    const all = nodes.at(-1);
    expect(all?.label).toBe('All subtasks');
    const groups = typeof all?.children === 'object' ? all.children : [];
    expect(groups.map(({ label }) => label)).toEqual(
      Array.from({ length: 20 }, (_, index) => `Subtasks ${index * 100 + 1} to ${index * 100 + 100}`),
    );
    expect(groups.every(({ children }) => children === 'lazy')).toBe(true);
  });

  it('say of when they are, since so many are not read in every interval', () => {
    const all = describeSubtasks('abc', 'v', many, idle)?.at(-1);
    expect(all?.description).toMatch(/^as of \d+:\d+:\d+.* · 2000 in all/);
  });

  it('do not say it when there are few enough to be read in every interval', () => {
    const some = succeeded((valueOf(many) ?? []).slice(0, 400), noon);
    expect(describeSubtasks('abc', 'v', some, idle)?.at(-1)?.description).toMatch(/^400 in all/);
  });

  it('are found in their group by their number, under an id of its own', () => {
    const group = 'job:abc/vertex:v/group:subtasks/range:1701-1800';
    const range = rangeOf(group);
    const rows = range === undefined ? [] : (describeSubtaskRange(group, range, many, idle) ?? []);
    expect(rows).toHaveLength(100);
    expect(rows[33]).toMatchObject({
      id: `${group}/subtask:1733`,
      label: 'Subtask 1734',
      description: expect.stringContaining('FAILED') as string,
    });
    expect(rangeOf(`${group}/subtask:1733`)).toBeUndefined();
  });
});
