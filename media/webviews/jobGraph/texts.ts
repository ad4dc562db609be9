import { fillIn } from '../../../src/shared/format/fillIn';
import type { GraphVertex, JobGraphState, JobGraphStrings } from '../../../src/shared/protocol/jobGraph';

const fill = (text: string, value: string): string => (value === '' ? '' : fillIn(text, value));
const join = (parts: readonly string[], by: string): string => parts.filter((part) => part !== '').join(by);

/** The lines in the box of a vertex, below its name. */
export function linesOf({ condition, texts }: GraphVertex, strings: JobGraphStrings): readonly string[] {
  const flow = [fill(strings.recordsIn, texts.recordsIn), fill(strings.recordsOut, texts.recordsOut)];
  return [
    condition === 'running' ? join(flow, ', ') : join([texts.status, texts.tasks], ' · '),
    join([fill(strings.busy, texts.busy), fill(strings.backPressured, texts.backPressured)], ' · '),
    fill(strings.watermark, texts.watermark),
    join([texts.hottest, fill(strings.skew, texts.skew)], ' · '),
  ];
}

/** What a screen reader says of a vertex. */
export function spokenOf(vertex: GraphVertex, inputs: string, strings: JobGraphStrings): string {
  const { name, texts } = vertex;
  return join(
    [
      name,
      fillIn(strings.subtasks, texts.parallelism),
      texts.status,
      texts.tasks,
      fill(strings.recordsIn, texts.recordsIn),
      fill(strings.recordsOut, texts.recordsOut),
      fill(strings.busy, texts.busy),
      fill(strings.backPressured, texts.backPressured),
      fill(strings.watermark, texts.watermark),
      texts.hottest,
      fill(strings.skew, texts.skew),
      inputs === '' ? '' : `${strings.columnInputs}: ${inputs}`,
    ],
    ', ',
  );
}

/** Where the records of each vertex come from, by its id: "Source (HASH, 400/s)". */
export function inputsOf({ vertices, edges }: JobGraphState): ReadonlyMap<string, string> {
  const names = new Map(vertices.map(({ id, name }) => [id, name]));
  const inputs = new Map<string, string[]>();
  for (const { from, to, ship, rate } of edges) {
    const how = join([ship, rate], ', ');
    const list = inputs.get(to) ?? [];
    list.push(how === '' ? (names.get(from) ?? '') : `${names.get(from) ?? ''} (${how})`);
    inputs.set(to, list);
  }
  return new Map(Array.from(inputs, ([id, list]) => [id, list.join('; ')]));
}
