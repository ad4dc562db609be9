import { describe, expect, it } from 'vitest';
import { decodeFlameGraph } from '../../../src/core/flink/decode/flameGraph';
import type { FlameFrame } from '../../../src/shared/model/flameGraph';

function depthOf(frame: FlameFrame): number {
  let depth = 0;
  for (let next: FlameFrame | undefined = frame; next !== undefined; next = next.children[0]) depth++;
  return depth;
}

describe('a flame graph of Flink', () => {
  it.each([
    [-1, 'ended'],
    [-2, 'disabled'],
    [-3, 'waiting'],
  ])('that has the time %i is %s', (endTimestamp, state) => {
    expect(decodeFlameGraph({ endTimestamp })).toEqual({ state });
  });

  it('has its frames by their width', () => {
    const data = {
      name: 'root',
      value: 10,
      children: [
        { name: 'a.B.c:1', value: 3, children: [] },
        { name: 'a.B.d:2', value: 7, children: [{ name: 'a.B.e:3', value: 7 }] },
      ],
    };
    expect(decodeFlameGraph({ endTimestamp: 17, data })).toEqual({
      state: 'sampled',
      at: 17,
      root: {
        name: 'root',
        samples: 10,
        children: [
          { name: 'a.B.d:2', samples: 7, children: [{ name: 'a.B.e:3', samples: 7, children: [] }] },
          { name: 'a.B.c:1', samples: 3, children: [] },
        ],
      },
    });
  });

  it('is cut where it is deeper or has more frames than anybody can read', () => {
    let data: Record<string, unknown> = { name: 'leaf', value: 1, children: [] };
    for (let level = 0; level < 3000; level++) data = { name: `f${level}`, value: 1, children: [data] };
    const deep = decodeFlameGraph({ endTimestamp: 1, data });
    expect(deep.state === 'sampled' && depthOf(deep.root)).toBe(250);
    const children = Array.from({ length: 20_000 }, (_none, index) => ({ name: `f${index}`, value: index }));
    const wide = decodeFlameGraph({ endTimestamp: 1, data: { name: 'root', value: 1e9, children } });
    expect(wide.state === 'sampled' && wide.root.children).toHaveLength(4999);
    expect(wide.state === 'sampled' && wide.root.children[0]?.samples).toBe(19_999);
  });

  it.each([{ name: 1, value: 1 }, { name: 'root' }, { name: 'root', value: 1, children: [null] }, 'root'])(
    'of another form is refused: %j',
    (data) => {
      expect(() => decodeFlameGraph({ endTimestamp: 1, data })).toThrow('/jobs/:id/vertices/:vid/flamegraph');
    },
  );
});
