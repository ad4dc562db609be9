import type { FlameFrame } from '../../../src/shared/model/flameGraph';

/** A frame with its place: fractions of the whole width, and how deep it is. */
export interface PlacedFrame {
  readonly frame: FlameFrame;
  readonly parent: PlacedFrame | undefined;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
}

/** Whose code a frame is, by the package of its class. */
export type Origin = 'user' | 'flink' | 'kafka' | 'java';

export const origins: readonly Origin[] = ['user', 'flink', 'kafka', 'java'];

/** Frames without a package are of the JDK's own making: lambdas, proxies. */
export function originOf(name: string): Origin {
  if (/^(?:java|javax|jdk|sun|com\.sun)\./.test(name)) return 'java';
  if (name.startsWith('org.apache.kafka.')) return 'kafka';
  // The playground's job lives in a package of its own below Flink's.
  if (name.startsWith('org.apache.flink.playgrounds.')) return 'user';
  return name.startsWith('org.apache.flink.') ? 'flink' : 'user';
}

/** Class and method of a frame, without the package: `StreamTask.runMailboxLoop`. */
export function shortName(name: string): string {
  const [place = name] = name.split(':');
  const parts = place.split('.');
  return parts.length < 3 ? place : parts.slice(-2).join('.');
}

/** All frames below one, and those above it, each over the width that it has in it; a parent comes before its children. */
export function placeFrames(root: PlacedFrame): readonly PlacedFrame[] {
  const placed: PlacedFrame[] = [];
  for (let above = root.parent; above !== undefined; above = above.parent) {
    placed.unshift({ ...above, from: 0, to: 1 });
  }
  const open: PlacedFrame[] = [{ ...root, from: 0, to: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    placed.push(next);
    const { frame, depth, from, to } = next;
    const each = (to - from) / Math.max(1, frame.samples);
    let left = from;
    const children: PlacedFrame[] = [];
    for (const child of frame.children) {
      const right = left + child.samples * each;
      children.push({ frame: child, parent: next, depth: depth + 1, from: left, to: right });
      left = right;
    }
    open.push(...children.reverse());
  }
  return placed;
}

/** What a method came to over all places in which it was. */
export interface MethodSum {
  readonly name: string;
  /** Samples in which it was at work itself. */
  readonly self: number;
  /** Samples in which it, or what it called, was; one in which it called itself counts once. */
  readonly total: number;
}

/** Methods without their line numbers, those with the most work of their own first. */
export function methodSums(root: FlameFrame): readonly MethodSum[] {
  const sums = new Map<string, { self: number; total: number }>();
  const add = (frame: FlameFrame, above: ReadonlySet<string>): void => {
    const name = methodOf(frame.name);
    const sum = sums.get(name) ?? { self: 0, total: 0 };
    sums.set(name, sum);
    const called = frame.children.reduce((all, { samples }) => all + samples, 0);
    sum.self += Math.max(0, frame.samples - called);
    if (!above.has(name)) sum.total += frame.samples;
    const within = new Set(above).add(name);
    for (const child of frame.children) add(child, within);
  };
  for (const frame of root.children) add(frame, new Set());
  return Array.from(sums, ([name, sum]) => ({ name, ...sum })).toSorted(
    (a, b) => b.self - a.self || b.total - a.total || (a.name < b.name ? -1 : 1),
  );
}

/** Samples in which a method whose name holds a text was, each counted once. */
export function samplesWith(frame: FlameFrame, text: string): number {
  if (frame.name.toLowerCase().includes(text)) return frame.samples;
  return frame.children.reduce((sum, child) => sum + samplesWith(child, text), 0);
}

function methodOf(name: string): string {
  return name.split(':')[0] ?? name;
}
